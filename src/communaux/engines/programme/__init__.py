"""The programme of a gathering: what stands in the way of it, a better arrangement, what changed, files for others (spec 07).

`model` is what all steps read; `conflicts`, `clash`, `arrange`, `diff` answer one question each; `telling` has their words;
`formats` reads and writes files. No clock, no hidden chance: times and the generator of numbers are given. No name that its
owner hides ever comes in: a role carries the text that may be shown.
"""

"""A git repository → evidence → indicators → profile, on three axes: resource, community, governance (spec 02).

`kernel.assess` reads and measures; each module below is one step: `gitlog` (commits and their changes), `tree` (files of the
assessed commit), `identities` (who is who, who is a bot), `licence` and `documents` (files), `activity`,
`concentration`, `ownership`, `practice` (indicators), `stats` (intervals).
No network, no clock: the day it is asked for is given. No global mark: unknown is an answer.
"""

"""The audit of a service by the RGESN 2024 (spec 08b): 78 lines that people answer with evidence, and what follows from them.

`referential` has the criteria, `audit` what is answered, `score` the progress, `rules` what a line needs, `compare` two audits,
`display` the progress mark, `declaration` what is published; `own`, `sheet` and `v2` are files. No quantity enters a score and no
score a quantity; no letter, no rank. No clock, no network. Words: `data/footprint/rgesn-2024.toml` and `words.toml`.
"""

"""The footprint of a digital service in quantities (spec 08): energy in kWh, climate in g of CO2 equivalent, always an interval.

`factors` holds every number that is not an input, with its source and year; `extraction` makes its file from ADEME's own model.
`video`, `search` and `generation` answer one question each with a `Result`: value, interval, parts, factors, what is not counted.
No clock, no network, no mark and no rank. Unknown is never zero. Its words, French and English, are in `data/footprint/words.toml`.
"""

"""Reads of the catalogue: lists and sheets (`commons`), search and its reasons (`search`), `documents` for the index,
what a file of a software would say (`publiccode`)."""

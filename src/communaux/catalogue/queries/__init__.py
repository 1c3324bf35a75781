"""Reads of the catalogue: lists and sheets (`commons`), search and its reasons (`search`), `documents` for the index."""

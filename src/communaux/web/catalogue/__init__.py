"""Pages of the catalogue: find, read one commons, propose and describe it, say who uses it, take the data out."""

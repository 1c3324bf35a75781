"""Forms of the catalogue, by noun: they validate what was typed and write nothing."""

"""Forms of the catalogue: they validate what was typed, and write nothing."""

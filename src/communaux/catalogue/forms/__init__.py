"""Forms of the catalogue: they validate what was typed, and write nothing."""

"""Forms of the catalogue: they read and check what was typed; who may and what is written stand in the services."""
"""Forms of the catalogue, by noun: they validate what was typed and write nothing."""

"""Forms of the catalogue: they read and check what was typed; who may and what is written stand in the services."""

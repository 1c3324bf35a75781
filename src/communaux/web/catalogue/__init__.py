"""Pages of the catalogue: find (`find`), read one commons (`sheet`), where it all comes from (`sources`), what can be taken (`data`)."""

"""Pages of the catalogue: find (`find`), one commons (`sheet`), where it comes from (`sources`), what to take (`data`)."""

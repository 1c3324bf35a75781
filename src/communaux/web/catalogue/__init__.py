"""Pages of the catalogue: find (`find`), read one commons (`sheet`), where it all comes from (`sources`), put right what is
wrong (`edition`, `pairs`, `contests`, `ends`)."""

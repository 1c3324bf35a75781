"""Pages: one module per area, templates of the same name; a view parses, calls one service or query, renders."""

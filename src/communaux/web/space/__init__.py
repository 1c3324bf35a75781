"""One's own space: everything that waits for somebody, what they follow, what they were told, how often mail tells it."""

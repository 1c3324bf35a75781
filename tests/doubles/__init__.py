"""Small servers that stand in for outside ones."""

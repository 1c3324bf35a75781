"""Communaux: the one-stop desk for digital commons."""

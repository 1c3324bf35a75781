"""Reads of the area: finding a place, what stands around it, what is present there."""

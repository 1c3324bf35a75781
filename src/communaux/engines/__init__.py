"""Pure computation: Python and numpy only; no Django, no network, no clock, no hidden randomness."""

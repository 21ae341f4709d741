"""Drivers: each runs one job in one kind of runtime and returns the answer."""

"""Writes what was built into dist, and the record of it."""

"""Nouns: frozen data. No files, no clock, no processes."""

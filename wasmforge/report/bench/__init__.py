"""Renders benchmark results: tables, files, charts."""

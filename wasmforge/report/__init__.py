"""Renders events and data as text, JSON, JUnit and SVG. The only package that prints."""

"""Finds components in a folder of sources that nobody has described yet."""

from wasmforge.discovery.discover import discover
from wasmforge.discovery.walk import reader, walk

__all__ = [
    "discover",
    "reader",
    "walk",
]

"""Finds components in a folder of sources that nobody has described yet."""

from wasmforge.load.discover.decide import discover
from wasmforge.load.discover.walk import reader, walk

__all__ = ["discover", "reader", "walk"]

"""Reads WebAssembly binaries into facts. Pure: no file access, no validation."""

from wasmforge.wasm.cursor import Malformed
from wasmforge.wasm.reader import read

__all__ = [
    "Malformed",
    "read",
]

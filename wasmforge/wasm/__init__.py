"""Reads a WebAssembly binary into facts; runs nothing, validates nothing, opens no file."""

from wasmforge.wasm.malformed import Malformed
from wasmforge.wasm.reader import read

__all__ = ["Malformed", "read"]

"""Writes a buffer into the memory of a module that runs in Wasmtime, where the module's allocator made room for it."""

from typing import Any

import wasmtime

from wasmforge.runtimes.protocol import Allocator


def write_buffer(store: wasmtime.Store, exports: Any, allocator: Allocator, data: bytes) -> tuple[int, int]:
    """Allocate room, write the bytes there. Returns the address as the allocator gave it, and as an offset in memory.

    The address is what to pass as an argument; it may be negative. Raises ValueError when the allocator failed.
    """
    memory = exports["memory"]
    address = exports[allocator.name](store, len(data), *allocator.more)
    if allocator.pin:
        address = exports[allocator.pin](store, address)
    offset = address % (1 << (64 if allocator.wide else 32))
    if offset + len(data) > memory.data_len(store) or (offset == 0 and data):
        raise ValueError(f"{allocator.name}({len(data)}) gave {offset}, which is no room for {len(data)} bytes")
    memory.write(store, data, offset)
    return int(address), offset

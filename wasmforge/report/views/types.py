"""WebAssembly types in words, close to the text format; knows no modules."""

from wasmforge.model.module import ExternType, FuncType, GlobalType, MemoryType, TableType
from wasmforge.report.quantities import count, size

PAGE = 64 * 1024
"""Bytes of a page of linear memory."""


def told(extern: ExternType) -> str:
    """`(i32, i32) -> f64`, `2 pages (128.0 KiB), shared`, `mut i32`, `funcref, 3 elements`."""
    match extern:
        case FuncType():
            results = ", ".join(extern.results)
            return f"({', '.join(extern.params)})" + (f" -> {results}" if results else "")
        case MemoryType():
            return memory(extern)
        case GlobalType():
            return f"mut {extern.value}" if extern.mutable else extern.value
        case TableType():
            most = f", at most {extern.maximum}" if extern.maximum is not None else ""
            return f"{extern.element}, {count(extern.minimum, 'element')}{most}"


def memory(it: MemoryType) -> str:
    """A memory's bounds, and what is special about it."""
    most = f"at most {count(it.maximum, 'page')} ({size(it.maximum * PAGE)})" if it.maximum is not None else ""
    special = ["shared" if it.shared else "", "64-bit" if it.index == "i64" else ""]
    first = f"{count(it.minimum, 'page')} ({size(it.minimum * PAGE)})"
    return ", ".join(part for part in (first, most, *special) if part)

"""Formats WebAssembly types, close to the text format."""

from wasmforge.model.module import PAGE_BYTES, ExternType, FuncType, GlobalType, MemoryType, TableType
from wasmforge.report.format import count, size


def format_type(extern: ExternType) -> str:
    """`(i32, i32) -> f64`, `2 pages (128.0 KiB), shared`, `mut i32`, `funcref, 3 elements`."""
    match extern:
        case FuncType():
            results = ", ".join(extern.results)
            return f"({', '.join(extern.params)})" + (f" -> {results}" if results else "")
        case MemoryType():
            return format_memory(extern)
        case GlobalType():
            return f"mut {extern.value}" if extern.mutable else extern.value
        case TableType():
            most = f", at most {extern.maximum}" if extern.maximum is not None else ""
            return f"{extern.element}, {count(extern.minimum, 'element')}{most}"


def format_memory(event: MemoryType) -> str:
    """A memory's bounds, and what is special about it."""
    most = (
        f"at most {count(event.maximum, 'page')} ({size(event.maximum * PAGE_BYTES)})"
        if event.maximum is not None
        else ""
    )
    special = ["shared" if event.shared else "", "64-bit" if event.index == "i64" else ""]
    first = f"{count(event.minimum, 'page')} ({size(event.minimum * PAGE_BYTES)})"
    return ", ".join(part for part in (first, most, *special) if part)

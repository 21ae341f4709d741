"""A WebAssembly module as facts read from its bytes."""

from typing import Literal

from wasmforge.model.base import Struct

PAGE_BYTES = 65536
"""Bytes of a page of linear memory."""

ExternKind = Literal["func", "table", "memory", "global", "tag"]


class FuncType(Struct, frozen=True, kw_only=True):
    """A function's parameters and results, as value types of the text format (`i32`, `v128`, `externref`)."""

    params: tuple[str, ...] = ()
    results: tuple[str, ...] = ()


class MemoryType(Struct, frozen=True, kw_only=True):
    """A linear memory: bounds in pages of 64 KiB (`maximum` None: unbounded)."""

    minimum: int
    maximum: int | None = None
    shared: bool = False
    index: Literal["i32", "i64"] = "i32"


class TableType(Struct, frozen=True, kw_only=True):
    """A table: its element type and bounds in elements."""

    element: str
    minimum: int
    maximum: int | None = None


class GlobalType(Struct, frozen=True, kw_only=True):
    """A global: its value type, and whether it may change."""

    value: str
    mutable: bool = False


ExternType = FuncType | MemoryType | TableType | GlobalType


class Import(Struct, frozen=True, kw_only=True):
    """Something the host must provide."""

    module: str
    name: str
    kind: ExternKind
    type: ExternType


class Export(Struct, frozen=True, kw_only=True):
    """Something the module provides; `type` is that of the exported item."""

    name: str
    kind: ExternKind
    type: ExternType


class Section(Struct, frozen=True, kw_only=True):
    """A section in file order: its standard name (custom sections: their own name), offset and size in bytes."""

    name: str
    custom: bool
    offset: int
    size: int


class Function(Struct, frozen=True, kw_only=True):
    """A function body: index in the function index space, name (name section, else export, else empty), bytes."""

    index: int
    name: str
    size: int


class DataSegment(Struct, frozen=True, kw_only=True):
    """Initial content of memory: index, name (from the name section, else empty), size in bytes."""

    index: int
    name: str
    size: int


class Module(Struct, frozen=True, kw_only=True):
    """All facts that wasmforge reads from a module.

    `layer` is `component` for component-model binaries, of which only the sections are read.
    `target_features` are the features that the toolchain allowed (`+simd128`): most release builds strip them.
    `producers` lists (field, name, version).
    """

    layer: Literal["core", "component"]
    size: int
    sections: tuple[Section, ...]
    imports: tuple[Import, ...] = ()
    exports: tuple[Export, ...] = ()
    memories: tuple[MemoryType, ...] = ()
    functions: tuple[Function, ...] = ()
    data: tuple[DataSegment, ...] = ()
    start: int | None = None
    target_features: tuple[str, ...] = ()
    producers: tuple[tuple[str, str, str], ...] = ()

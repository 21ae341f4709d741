"""The index spaces of a core module while it is being read: imports first, then what the module defines."""

import msgspec

from wasmforge.model.module import ExternKind, ExternType, FuncType, GlobalType, Import, MemoryType, TableType
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.type_section import FuncTypes

EXTERN_KINDS: tuple[ExternKind, ...] = ("func", "table", "memory", "global", "tag")
"""Import and export kinds by their byte."""


class IndexSpaces(msgspec.Struct):
    """The content read so far. `exports` are (name, kind, index, offset); they are resolved at the end of the file."""

    types: FuncTypes = []
    imports: list[Import] = []
    funcs: list[FuncType] = []
    tables: list[TableType] = []
    memories: list[MemoryType] = []
    globals: list[GlobalType] = []
    tags: list[FuncType] = []
    exports: list[tuple[str, ExternKind, int, int]] = []
    imported_funcs: int = 0
    bodies: list[int] = []
    data: list[int] = []
    start: int | None = None

    def of(self, kind: ExternKind) -> list[ExternType]:
        """The index space of one kind."""
        spaces: dict[ExternKind, list[ExternType]] = {
            "func": [*self.funcs],
            "table": [*self.tables],
            "memory": [*self.memories],
            "global": [*self.globals],
            "tag": [*self.tags],
        }
        return spaces[kind]

    def signature(self, cursor: Cursor) -> FuncType:
        """The function type that the type index at the cursor names."""
        start = cursor.position
        index = cursor.u32()
        if index >= len(self.types):
            raise cursor.fail(f"type {index} does not exist", at=start)
        signature = self.types[index]
        if signature is None:
            raise cursor.fail(f"type {index} is not a function type", at=start)
        return signature

    def add(self, kind: ExternKind, item: ExternType) -> None:
        """Append to the index space of `kind`."""
        if isinstance(item, FuncType):
            (self.tags if kind == "tag" else self.funcs).append(item)
        elif isinstance(item, TableType):
            self.tables.append(item)
        elif isinstance(item, MemoryType):
            self.memories.append(item)
        else:
            self.globals.append(item)

"""The index spaces of a core module while it is being read: imports first, then what the module defines."""

from dataclasses import dataclass, field

from wasmforge.model.module import ExternKind, ExternType, FuncType, GlobalType, Import, MemoryType, TableType
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.signatures import Signatures

KINDS: tuple[ExternKind, ...] = ("func", "table", "memory", "global", "tag")
"""Import and export kinds by their byte."""


@dataclass
class Spaces:
    """What was read so far. `exports` are (name, kind, index, offset), resolved when the whole file is read."""

    types: Signatures = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    funcs: list[FuncType] = field(default_factory=list)
    tables: list[TableType] = field(default_factory=list)
    memories: list[MemoryType] = field(default_factory=list)
    globals: list[GlobalType] = field(default_factory=list)
    tags: list[FuncType] = field(default_factory=list)
    exports: list[tuple[str, ExternKind, int, int]] = field(default_factory=list)
    imported_funcs: int = 0
    bodies: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
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

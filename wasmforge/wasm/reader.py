"""Reads a whole WebAssembly binary, core module or component, into a `Module`."""

from collections.abc import Iterator

from wasmforge.model.module import DataSegment, Export, Function, Module, Section
from wasmforge.wasm import custom_sections, limits
from wasmforge.wasm.cursor import Cursor, Malformed
from wasmforge.wasm.index_spaces import IndexSpaces
from wasmforge.wasm.sections import LARGE, SECTIONS

MAGIC = b"\0asm"

CORE = b"\x01\0\0\0"
COMPONENT = b"\x0d\0\x01\0"

COMPONENT_SECTIONS = (
    "custom",
    "core module",
    "core instance",
    "core type",
    "component",
    "instance",
    "alias",
    "type",
    "canonical function",
    "start",
    "import",
    "export",
    "value",
)
"""Section names of the component model by their id."""

SectionContent = tuple[int, Section, Cursor]
"""A section's id, its facts, and a cursor over its content (after the name of a custom section)."""


def read(data: bytes | memoryview) -> Module:
    """The facts of the binary in `data`; raises `Malformed`. Its bytes are not copied, function bodies not read."""
    view = memoryview(data)
    cursor = Cursor(view)
    layer = _preamble(cursor)
    if layer == COMPONENT:
        sections = tuple(section for _, section, _ in _walk(cursor, COMPONENT_NAMES))
        return Module(layer="component", size=len(view), sections=sections)
    return _core(cursor, len(view))


def _preamble(cursor: Cursor) -> bytes:
    if not cursor.left:
        raise Malformed("the file is empty", 0)
    magic = cursor.take(min(4, cursor.left))
    if not MAGIC.startswith(magic):
        raise Malformed(f"not a WebAssembly binary: it begins with {magic!r}", 0)
    version = cursor.take(4) if cursor.left >= 4 else b""
    if version not in {CORE, COMPONENT}:
        what = f"unknown version {version.hex(' ')}" if version else "unexpected end within the first 8 bytes"
        raise Malformed(what, len(magic))
    return version


def _core(cursor: Cursor, size: int) -> Module:
    spaces = IndexSpaces()
    sections: list[Section] = []
    names: dict[int, dict[int, str]] = {}
    producers: custom_sections.Producers = ()
    features: tuple[str, ...] = ()
    order = list(SECTIONS)
    last = -1
    for number, section, inner in _walk(cursor, CORE_NAMES):
        sections.append(section)
        if number:
            if order.index(number) <= last:
                raise Malformed(f"the {section.name} section is repeated or out of order", section.offset)
            last = order.index(number)
            _section(number, section, inner, spaces)
        elif section.size > limits.SECTION_BYTES:
            continue
        elif section.name == "name":
            names = custom_sections.names(inner)
        elif section.name == "producers":
            producers = custom_sections.producers(inner)
        elif section.name == "target_features":
            features = custom_sections.target_features(inner)
    return Module(
        layer="core",
        size=size,
        sections=tuple(sections),
        imports=tuple(spaces.imports),
        exports=_exports(spaces),
        memories=tuple(spaces.memories),
        functions=_functions(spaces, names.get(custom_sections.FUNCTION_NAMES, {}), size),
        data=_data(spaces, names.get(custom_sections.DATA_NAMES, {})),
        start=spaces.start,
        target_features=features,
        producers=producers,
    )


def _walk(cursor: Cursor, names: dict[int, str]) -> Iterator[SectionContent]:
    for _ in range(limits.SECTIONS):
        if not cursor.left:
            return
        start = cursor.position
        number = cursor.byte()
        inner = cursor.within(cursor.u32())
        if number not in names:
            raise Malformed(f"unknown section {number}", start)
        offset, size = inner.position, inner.left
        name = inner.name() if number == 0 else names[number]
        yield number, Section(name=name, custom=number == 0, offset=offset, size=size), inner
    raise cursor.fail(f"more than {limits.SECTIONS} sections")


def _section(number: int, section: Section, inner: Cursor, spaces: IndexSpaces) -> None:
    if number not in LARGE and section.size > limits.SECTION_BYTES:
        raise Malformed(f"the {section.name} section of {section.size} bytes is too large", section.offset)
    SECTIONS[number][1](inner, spaces)
    if inner.left:
        raise inner.fail(f"{inner.left} bytes too many in the {section.name} section")


def _exports(spaces: IndexSpaces) -> tuple[Export, ...]:
    kinds = {kind for _, kind, _, _ in spaces.exports}
    items = {kind: spaces.of(kind) for kind in kinds}
    for name, kind, index, offset in spaces.exports:
        if index >= len(items[kind]):
            raise Malformed(f"export {name!r} is {kind} {index}, which does not exist", offset)
    return tuple([Export(name=name, kind=kind, type=items[kind][index]) for name, kind, index, _ in spaces.exports])


def _functions(spaces: IndexSpaces, names: dict[int, str], end: int) -> tuple[Function, ...]:
    declared = len(spaces.funcs) - spaces.imported_funcs
    if declared != len(spaces.bodies):
        raise Malformed(f"{declared} functions are declared, {len(spaces.bodies)} have a body", end)
    exported = {index: name for name, kind, index, _ in reversed(spaces.exports) if kind == "func"}
    first = spaces.imported_funcs
    return tuple(
        [
            Function(index=i, name=names.get(i) or exported.get(i, ""), size=size)
            for i, size in enumerate(spaces.bodies, first)
        ]
    )


def _data(spaces: IndexSpaces, names: dict[int, str]) -> tuple[DataSegment, ...]:
    return tuple([DataSegment(index=i, name=names.get(i, ""), size=size) for i, size in enumerate(spaces.data)])


CORE_NAMES = {0: "custom"} | {number: name for number, (name, _) in SECTIONS.items()}
COMPONENT_NAMES = dict(enumerate(COMPONENT_SECTIONS))

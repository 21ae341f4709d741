"""The facts read from well-formed binaries are those that were written into them."""

import pytest

from tests.support import wasm_bytes as a
from wasmforge.model.module import Export, Function, FuncType, GlobalType, Import, MemoryType, TableType
from wasmforge.wasm import read


def test_preamble_alone_is_an_empty_module() -> None:
    module = read(a.PREAMBLE)
    assert (module.layer, module.size, module.sections, module.exports) == ("core", 8, (), ())


def test_exports_resolve_through_imports_first() -> None:
    data = a.library(
        types=(a.signature(a.I32), a.signature(a.I64, a.F32 + a.F64)),
        imports=(a.imported("env", "log", a.FUNC, a.leb(0)), a.imported("env", "memory", a.MEMORY, b"\x01\x01\x02")),
        functions=(1,),
        memories=(b"\x00\x05",),
        exports=(
            a.exported("log", a.FUNC, 0),
            a.exported("pair", a.FUNC, 1),
            a.exported("theirs", a.MEMORY, 0),
            a.exported("ours", a.MEMORY, 1),
        ),
    )
    module = read(data)
    log, pair = FuncType(params=("i32",)), FuncType(params=("i64",), results=("f32", "f64"))
    theirs, ours = MemoryType(minimum=1, maximum=2), MemoryType(minimum=5)
    assert module.imports == (
        Import(module="env", name="log", kind="func", type=log),
        Import(module="env", name="memory", kind="memory", type=theirs),
    )
    assert module.exports == (
        Export(name="log", kind="func", type=log),
        Export(name="pair", kind="func", type=pair),
        Export(name="theirs", kind="memory", type=theirs),
        Export(name="ours", kind="memory", type=ours),
    )
    assert module.memories == (theirs, ours)
    assert module.functions == (Function(index=1, name="pair", size=2),)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (b"\x00\x01", MemoryType(minimum=1)),
        (b"\x01\x01\x02", MemoryType(minimum=1, maximum=2)),
        (b"\x03\x01\x02", MemoryType(minimum=1, maximum=2, shared=True)),
        (b"\x04" + a.leb(2**40), MemoryType(minimum=2**40, index="i64")),
        (b"\x07\x01" + a.leb(2**40), MemoryType(minimum=1, maximum=2**40, shared=True, index="i64")),
        (b"\x09" + a.leb(65537) + a.leb(131072) + b"\x00", MemoryType(minimum=2, maximum=2)),
        (b"\x08\x03\x10", MemoryType(minimum=3)),
    ],
)
def test_memory_limits(limits: bytes, expected: MemoryType) -> None:
    assert read(a.module(a.section(5, a.vec(limits)))).memories == (expected,)


I32_CONST = b"\x41\xff\x7f\x0b"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (b"\x7f\x00" + I32_CONST, GlobalType(value="i32")),
        (b"\x7e\x01\x42\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f\x0b", GlobalType(value="i64", mutable=True)),
        (b"\x7d\x00\x43\x0b\x0b\x0b\x0b\x0b", GlobalType(value="f32")),
        (b"\x7c\x00\x44" + b"\x0b" * 8 + b"\x0b", GlobalType(value="f64")),
        (b"\x7b\x00\xfd\x0c" + b"\x0b" * 16 + b"\x0b", GlobalType(value="v128")),
        (b"\x70\x00\xd0\x70\x0b", GlobalType(value="funcref")),
        (b"\x6f\x01\xd0\x6f\x0b", GlobalType(value="externref", mutable=True)),
        (b"\x64\x70\x00\xd2\x00\x0b", GlobalType(value="(ref func)")),
        (b"\x63\x00\x00\xd0\x00\x0b", GlobalType(value="(ref null 0)")),
        (b"\x63\x6f\x00\xd0\x6f\x0b", GlobalType(value="externref")),
        (b"\x7f\x00\x23\x00\x41\x01\x6a\x0b", GlobalType(value="i32")),
        (b"\x64\x6c\x00\x41\x05\xfb\x1c\x0b", GlobalType(value="(ref i31)")),
        (b"\x64\x02\x00\xfb\x08\x02\x00\x0b", GlobalType(value="(ref 2)")),
    ],
)
def test_global_types_are_found_behind_initial_values(entry: bytes, expected: GlobalType) -> None:
    data = a.module(
        a.section(6, a.vec(entry, b"\x7f\x01" + I32_CONST)),
        a.section(7, a.vec(a.exported("first", a.GLOBAL, 0), a.exported("second", a.GLOBAL, 1))),
    )
    assert [e.type for e in read(data).exports] == [expected, GlobalType(value="i32", mutable=True)]


def test_tables_with_and_without_initial_value() -> None:
    data = a.module(
        a.section(4, a.vec(b"\x40\x00\x70\x00\x02\xd0\x70\x0b", b"\x6f\x01\x01\x09", b"\x70\x04" + a.leb(2**33))),
        a.section(7, a.vec(*[a.exported(f"t{i}", a.TABLE, i) for i in range(3)])),
    )
    assert [e.type for e in read(data).exports] == [
        TableType(element="funcref", minimum=2),
        TableType(element="externref", minimum=1, maximum=9),
        TableType(element="funcref", minimum=2**33),
    ]


def test_struct_array_cont_and_recursive_types_keep_their_indices() -> None:
    struct = b"\x50\x00\x5f\x02\x78\x00\x63\x01\x01"
    group = b"\x4e" + a.vec(b"\x5e\x77\x01", b"\x4f\x01\x00" + a.signature(a.V128))
    cont = b"\x5d\x02"
    data = a.module(
        a.section(1, a.vec(struct, group, cont, a.signature(b"", a.I32))),
        a.section(3, a.vec(a.leb(2), a.leb(4))),
        a.section(7, a.vec(a.exported("simd", a.FUNC, 0), a.exported("plain", a.FUNC, 1))),
        a.section(10, a.vec(a.EMPTY_BODY, a.EMPTY_BODY)),
    )
    assert [e.type for e in read(data).exports] == [FuncType(params=("v128",)), FuncType(results=("i32",))]


def test_tags_start_and_data_count() -> None:
    data = a.module(
        a.section(1, a.vec(a.signature(a.I32), a.signature())),
        a.section(2, a.vec(a.imported("env", "oops", a.TAG, b"\x00\x00"))),
        a.section(3, a.vec(a.leb(1))),
        a.section(13, a.vec(b"\x00\x00")),
        a.section(7, a.vec(a.exported("thrown", a.TAG, 1))),
        a.section(8, a.leb(0)),
        a.section(12, a.leb(0)),
        a.section(10, a.vec(a.EMPTY_BODY)),
    )
    module = read(data)
    assert module.start == 0
    assert module.exports == (Export(name="thrown", kind="tag", type=FuncType(params=("i32",))),)
    assert [s.name for s in module.sections] == [
        "type", "import", "function", "tag", "export", "start", "data count", "code",
    ]  # fmt: skip


def test_custom_sections_name_functions_features_and_producers() -> None:
    names = a.vec(a.leb(0) + a.name("start"), a.leb(2) + a.name("two"))
    tail = (
        a.custom("name", a.section(0, a.name("the module")) + a.section(1, names))
        + a.custom(
            "producers", a.vec(a.name("language") + a.vec(a.name("C11") + a.name(""), a.name("Zig") + a.name("1")))
        )
        + a.custom("target_features", a.vec(b"+" + a.name("simd128"), b"-" + a.name("atomics")))
    )
    data = a.library(types=(a.signature(),), functions=(0, 0, 0), exports=(a.exported("one", a.FUNC, 1),), tail=tail)
    module = read(data)
    assert [f.name for f in module.functions] == ["start", "one", "two"]
    assert module.producers == (("language", "C11", ""), ("language", "Zig", "1"))
    assert module.target_features == ("+simd128", "-atomics")
    assert [s.name for s in module.sections if s.custom] == ["name", "producers", "target_features"]


@pytest.mark.parametrize("title", ["name", "producers", "target_features"])
def test_a_broken_custom_section_tells_nothing_and_breaks_nothing(title: str) -> None:
    data = a.library(
        types=(a.signature(),),
        functions=(0,),
        exports=(a.exported("f", a.FUNC, 0),),
        tail=a.custom(title, b"\x01\xff\xff\xff\xff\x0f"),
    )
    module = read(data)
    assert (module.functions[0].name, module.producers, module.target_features) == ("f", (), ())


def test_section_offsets_and_sizes_cover_what_they_hold() -> None:
    data = a.module(a.custom("note", b"12345"), a.section(5, a.vec(b"\x00\x01")))
    note, memory = read(data).sections
    assert data[note.offset : note.offset + note.size] == a.name("note") + b"12345"
    assert data[memory.offset : memory.offset + memory.size] == b"\x01\x00\x01"


def test_component_shows_its_top_level_sections() -> None:
    inner = a.library(types=(a.signature(),))
    data = a.COMPONENT_PREAMBLE + a.section(1, inner) + a.custom("producers", a.vec()) + a.section(11, a.vec())
    module = read(data)
    assert module.layer == "component"
    assert [(s.name, s.custom) for s in module.sections] == [
        ("core module", False),
        ("producers", True),
        ("export", False),
    ]
    assert (module.imports, module.exports) == ((), ())


def test_a_memoryview_reads_like_bytes() -> None:
    data = a.library(types=(a.signature(),), functions=(0,))
    assert read(memoryview(data)) == read(data)

"""WASI on a page: what the ES module brings is what the pass says it provides."""

from wasmforge.glue.es_module import es_module
from wasmforge.glue.page_wasi import FUNCTIONS, WASI, page_wasi
from wasmforge.load import load_catalog
from wasmforge.model.module import Export, FuncType, Import, MemoryType, Module


def module(*names: str, memory: bool = True) -> Module:
    exports = (Export(name="memory", kind="memory", type=MemoryType(minimum=1)),) if memory else ()
    imports = tuple(Import(module=WASI, name=n, kind="func", type=FuncType()) for n in names)
    return Module(layer="core", size=8, sections=(), imports=imports, exports=exports)


def test_the_pass_provides_exactly_what_is_written() -> None:
    assert set(FUNCTIONS) == set(load_catalog(None).passes["es-module"].targets["web"]["wasi"])  # type: ignore[arg-type]


def test_only_what_is_imported_is_brought_along() -> None:
    text = es_module(module("random_get"), "m.wasm", "web")
    assert "random_get:" in text
    assert "fd_write" not in text
    assert "const $exports = await instantiate();" in text


def test_a_module_without_wasi_gets_none_of_it() -> None:
    assert "$wasi" not in es_module(module(), "m.wasm", "web")


def test_what_a_page_cannot_offer_must_come_from_the_caller() -> None:
    text = es_module(module("path_open", "fd_write"), "m.wasm", "web")
    assert "$exports" not in text
    assert "fd_write:" in text


def test_without_a_memory_to_read_there_is_no_wasi() -> None:
    assert "$wasi" not in es_module(module("fd_write", memory=False), "m.wasm", "web")


def test_constants_are_named_only_where_they_are_used() -> None:
    assert "$BADF = 8" in page_wasi(("fd_prestat_get",))
    assert "$" not in page_wasi(("args_get",)).replace("$wasi", "")

"""WASI on a page: all of it is there, and only what a module imports is written."""

import re

import pytest

from wasmforge.glue import wasi_files
from wasmforge.glue.es_module import es_module
from wasmforge.glue.js_interface import js_interface
from wasmforge.glue.wasi_functions import ERRORS, LIBRARY, PROGRAM
from wasmforge.glue.wasi_shim import WASI, wasi_shim
from wasmforge.model import preview1
from wasmforge.model.module import Export, FuncType, Import, MemoryType, Module


def module(*names: str, memory: bool = True, start: bool = False) -> Module:
    exports: tuple[Export, ...] = ()
    exports += (Export(name="memory", kind="memory", type=MemoryType(minimum=1)),) if memory else ()
    exports += (Export(name="_start", kind="func", type=FuncType()),) if start else ()
    imports = tuple(Import(module=WASI, name=n, kind="func", type=FuncType()) for n in names)
    return Module(layer="core", size=8, sections=(), imports=imports, exports=exports)


@pytest.mark.parametrize("table", [LIBRARY, PROGRAM])
def test_every_function_of_preview_1_is_answered(table: dict[str, str]) -> None:
    assert set(table) == set(preview1.FUNCTIONS)


def test_every_function_on_descriptors_and_paths_works_on_files() -> None:
    assert set(wasi_files.FUNCTIONS) == {n for n in preview1.FUNCTIONS if n.startswith(("fd_", "path_"))}


@pytest.mark.parametrize("name", preview1.FUNCTIONS)
@pytest.mark.parametrize("program", [False, True])
@pytest.mark.parametrize("files", [False, True])
def test_whatever_a_function_mentions_is_declared(name: str, program: bool, files: bool) -> None:
    text = wasi_shim((name,), program=program, files=files)
    declared = set(re.findall(r"(?:const|let|function|class|[,{]) (\$\w+)", text))
    assert set(re.findall(r"(?<![\w.])\$\w+", text)) - {"$wasi"} <= declared
    helpers = {*wasi_files.IN_MEMORY, "view", "bytes", "zeros", "buffers", "put", "measure"}
    used = {h for h in helpers if re.search(rf"(?<![\w.$`]){h}\(", text)}
    assert used <= set(re.findall(r"const (\w+) =", text))


@pytest.mark.parametrize(("error", "number"), [("BADF", 8), ("NOENT", 44), ("NOTDIR", 54), ("NOTCAPABLE", 76)])
def test_errors_have_the_numbers_of_wasi(error: str, number: int) -> None:
    assert ERRORS[error] == number


def test_only_what_is_imported_is_brought_along() -> None:
    text = es_module(module("random_get"), "m.wasm", "web")
    assert "random_get:" in text
    assert "fd_write" not in text
    assert "console" not in text
    assert "const $exports = await instantiate();" in text


@pytest.mark.parametrize("host", ["web", "node", "workerd"])
def test_a_module_without_wasi_gets_none_of_it(host: str) -> None:
    assert "$wasi" not in es_module(module(), "m.wasm", host)  # type: ignore[arg-type]


def test_a_library_that_opens_files_is_instantiated_on_import_and_finds_none() -> None:
    text = es_module(module("path_open", "fd_write"), "m.wasm", "web")
    assert "path_open: (fd) => (fd > 2 ? $BADF : $NOTDIR)," in text
    assert "$exports = await instantiate()" in text
    assert "Map" not in text


def test_an_unknown_function_must_come_from_the_caller() -> None:
    assert "$exports" not in es_module(module("sock_open", "fd_write"), "m.wasm", "web")


def test_without_a_memory_to_read_there_is_no_wasi() -> None:
    assert "$wasi" not in es_module(module("fd_write", memory=False), "m.wasm", "web")


def test_constants_are_named_only_where_they_are_used() -> None:
    assert wasi_shim(("fd_prestat_get",)).startswith("const $BADF = 8;\n")
    assert "$" not in wasi_shim(("args_get",)).replace("$wasi", "")


@pytest.mark.parametrize("host", ["web", "node", "workerd"])
def test_files_are_loaded_from_beside_the_module(host: str) -> None:
    text = es_module(module("path_open"), "m.wasm", host, "a b.bin")  # type: ignore[arg-type]
    expected = "import $data from" if host == "workerd" else "const $data = new URL("
    assert f'{expected} "./a%20b.bin"'.replace("( ", "(") in text
    assert "root: $lay($folder(), " in text
    assert "node:wasi" not in text


def test_a_program_has_files_in_memory_on_a_page_and_real_ones_on_node() -> None:
    page = es_module(module("path_open", start=True), "m.wasm", "web")
    assert 'export async function run(args = [], { env = {}, stdin = "", stdout, stderr, files = {} } = {}) {' in page
    assert "$data" not in page
    node = es_module(module("path_open", start=True), "m.wasm", "node", "m.bin")
    assert 'preopens: { "/": folder, ...preopens }' in node
    assert "$wasi" not in node


def test_a_program_that_opens_no_files_takes_none() -> None:
    page = es_module(module("fd_write", start=True), "m.wasm", "web")
    assert 'export async function run(args = [], { env = {}, stdin = "", stdout, stderr } = {}) {' in page
    assert "files" not in page.partition("export async function run")[2]


def test_files_for_a_module_that_opens_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"m\.wasm opens no files .*: drop the key"):
        js_interface(module("fd_write"), "m.wasm", "web", "m.bin")

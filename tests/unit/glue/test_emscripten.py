"""What is added to the ES module that Emscripten writes."""

import pytest

from wasmforge.glue.emscripten import emscripten_module, emscripten_types
from wasmforge.model.module import Export, FuncType, MemoryType, Module

FACTORY = "async function createModule(o) { return {}; }\nexport default createModule;\n"

ADD = Export(name="add", kind="func", type=FuncType(params=("i32", "i64"), results=("f64",)))
MEMORY = Export(name="memory", kind="memory", type=MemoryType(minimum=1))
MODULE = Module(layer="core", size=8, sections=(), exports=(ADD, MEMORY))


def test_functions_and_members_become_named_exports() -> None:
    text = emscripten_module(FACTORY, "a b.wasm", ["add"], ["ccall"])
    assert text.startswith(FACTORY.rstrip())
    assert 'export const add = $exports["_add"];\nexport const ccall = $exports["ccall"];\n' in text
    assert 'new URL("./a%20b.wasm", import.meta.url)' in text
    assert text.count("export default") == 1


def test_only_old_emscripten_is_helped_to_find_require() -> None:
    old = 'var d = __dirname + "/";\n' + FACTORY
    new = 'const { createRequire } = await import("module"); var __dirname = "";\n' + FACTORY
    assert "const __dirname" in emscripten_module(old, "m.wasm", [], [])
    assert "const __dirname" not in emscripten_module(new, "m.wasm", [], [])
    assert "const __dirname" not in emscripten_module(FACTORY, "m.wasm", [], [])


@pytest.mark.parametrize("name", ["default", "memory", "instantiate", "createModule", "delete", "$url", "a-b", "fetch"])
def test_names_that_cannot_be_exported(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be exported by name"):
        emscripten_module(FACTORY, "m.wasm", [name], [])


def test_one_name_cannot_be_two_things() -> None:
    with pytest.raises(ValueError, match="twice"):
        emscripten_module(FACTORY, "m.wasm", ["add"], ["add"])


def test_what_emscripten_did_not_write_is_refused() -> None:
    with pytest.raises(ValueError, match="MODULARIZE"):
        emscripten_module("var Module = {};", "m.wasm", [], [])


@pytest.mark.parametrize("code", ["eval(UTF8ToString(p))", 'new Function("body", b)', "new_(Function,a).apply(null,b)"])
def test_no_worker_makes_code_from_text(code: str) -> None:
    js = f"var run = (p, a, b) => {{ {code} }};\n{FACTORY}"
    with pytest.raises(ValueError, match="generates code from text"):
        emscripten_module(js, "m.wasm", [], [], "workerd")
    assert code in emscripten_module(js, "m.wasm", [], [], "web")
    harmless = "a instanceof Function; retrieval(1); object.eval(2);\n"
    assert harmless in emscripten_module(harmless + FACTORY, "m.wasm", [], [], "workerd")


def test_threads_that_begin_in_a_file_which_is_not_there() -> None:
    with pytest.raises(ValueError, match="threads need Emscripten"):
        emscripten_module('new Worker(locateFile("app.worker.js"));\n' + FACTORY, "m.wasm", [], [])


def test_types_are_those_of_the_module() -> None:
    types = emscripten_types(MODULE, ["add"], ["greet"])
    assert "readonly _add: (p0: number, p1: bigint) => number;" in types
    assert "export const add: (p0: number, p1: bigint) => number;" in types
    assert "export const greet: any;" in types
    assert "export default createModule;" in types


def test_a_function_that_the_module_lacks() -> None:
    with pytest.raises(ValueError, match="exports no function 'memory'"):
        emscripten_types(MODULE, ["memory"], [])


def test_types_of_emscripten_are_taken_over() -> None:
    tsd = "export type MainModule = {};\nexport default function F(o?: unknown): Promise<MainModule>;\n"
    types = emscripten_types(MODULE, ["add"], ["greet"], tsd)
    assert types.startswith(tsd)
    assert 'export const add: MainModule["_add"];\nexport const greet: MainModule["greet"];\n' in types
    assert types.count("export default") == 1
    with pytest.raises(ValueError, match="MainModule"):
        emscripten_types(MODULE, [], [], "export {};")


def test_an_export_that_waits_is_called_by_ccall() -> None:
    text = emscripten_module(FACTORY, "m.wasm", ["add", "wait"], ["ccall"], waiting=["wait"])
    assert 'export const add = $exports["_add"];' in text
    assert 'export const wait = (...args) => $exports.ccall("wait", "number", [], args, { async: true });' in text


@pytest.mark.parametrize(
    ("exports", "members", "what"),
    [(["add"], ["ccall"], "'wait' is to return a promise"), (["wait"], ["cwrap"], "name it in runtime-methods")],
)
def test_what_cannot_wait(exports: list[str], members: list[str], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        emscripten_module(FACTORY, "m.wasm", exports, members, waiting=["wait"])

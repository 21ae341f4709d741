"""What delivered JavaScript gives to its module, read from the text that each compiler really writes."""

import pytest

from tests.support import wasm_bytes as a
from wasmforge.glue import HOSTS, Host, es_module
from wasmforge.glue.import_reader import generated_imports, provided_imports
from wasmforge.glue.js_literals import ObjectLiteral, object_literal
from wasmforge.model.module import Module
from wasmforge.model.preview1 import FUNCTIONS, MODULE
from wasmforge.wasm import read

TYPE = a.leb(0)

BINDINGS = """\
EXPORTasync function instantiate(module, imports = {}) {
  const __module0 = imports.other;
  const adaptedImports = {
    env: Object.setPrototypeOf({
      "console.log"(text) {
        // ~lib/bindings/dom/console.log(~lib/string/String) => void
        text = __liftString(text >>> 0);
        console.log(`${text}, }`);
      },
      seed() {
        return (() => { return Date.now() * Math.random(); })();
      },
      abort(message, fileName, lineNumber, columnNumber) {
        throw Error(`${message} in ${fileName}:${lineNumber}:${columnNumber}`);
      },
    }, Object.assign(Object.create(globalThis), imports.env || {})),
    other: __module0,
  };
  const { exports } = await WebAssembly.instantiate(module, adaptedImports);
  return exports;
}
"""

ESM = BINDINGS.replace("EXPORT", "") + (
    "export const { memory } = await (async url => instantiate(await f(url), {\n"
    "    other: __maybeDefault(__import0),\n  }\n))(new URL('a.wasm', import.meta.url));\n"
)

RAW = BINDINGS.replace("EXPORT", "export ")

NOTHING_GIVEN = """\
async function instantiate(module, imports = {}) {
  const { exports } = await WebAssembly.instantiate(module, imports);
  return exports;
}
"""

EMSCRIPTEN_3 = (
    'var re=/[{,]/g;var asmLibraryArg={"abort":_abort,"fd_write":_fd_write,"memory":wasmMemory||m["wasmMemory"]};'
    'function createWasm(){var info={"env":asmLibraryArg,"wasi_snapshot_preview1":asmLibraryArg};}'
)

EMSCRIPTEN_5 = """
function getWasmImports() {
  // prepare imports
  return { 'env': wasmImports, 'wasi_snapshot_preview1': wasmImports };
}
var wasmImports;
function assignWasmImports() {
  wasmImports = {
    /** @export */
    abort: _abort,
    /** @export */
    fd_write: _fd_write,
    memory: wasmMemory
  };
}
"""

LINKED_AT_RUN_TIME = (
    "var wasmImports = { abort: _abort }; var info = { 'env': new Proxy(wasmImports, handler) };"
    "var info2 = { env: wasmImports };"
)

BINDGEN = """
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_log_1: function(arg0, arg1) { console.log(getStringFromWasm0(arg0, arg1)); },
        __wbindgen_throw: function(arg0, arg1) { throw new Error("}"); },
    };
    return { __proto__: null, "./app_bg.js": import0 };
}
"""

BINDGEN_OLD = """
function __wbg_get_imports() {
    const imports = {};
    imports.wbg = {};
    imports.wbg.__wbg_log_1 = function(arg0, arg1) { console.log(arg0) };
    imports.wbg.__wbindgen_throw = function(arg0, arg1) { throw new Error(arg0) };
    return imports;
}
"""


def module(*imports: tuple[str, str]) -> Module:
    items = tuple(
        a.imported(m, n, a.MEMORY, b"\x00\x01") if n == "memory" else a.imported(m, n, a.FUNC, TYPE) for m, n in imports
    )
    return read(a.library(types=(a.signature(),), imports=items))


def lacking(text: str, *imports: tuple[str, str]) -> set[str]:
    """Of these imports, those that the text is known not to give."""
    found = provided_imports(text, module(*imports), "a.wasm")
    return {f"{m}.{n}" for m, n in imports if m in found.modules and (m, n) not in found.items}


@pytest.mark.parametrize(
    ("text", "imports", "lacks"),
    [
        (ESM, (("env", "abort"), ("env", "console.log"), ("env", "seed")), set()),
        (ESM, (("env", "abort"), ("env", "memory"), ("env", "log")), {"env.memory", "env.log"}),
        (ESM, (("other", "f"),), set()),
        (NOTHING_GIVEN, (("env", "memory"),), {"env.memory"}),
        (EMSCRIPTEN_3, (("env", "abort"), ("env", "memory"), (MODULE, "fd_write"), ("env", "no")), {"env.no"}),
        (EMSCRIPTEN_5, (("env", "abort"), ("env", "memory"), (MODULE, "fd_write"), ("env", "no")), {"env.no"}),
        (LINKED_AT_RUN_TIME, (("env", "no"),), set()),
        (BINDGEN, (("./app_bg.js", "__wbg_log_1"), ("./app_bg.js", "__wbg_no")), {"./app_bg.js.__wbg_no"}),
        (BINDGEN_OLD, (("wbg", "__wbindgen_throw"), ("wbg", "__wbg_no")), {"wbg.__wbg_no"}),
        ("export const f = () => 1;", (("env", "abort"),), set()),
    ],
)
def test_what_is_given(text: str, imports: tuple[tuple[str, str], ...], lacks: set[str]) -> None:
    assert lacking(text, *imports) == lacks


def test_only_raw_bindings_take_imports_of_their_caller() -> None:
    wanted = module(("env", "log"))
    assert provided_imports(RAW, wanted, "a.wasm").from_caller
    assert not provided_imports(ESM, wanted, "a.wasm").from_caller


@pytest.mark.parametrize("host", HOSTS)
def test_our_own_is_known_by_what_would_be_written(host: Host) -> None:
    data = a.library(
        types=(a.signature(),),
        imports=(a.imported(MODULE, "fd_write", a.FUNC, TYPE), a.imported(MODULE, "path_open", a.FUNC, TYPE)),
        memories=(b"\x00\x01",),
        exports=(a.exported("memory", a.MEMORY, 0),),
    )
    known = read(data)
    text = es_module(known, "a.wasm", host)
    found = provided_imports(text, known, "a.wasm")
    assert found == generated_imports(known, "a.wasm", host)
    assert found.generated
    given = {n for m, n in found.items if m == MODULE}
    assert given == (set(FUNCTIONS) if host == "node" else {"fd_write", "path_open"})
    assert not found.from_caller
    assert not provided_imports(text + " ", known, "a.wasm").generated


@pytest.mark.parametrize("host", HOSTS)
def test_our_own_is_known_with_files_too(host: Host) -> None:
    data = a.library(
        types=(a.signature(),),
        imports=(a.imported(MODULE, "path_open", a.FUNC, TYPE),),
        memories=(b"\x00\x01",),
        exports=(a.exported("memory", a.MEMORY, 0),),
    )
    text = es_module(read(data), "a b.wasm", host, "a b.bin")
    found = provided_imports(text, read(data), "a b.wasm")
    assert found.generated
    assert found.items == {(MODULE, "path_open")}


def test_a_shared_memory_is_made() -> None:
    memory = a.imported("env", "memory", a.MEMORY, b"\x03\x01\x02")
    known = read(a.library(imports=(memory,)))
    assert provided_imports(es_module(known, "a.wasm", "web"), known, "a.wasm").items == {("env", "memory")}


@pytest.mark.parametrize(
    ("text", "names", "is_open"),
    [
        ("{}", set(), False),
        ("{a: 1, 'b-c': {x: 1, y: 2}, \"d\"(p, q) { return [p, q] }, e}", {"a", "b-c", "d", "e"}, False),
        ("{/* z: 1 */ a: '}', b: `,${c}`, // d: 2\n e: /[},]/.test(f)}", {"a", "b", "e"}, False),
        ("{a, ...rest}", {"a"}, True),
        ("{[key]: 1}", set(), True),
        ("{async a() {}, get b() { return 1 }}", {"a", "b"}, False),
    ],
)
def test_names_of_an_object_literal(text: str, names: set[str], is_open: bool) -> None:
    assert object_literal(text, 0) == ObjectLiteral(frozenset(names), is_open)


def test_a_literal_without_an_end() -> None:
    assert object_literal("{a: 1, b: {", 0) is None

"""Adapts Emscripten's ES module: named exports in addition to its factory."""

import re
from collections.abc import Sequence

from wasmforge.glue import js_templates, typescript
from wasmforge.glue.declarations import COMPILED, SOURCE
from wasmforge.glue.es_module import module_location
from wasmforge.glue.js_identifiers import bindable, property_key, string_literal
from wasmforge.glue.js_interface import Host
from wasmforge.model.module import Export, FuncType, Module

FROM_TEXT = re.compile(r"(?<![\w$.])eval\(|\bnew Function\(|\bnew_\(Function\b")
"""Code generation from text in Emscripten's output (`-sDYNAMIC_EXECUTION`)."""

SECOND_FILE = re.compile(r"""["'][^"'\s]+\.worker\.m?js["']""")
"""The separate worker file of Emscripten before 3.1.68."""

FACTORY = "createModule"
"""The name that the recipe has Emscripten give its factory (`-sEXPORT_NAME`)."""

RESERVED_NAMES = frozenset({FACTORY, "instantiate", "memory", "default", "isPthread", "isNode", "require"})
"""Names that the file itself uses at top level."""

NODE_COMMONJS = """\
// Emscripten before 3.1.7 writes CommonJS for Node.js into its ES module.
const $module = globalThis.process?.versions?.node && (await import(/* webpackIgnore: true */ "node:module"));
const require = $module?.createRequire(import.meta.url);
const __dirname = require?.("node:url").fileURLToPath(new URL(".", import.meta.url)).replace(/[\\\\/]$/, "");

"""

METHOD_TYPES = {
    "ccall": "(name: string, returns?: string | null, types?: readonly string[], args?: readonly unknown[]) => any",
    "cwrap": "(name: string, returns?: string | null, types?: readonly string[]) => (...args: any[]) => any",
    "UTF8ToString": "(address: number, length?: number) => string",
    "stringToUTF8": "(text: string, address: number, room: number) => void",
    "lengthBytesUTF8": "(text: string) => number",
}
"""Types of the usual runtime methods; others are `any`."""

START = """\
async function $start(options = {}, source = $url) {
  const module = await $compile(source);
  let memory;
  const instance = await new Promise((resolve, reject) => {
    const instantiateWasm = (imports, done) => {
      WebAssembly.instantiate(module, imports).then((instance) => {
        memory = instance.exports.memory ?? imports.env.memory;
        done(instance, module);
      }).catch(reject);
      return {};
    };
    createModule({ instantiateWasm, ...options }).then(resolve, reject);
  });
  return [instance, memory];
}

export async function instantiate(options, source) {
  return (await $start(options, source))[0];
}

"""

IN_WORKER = "const $compile = async (source) => source;\n\n"
"""An imported module is already compiled."""

TYPES = """\
/** What the factory may be given: https://emscripten.org/docs/api_reference/module.html */
export interface Options {
  print?: (line: string) => void;
  printErr?: (line: string) => void;
  locateFile?: (path: string, prefix: string) => string;
  onAbort?: (what: unknown) => void;
  [name: string]: unknown;
}

"""


def emscripten_module(
    js: str,
    wasm: str,
    exports: Sequence[str],
    members: Sequence[str],
    host: Host = "web",
    *,
    waiting: Sequence[str] = (),
) -> str:
    """Emscripten's ES module `js` with named exports added; `wasm` is the file name of its module.

    `exports` are C functions, `members` other properties of the Module object (runtime methods, what embind binds).
    `waiting` are those of `exports` that may wait inside (Asyncify), and return promises. The default export stays the
    factory. Raises ValueError for text that Emscripten did not write or that the host does
    not run, and for names that an ES module cannot export.
    """
    if host == "workerd" and (match := FROM_TEXT.search(js)):
        what = f"generates code from text ({match[0]}…), which workers forbid"
        raise ValueError(f"the JavaScript {what}: link without -sDYNAMIC_EXECUTION=1")
    if SECOND_FILE.search(js):
        raise ValueError("the JavaScript starts threads from a second file: threads need Emscripten 3.1.68 or later")
    if f"export default {FACTORY}" not in js:
        raise ValueError(f"not an ES module with a factory named {FACTORY}: link it with -sMODULARIZE -sEXPORT_ES6")
    named = [(name, f"_{name}") for name in exports] + [(name, name) for name in members]
    for name, _ in named:
        if not bindable(name) or name in RESERVED_NAMES:
            raise ValueError(f"{name!r} cannot be exported by name")
        if [n for n, _ in named].count(name) > 1:
            raise ValueError(f"{name!r} is exported twice")
    _check_waiting(exports, members, waiting)
    old = "createRequire" not in js and "__dirname" in js
    lines = [
        f"export const {name} = {_promised(name) if name in waiting else f'$exports[{string_literal(member)}]'};"
        for name, member in named
    ]
    return "".join(
        [
            NODE_COMMONJS if old else "",
            js.rstrip(),
            "\n\n// added by wasmforge\n",
            f"{module_location(wasm, host)}\n",
            IN_WORKER if host == "workerd" else f"{js_templates.compile_from('web')}\n",
            _in_worker(START) if host == "workerd" else START,
            # A thread of the module's own imports this file too, and gets its module from the thread that started it.
            'const $thread = typeof isPthread !== "undefined" && isPthread;\n',
            "const [$exports, $memory] = $thread ? [{}] : await $start();\n",
            "export const memory = $memory;\n",
            "\n".join([*lines, ""]),
        ]
    )


def emscripten_types(
    module: Module,
    exports: Sequence[str],
    members: Sequence[str],
    tsd: str = "",
    host: Host = "web",
    *,
    waiting: Sequence[str] = (),
) -> str:
    """The declarations for `emscripten_module`, with the types that the module's functions really have.

    `tsd` are declarations that Emscripten wrote (`--emit-tsd`), which know embind's classes and functions: then the
    types are those. Raises ValueError when the module does not export a function of a name in `exports`.
    """
    functions = {e.name: e for e in module.exports if e.kind == "func"}
    missing = [name for name in exports if name not in functions]
    if missing:
        raise ValueError(f"the module exports no function {missing[0]!r}")
    named = [(name, f"_{name}") for name in exports] + [(name, name) for name in members]
    typed = [(name, _function(functions[name], waits=name in waiting)) for name in exports]
    typed += [(name, METHOD_TYPES.get(name, "any")) for name in members]
    if tsd:
        if "export type MainModule" not in tsd:
            raise ValueError("not Emscripten's declarations: no type MainModule")
        typed = [
            (name, kind if name in waiting else f"MainModule[{string_literal(member)}]")
            for (name, member), (_, kind) in zip(named, typed, strict=True)
        ]
        first = [tsd.rstrip("\n"), "", "// added by wasmforge", "export type Instance = MainModule;"]
    else:
        first = ["// generated by wasmforge; changes will be lost", "/** The Module object, as Emscripten calls it. */"]
        first.append("export interface Instance {")
        first += [
            f"  readonly {property_key(member)}: {kind};"
            for (name, member), (_, kind) in zip(named, typed, strict=True)
            if name not in waiting  # as a member, such a function is as Emscripten makes it: for ccall alone
        ]
        first += ["  [name: string]: unknown;", "}"]
    factory = [
        "/** Emscripten's own factory, which looks for the module beside this file. */",
        f"declare function {FACTORY}(options?: Options): Promise<Instance>;",
        f"export default {FACTORY};",
    ]
    return "\n".join(
        [
            *first,
            "",
            TYPES.rstrip("\n"),
            "",
            (COMPILED if host == "workerd" else SOURCE).rstrip("\n"),
            "",
            *([] if tsd else factory),
            "/** A fresh instance; the exports below are those of one that is there already. */",
            "export function instantiate(options?: Options, source?: Source): Promise<Instance>;",
            "export const memory: WebAssembly.Memory;",
            *(f"export const {name}: {kind};" for name, kind in typed),
            "",
        ]
    )


def _in_worker(start: str) -> str:
    """The start with the imported module; old factories ask where it lies, and a worker has no address to say."""
    located = "{ instantiateWasm, locateFile: (path) => path,"
    return start.replace("$url", "$module").replace("{ instantiateWasm,", located)


def _check_waiting(exports: Sequence[str], members: Sequence[str], waiting: Sequence[str]) -> None:
    if unknown := [name for name in waiting if name not in exports]:
        raise ValueError(f"{unknown[0]!r} is to return a promise, but is not among the exports")
    if waiting and "ccall" not in members:
        raise ValueError("functions that return promises are called by Emscripten's ccall: name it in runtime-methods")


def _promised(name: str) -> str:
    """A function that returns the promise of what the C function returns, when it has waited."""
    return f'(...args) => $exports.ccall({string_literal(name)}, "number", [], args, {{ async: true }})'


def _function(export: Export, *, waits: bool) -> str:
    """The TypeScript type of a function that is known to be one."""
    if not isinstance(export.type, FuncType):
        return "unknown"
    if waits:
        return f"({typescript.parameters(export.type)}) => Promise<{typescript.results(export.type)}>"
    return typescript.exported("func", export.type)

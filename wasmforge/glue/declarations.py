"""Generates the TypeScript declarations of the ES module."""

from wasmforge.glue import typescript
from wasmforge.glue.es_module import export_list, header
from wasmforge.glue.js_identifiers import property_key, string_literal
from wasmforge.glue.js_interface import Host, JsInterface, js_interface
from wasmforge.model.module import Import, Module

SOURCE = """\
/** Where the module may come from. */
export type Source = WebAssembly.Module | ArrayBuffer | ArrayBufferView | Response | URL | PromiseLike<Response>;
"""

COMPILED = """\
/** Where the module may come from: a worker cannot compile one itself. */
export type Source = WebAssembly.Module | PromiseLike<WebAssembly.Module>;
"""

RUN = """\
export interface RunOptions {
  /** Arguments, without the program's name. */
  args?: readonly string[];
  /** The environment. */
  env?: Readonly<Record<string, string>>;
  /** File descriptors; by default this process's own. */
  stdin?: number;
  stdout?: number;
  stderr?: number;
  /** Folders that the program may see: its path to the host's path. */
  preopens?: Readonly<Record<string, string>>;
"""


RUN_PROGRAM = """\
export interface RunOptions {
  /** The environment. */
  env?: Readonly<Record<string, string>>;
  /** Standard input; a function is called for more until it gives null. */
  stdin?: string | Uint8Array | (() => string | Uint8Array | null);
  /** Gets each piece of output as it is written; without one it is in the result. */
  stdout?: (bytes: Uint8Array) => void;
  stderr?: (bytes: Uint8Array) => void;
"""

GIVEN_FILES = """\
  /** Files that the program finds under `/`, by path, laid over those that came with it. */
  files?: Readonly<Record<string, string | Uint8Array>>;
"""

RESULT = """\
export interface RunResult {
  exitCode: number;
  /** Output that no function of the options got, as text. */
  stdout: string;
  stderr: string;
  /** The same as bytes. */
  stdoutBytes: Uint8Array;
  stderrBytes: Uint8Array;
"""

WRITTEN_FILES = """\
  /** The files that the program wrote or changed, by path. */
  files: Record<string, Uint8Array>;
"""


def declarations(module: Module, wasm: str, host: Host, data: str = "") -> str:
    """The text of the `.d.ts` beside the ES module for `module`; raises ValueError when there can be no glue."""
    interface = js_interface(module, wasm, host, data)
    blocks = [header(interface), _exports(interface)]
    needed_imports = module.imports if interface.command else interface.imports
    if needed_imports:
        blocks.append(_imports("Imports", needed_imports))
    blocks += [COMPILED if host == "workerd" else SOURCE, _instantiate(interface, required=bool(needed_imports))]
    if interface.command:
        blocks.append(_run(interface))
    if interface.bindings:
        blocks.append(_bindings(interface))
    return "\n".join(blocks)


def _exports(interface: JsInterface) -> str:
    lines = ["/** What an instance offers. */", "export interface Exports {"]
    lines += [f"  {typescript.member(e.name, e.kind, e.type)}" for e in interface.exports]
    lines += [
        f"  // {string_literal(name)} is left out: {why}"
        for name, why in interface.left_out
        if not _in_exports(interface, name)
    ]
    return "\n".join([*lines, "}", ""])


def _in_exports(interface: JsInterface, name: str) -> bool:
    return any(e.name == name for e in interface.exports)


def _imports(title: str, needed_imports: tuple[Import, ...]) -> str:
    lines = ["/** What an instance needs. */", f"export interface {title} {{"]
    for module in dict.fromkeys(i.module for i in needed_imports):
        lines.append(f"  readonly {property_key(module)}: {{")
        fields: dict[str, list[str]] = {}
        for i in needed_imports:
            if i.module == module:
                fields.setdefault(i.name, []).append(typescript.imported(i.kind, i.type))
        lines += [f"    readonly {property_key(name)}: {_all_of(types)};" for name, types in fields.items()]
        lines.append("  };")
    return "\n".join([*lines, "}", ""])


def _all_of(types: list[str]) -> str:
    """One thing that is imported more than once has all the types it is imported as."""
    distinct = list(dict.fromkeys(types))
    return distinct[0] if len(distinct) == 1 else " & ".join(f"({t})" for t in distinct)


def _instantiate(interface: JsInterface, *, required: bool) -> str:
    imports = "imports: Imports" if required else "imports?: WebAssembly.Imports"
    return (
        f"/** A fresh instance of the module, by default of {string_literal(interface.wasm)} beside this file. */\n"
        f"export function instantiate({imports}, source?: Source): Promise<Exports>;\n"
    )


def _run(interface: JsInterface) -> str:
    """The types of `run`, in the form of the host."""
    ours, needs = interface.host != "node", bool(interface.imports)
    options = (RUN_PROGRAM + (GIVEN_FILES if interface.files else "")) if ours else RUN
    if needs:
        options += (
            '  /** What the program needs besides WASI. */\n  imports: Omit<Imports, "wasi_snapshot_preview1">;\n'
        )
    given = "options: RunOptions" if needs else "options?: RunOptions"
    if not ours:
        what = "/** Runs the program once, to its end; gives its exit code. */"
        return f"{options}}}\n\n{what}\nexport function run({given}): Promise<number>;\n"
    result = f"{RESULT}{WRITTEN_FILES if interface.files else ''}}}\n"
    args = f"args{'' if needs else '?'}: readonly string[]"
    what = "/** Runs the program once, to its end, with these arguments, in a fresh instance. */"
    return f"{options}}}\n\n{result}\n{what}\nexport function run({args}, {given}): Promise<RunResult>;\n"


def _bindings(interface: JsInterface) -> str:
    lines = []
    for binding in interface.bindings:
        same = binding.local == binding.export.name
        lines.append(
            f"{'export' if same else 'declare'} const {binding.local}: Exports[{string_literal(binding.export.name)}];"
        )
    return "\n".join([*lines, *export_list(interface), ""])

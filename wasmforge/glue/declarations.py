"""Writes the TypeScript declarations of the glue; knows types, not how the glue works."""

from wasmforge.glue import typescript
from wasmforge.glue.es_module import export_list, header
from wasmforge.glue.names import key, text
from wasmforge.glue.surface import Host, Surface, surface
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


def declarations(module: Module, wasm: str, host: Host) -> str:
    """The text of the `.d.ts` beside the ES module for `module`; raises ValueError when there can be no glue."""
    shown = surface(module, wasm, host)
    blocks = [header(shown), _exports(shown)]
    wanted = module.imports if shown.command else shown.imports
    if wanted:
        blocks.append(_imports("Imports", wanted))
    blocks += [COMPILED if host == "workerd" else SOURCE, _instantiate(shown, required=bool(wanted))]
    if shown.command:
        blocks.append(_run(shown))
    if shown.bindings:
        blocks.append(_bindings(shown))
    return "\n".join(blocks)


def _exports(shown: Surface) -> str:
    lines = ["/** What an instance offers. */", "export interface Exports {"]
    lines += [f"  {typescript.member(e.name, e.kind, e.type)}" for e in shown.exports]
    lines += [f"  // {text(name)} is left out: {why}" for name, why in shown.left_out if not _in_exports(shown, name)]
    return "\n".join([*lines, "}", ""])


def _in_exports(shown: Surface, name: str) -> bool:
    return any(e.name == name for e in shown.exports)


def _imports(title: str, wanted: tuple[Import, ...]) -> str:
    lines = ["/** What an instance needs. */", f"export interface {title} {{"]
    for module in dict.fromkeys(i.module for i in wanted):
        lines.append(f"  readonly {key(module)}: {{")
        fields: dict[str, list[str]] = {}
        for i in wanted:
            if i.module == module:
                fields.setdefault(i.name, []).append(typescript.imported(i.kind, i.type))
        lines += [f"    readonly {key(name)}: {_all_of(types)};" for name, types in fields.items()]
        lines.append("  };")
    return "\n".join([*lines, "}", ""])


def _all_of(types: list[str]) -> str:
    """One thing that is imported more than once has all the types it is imported as."""
    distinct = list(dict.fromkeys(types))
    return distinct[0] if len(distinct) == 1 else " & ".join(f"({t})" for t in distinct)


def _instantiate(shown: Surface, *, required: bool) -> str:
    imports = "imports: Imports" if required else "imports?: WebAssembly.Imports"
    return (
        f"/** A fresh instance of the module, by default of {text(shown.wasm)} beside this file. */\n"
        f"export function instantiate({imports}, source?: Source): Promise<Exports>;\n"
    )


def _run(shown: Surface) -> str:
    lines = [RUN.rstrip("\n")]
    if shown.imports:
        lines += [
            "  /** What the program needs besides WASI. */",
            '  imports: Omit<Imports, "wasi_snapshot_preview1">;',
        ]
    options = "options: RunOptions" if shown.imports else "options?: RunOptions"
    lines += ["}", "", "/** Runs the program once, to its end; gives its exit code. */"]
    return "\n".join([*lines, f"export function run({options}): Promise<number>;", ""])


def _bindings(shown: Surface) -> str:
    lines = []
    for binding in shown.bindings:
        same = binding.local == binding.export.name
        lines.append(f"{'export' if same else 'declare'} const {binding.local}: Exports[{text(binding.export.name)}];")
    return "\n".join([*lines, *export_list(shown), ""])

"""The interface of a module to JavaScript: what it exports, and what it needs."""

from typing import Literal

from wasmforge.glue.js_identifiers import RESERVED, bindable
from wasmforge.glue.wasi_shim import WASI, uses_files
from wasmforge.model import preview1
from wasmforge.model.base import Struct
from wasmforge.model.module import Export, FuncType, GlobalType, Import, MemoryType, Module

Host = Literal["web", "node", "workerd"]
"""`workerd`: a worker that imports its module compiled, and cannot compile modules itself."""

HOSTS: tuple[Host, ...] = ("web", "node", "workerd")

THENABLE = "then"
"""A function of this name makes its object, an instance or the glue itself, a promise for `await`."""


THREAD_EXPORTS = frozenset({"__stack_pointer", "__tls_size", "__tls_align", "__wasm_init_tls"})
"""Exports of LLVM's linker, on request, for a thread's own stack and thread-local variables."""


class Binding(Struct, frozen=True, kw_only=True):
    """An export and its variable, which has another name if JavaScript cannot bind the export's."""

    export: Export
    local: str


class JsInterface(Struct, frozen=True, kw_only=True):
    """A module as its JavaScript importer sees it.

    `exports` can be used from JavaScript, `bindings` are those of them that become named exports of the glue.
    `left_out` gives names and reasons. `imports` must come from the caller; `wasi` says that Node.js provides WASI,
    `wasi_shim` which of its functions the glue brings along, and `files` that they work on files in memory. `data` is
    the file beside the module that has the component's files. `initialize`: `wasi` through the WASI object,
    `plain` by a call, or not at all. `thenable`: an instance's exports cannot be awaited as they are. `shared` is the
    import of a memory that threads share, which the glue makes where the caller gives none; `threadable`: the module
    has what a thread of its own needs to be given.
    """

    wasm: str
    host: Host
    exports: tuple[Export, ...]
    bindings: tuple[Binding, ...]
    left_out: tuple[tuple[str, str], ...]
    imports: tuple[Import, ...]
    wasi: bool
    wasi_shim: tuple[str, ...]
    files: bool = False
    data: str = ""
    command: bool
    initialize: Literal["wasi", "plain", ""]
    thenable: bool
    shared_memory: Import | None = None
    threadable: bool = False

    @property
    def loads_data(self) -> bool:
        """Whether the glue reads the component's files: for a module that can open them."""
        return bool(self.data) and (self.files or (self.command and self.wasi))

    @property
    def instantiates_on_import(self) -> bool:
        """Whether importing the glue can instantiate the module at once."""
        return not self.imports and not self.command


def js_interface(module: Module, wasm: str, host: Host, data: str = "") -> JsInterface:
    """What the glue for `module` (a core module, delivered as the file `wasm`) is to show on `host`.

    `data` is the file beside it with the component's files, if it has any. A program on Node.js has the real files, any
    other module with `data` those in memory; so has a program for a page, without `data` as well. Raises ValueError
    when there can be no such glue.
    """
    if module.layer != "core":
        raise ValueError(f"{wasm} is a component, not a core module")
    funcs = {export.name for export in module.exports if export.kind == "func"}
    memories = {export.name for export in module.exports if export.kind == "memory"}
    if data and not uses_files({i.name for i in module.imports if i.module == WASI}):
        raise ValueError(
            f"{wasm} opens no files (it does not import path_open), and `files` of the component names some: drop the "
            "key; a library in Rust has files only on targets for WASI"
        )
    _check_unique_exports(wasm, [export.name for export in module.exports])
    command = "_start" in funcs
    imported = sorted({i.name for i in module.imports if i.module == WASI and i.name in preview1.FUNCTIONS})
    own = "memory" in memories and (host != "node" or (bool(data) and not command))
    shim = tuple(imported) if own else ()
    wasi = host == "node" and not own and any(i.module == WASI for i in module.imports)
    shared = _shared(module)
    imports = tuple(i for i in module.imports if i is not shared and (i.module != WASI or not (wasi or i.name in shim)))
    exports = tuple(e for e in module.exports if e.name != "_initialize" and not _why_unusable(e))
    hidden = () if imports or command else exports
    through_wasi = wasi and not command and "memory" in memories
    return JsInterface(
        wasm=wasm,
        host=host,
        exports=exports,
        bindings=_bindings(hidden),
        left_out=tuple((e.name, why) for e in module.exports if (why := _why_unusable(e) or _why_unnamed(e))),
        imports=imports,
        wasi=wasi,
        wasi_shim=shim,
        files=uses_files(shim) and (command or bool(data)),
        data=data,
        command=command,
        initialize="wasi" if through_wasi else "plain" if "_initialize" in funcs else "",
        thenable=THENABLE in funcs,
        shared_memory=shared,
        threadable=shared is not None and {e.name for e in module.exports} >= THREAD_EXPORTS,
    )


def _shared(module: Module) -> Import | None:
    """The import of a shared memory, if there is just that one."""
    found = [i for i in module.imports if isinstance(i.type, MemoryType)]
    return found[0] if len(found) == 1 and isinstance(found[0].type, MemoryType) and found[0].type.shared else None


def js_representable(value: str) -> bool:
    """Whether values of this type can pass between WebAssembly and JavaScript."""
    return value != "v128" and not any(word in value for word in ("exn", "cont"))


def _why_unusable(export: Export) -> str:
    if export.name == THENABLE and export.kind == "func":
        return "a promise for it would never resolve"
    if isinstance(export.type, FuncType):
        stuck = [v for v in export.type.params + export.type.results if not js_representable(v)]
    elif isinstance(export.type, GlobalType):
        stuck = [export.type.value] if not js_representable(export.type.value) else []
    else:
        stuck = []
    if stuck and export.kind != "tag":
        return f"{stuck[0]} cannot be passed to JavaScript"
    return ""


def _why_unnamed(export: Export) -> str:
    if export.name == RESERVED:
        return "the name is taken; use instantiate()"
    return ""


def _bindings(exports: tuple[Export, ...]) -> tuple[Binding, ...]:
    named = [e for e in exports if not _why_unnamed(e)]
    aliased = [e.name for e in named if not bindable(e.name)]
    local = {name: f"${number}" for number, name in enumerate(aliased)}
    return tuple([Binding(export=e, local=local.get(e.name, e.name)) for e in named])


def _check_unique_exports(wasm: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{wasm} exports {name!r} more than once")
        seen.add(name)

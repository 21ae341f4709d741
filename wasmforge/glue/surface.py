"""What of a module JavaScript gets to see, and what the module wants of it; knows no syntax."""

from typing import Literal

from wasmforge.glue.names import OWN, bindable
from wasmforge.glue.page_wasi import FUNCTIONS, WASI
from wasmforge.model.base import Noun
from wasmforge.model.module import Export, FuncType, GlobalType, Import, MemoryType, Module

Host = Literal["web", "node", "workerd"]
"""`workerd`: a worker that gets its module compiled, by an import, and may compile none itself."""

HOSTS: tuple[Host, ...] = ("web", "node", "workerd")

THENABLE = "then"
"""A function of this name makes `await` take whatever has it for a promise: an instance, or the glue itself."""


THREAD = frozenset({"__stack_pointer", "__tls_size", "__tls_align", "__wasm_init_tls"})
"""What LLVM's linker exports when asked, for a thread to get a stack and thread-local variables of its own."""


class Binding(Noun, frozen=True, kw_only=True):
    """An export and the variable that holds it, which is named otherwise where JavaScript cannot bind the name."""

    export: Export
    local: str


class Surface(Noun, frozen=True, kw_only=True):
    """A module as its JavaScript importer sees it.

    `exports` can be used from JavaScript, `bindings` are those of them that become named exports of the glue.
    `left_out` gives names and reasons. `imports` must come from the caller; `wasi` says that Node.js provides WASI,
    `page_wasi` which of its functions the glue brings along for a page. `initialize`: `wasi` through the WASI object,
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
    page_wasi: tuple[str, ...]
    command: bool
    initialize: Literal["wasi", "plain", ""]
    thenable: bool
    shared: Import | None = None
    threadable: bool = False

    @property
    def ready(self) -> bool:
        """Whether importing the glue can instantiate the module at once."""
        return not self.imports and not self.command


def surface(module: Module, wasm: str, host: Host) -> Surface:
    """What the glue for `module` (a core module, delivered as the file `wasm`) is to show on `host`.

    Raises ValueError when there can be no such glue.
    """
    if module.layer != "core":
        raise ValueError(f"{wasm} is a component, not a core module")
    funcs = {export.name for export in module.exports if export.kind == "func"}
    memories = {export.name for export in module.exports if export.kind == "memory"}
    _once(wasm, [export.name for export in module.exports])
    command = host == "node" and "_start" in funcs
    wasi = host == "node" and any(i.module == WASI for i in module.imports)
    page = tuple(sorted({i.name for i in module.imports if i.module == WASI and i.name in FUNCTIONS}))
    page = page if host != "node" and "memory" in memories else ()
    shared = _shared(module)
    imports = tuple(i for i in module.imports if i is not shared and (i.module != WASI or not (wasi or i.name in page)))
    exports = tuple(e for e in module.exports if e.name != "_initialize" and not _why_not(e))
    hidden = () if imports or command else exports
    through_wasi = wasi and not command and "memory" in memories
    return Surface(
        wasm=wasm,
        host=host,
        exports=exports,
        bindings=_bindings(hidden),
        left_out=tuple((e.name, why) for e in module.exports if (why := _why_not(e) or _why_not_named(e))),
        imports=imports,
        wasi=wasi,
        page_wasi=page,
        command=command,
        initialize="wasi" if through_wasi else "plain" if "_initialize" in funcs else "",
        thenable=THENABLE in funcs,
        shared=shared,
        threadable=shared is not None and {e.name for e in module.exports} >= THREAD,
    )


def _shared(module: Module) -> Import | None:
    """The import of a shared memory, if there is just that one."""
    found = [i for i in module.imports if isinstance(i.type, MemoryType)]
    return found[0] if len(found) == 1 and isinstance(found[0].type, MemoryType) and found[0].type.shared else None


def crosses(value: str) -> bool:
    """Whether values of this type can pass between WebAssembly and JavaScript."""
    return value != "v128" and not any(word in value for word in ("exn", "cont"))


def _why_not(export: Export) -> str:
    if export.name == THENABLE and export.kind == "func":
        return "a promise for it would never be kept"
    if isinstance(export.type, FuncType):
        stuck = [v for v in export.type.params + export.type.results if not crosses(v)]
    elif isinstance(export.type, GlobalType):
        stuck = [export.type.value] if not crosses(export.type.value) else []
    else:
        stuck = []
    if stuck and export.kind != "tag":
        return f"{stuck[0]} cannot cross to JavaScript"
    return ""


def _why_not_named(export: Export) -> str:
    if export.name == OWN:
        return "the name is taken; use instantiate()"
    return ""


def _bindings(exports: tuple[Export, ...]) -> tuple[Binding, ...]:
    named = [e for e in exports if not _why_not_named(e)]
    aliased = [e.name for e in named if not bindable(e.name)]
    local = {name: f"${number}" for number, name in enumerate(aliased)}
    return tuple([Binding(export=e, local=local.get(e.name, e.name)) for e in named])


def _once(wasm: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{wasm} exports {name!r} more than once")
        seen.add(name)

"""The rule `imports`: somebody provides each import of a module.

The provider is the JavaScript delivered beside it, as far as it could be read, else the host.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model import preview1
from wasmforge.model.finding import Finding
from wasmforge.model.import_supply import ImportSupply
from wasmforge.model.module import Import, Module
from wasmforge.model.plan import Contract

ANY = "*"
"""Permits every import module."""

STUBS = (
    b"cannot call wasm-bindgen imported functions on non-wasm targets",
    b"function not implemented on non-wasm32 targets",
)
"""Panic messages of the crates wasm-bindgen and js-sys in modules without generated JavaScript."""


def imports(context: RuleContext) -> Iterator[Finding]:
    """One finding per import module with imports that nobody provides, and per waiver reason for some of its names."""
    groups: dict[tuple[str, str], list[Import]] = {}
    for imported in context.module.imports:
        if not is_provided(context.contract, imported, context.supply):
            reason = context.waiver_reason("imports", imported.module, f"{imported.module}.{imported.name}")
            groups.setdefault((imported.module, reason), []).append(imported)
    for (module, reason), items in groups.items():
        yield context.finding("imports", module, _what(context, items), hint=_hint(context, items), waived=reason)
    yield from _stubbed(context)


def is_provided(contract: Contract, imported: Import, supply: ImportSupply | None) -> bool:
    """Whether this import is provided by the JavaScript beside the module, by its caller, or by the host."""
    module, name = imported.module, imported.name
    if is_from_caller(contract, imported, supply) or is_from_host(contract, imported, supply):
        return True
    if supply is not None and module in supply.modules:
        return (module, name) in supply.items and (not supply.generated or _fits_wasi(imported))
    permitted = contract.import_modules
    if ANY in permitted or f"{module}.{name}" in permitted:
        return True
    return module in permitted and _fits_wasi(imported)


def is_from_caller(contract: Contract, imported: Import, supply: ImportSupply | None) -> bool:
    """Whether the caller of `instantiate` must provide this import; a command has no such caller."""
    if supply is None or (imported.module, imported.name) in supply.items or contract.kind == "command":
        return False
    known = supply.from_caller or imported.module not in supply.modules
    return (
        known
        and imported.module in contract.caller_modules
        and f"{imported.module}.{imported.name}" not in (contract.import_modules)
    )


def is_from_host(contract: Contract, imported: Import, supply: ImportSupply | None) -> bool:
    """Whether the component says that its host has this import; JavaScript beside the module must let it through."""
    if supply is not None and ((imported.module, imported.name) in supply.items or not supply.from_caller):
        return False
    return any(fnmatchcase(f"{imported.module}.{imported.name}", pattern) for pattern in contract.host_imports)


def unresolved_imports(contract: Contract, module: Module, supply: ImportSupply | None) -> tuple[str, ...]:
    """Imports that neither the delivery nor the usual host provides: those of the caller or of a host of its own, and
    waived ones.
    """
    left = [
        i
        for i in module.imports
        if is_from_caller(contract, i, supply)
        or is_from_host(contract, i, supply)
        or not is_provided(contract, i, supply)
    ]
    return tuple(dict.fromkeys(f"{i.module}.{i.name}" for i in left))


def _fits_wasi(imported: Import) -> bool:
    """Whether an import of WASI is one of its functions, and of that function's type."""
    if imported.module != preview1.MODULE:
        return True
    return imported.kind == "func" and preview1.FUNCTIONS.get(imported.name) == imported.type


def _what(context: RuleContext, items: list[Import]) -> str:
    names = (f"{'' if i.kind == 'func' else f'the {i.kind} '}{i.module}.{i.name}" for i in items)
    target = context.delivery.target
    missing = f"which {target} does not provide"
    if context.supply is not None and items[0].module in context.supply.modules:
        missing = f"which neither the JavaScript beside it nor {target} provides"
    return f"imports {', '.join(dict.fromkeys(names))}, {missing}"


def _hint(context: RuleContext, items: list[Import]) -> str:
    """How to fix the first of them; all are of one import module."""
    module, name = items[0].module, items[0].name
    permitted = context.contract.import_modules
    if module == preview1.MODULE and module in permitted:
        return f"{name} is not a function of WASI preview 1, or has another type: was it compiled for another WASI?"
    if any(i.kind == "memory" for i in items):
        return "it imports its memory, and nothing creates one: drop --importMemory or --import-memory"
    if module.startswith(("__wbindgen", "wbg")) or name.startswith(("__wbindgen", "__wbg_")):
        return 'wasm-bindgen writes the JavaScript that provides it: recipe = "wasm-bindgen"'
    if module == "env":
        return _hint_env(context, items)
    provides = f"it provides: {', '.join(permitted)}" if permitted else "it provides no imports"
    return provides if module == preview1.MODULE else f"{provides}; {_say_so(context, items)}"


_EMSCRIPTENS = re.compile(
    r"emscripten_|_emscripten_|__syscall_|invoke_|__asyncjs__|__cxa_|_embind_|_emval_|_\w+_js$|[sg]etTempRet0$"
)
_MANGLED = re.compile(r"_Z|_R")

MAX_NAMES = 5
"""Imports that a hint names one by one; more are named by a pattern."""


def _hint_env(context: RuleContext, items: list[Import]) -> str:
    named = [i.name for i in items]
    if any(_EMSCRIPTENS.match(n) for n in named):
        target = context.delivery.target
        return (
            f'Emscripten\'s JavaScript would provide it, and here there is none: on.{target}.recipe = "zig" or '
            '"wasi-sdk", whose libc needs no JavaScript'
        )
    say_so = _say_so(context, items)
    if any(_MANGLED.match(n) for n in named):
        return f'it is a C++ name: is a source file missing, or an extern "C"? {say_so}'
    if context.supply is not None and not context.supply.from_caller and not context.supply.generated:
        return say_so
    return f"{say_so}; a function that is declared but not linked becomes an import from env: is a source file missing?"


def _say_so(context: RuleContext, items: list[Import]) -> str:
    """How forge.toml says that these are given by a host of one's own; all are of one import module."""
    if context.supply is not None and not context.supply.from_caller:
        waive = f'waive = [{{ rule = "imports", item = "{items[0].module}.{items[0].name}", because = "…" }}]'
        return (
            "this JavaScript accepts no imports from its caller (AssemblyScript: options.raw-bindings); "
            f"if the host provides it all the same: {waive}"
        )
    names = list(dict.fromkeys(f"{i.module}.{i.name}" for i in items))
    listed = names if len(names) <= MAX_NAMES else [f"{items[0].module}.*"]
    quoted = ", ".join(f'"{name}"' for name in listed)
    return f"if the host provides it, say so: host-imports = [{quoted}]"


def _stubbed(context: RuleContext) -> Iterator[Finding]:
    """Rust that calls JavaScript, built for a target without wasm-bindgen's JavaScript: each such call panics."""
    if not any(stub in context.data for stub in STUBS):
        return
    what = "calls JavaScript through wasm-bindgen, but this target has no such JavaScript: these calls panic"
    hint = 'recipe = "wasm-bindgen" for a library; a WASI program cannot use web-sys and js-sys'
    yield context.finding("imports", "wasm-bindgen", what, hint=hint)

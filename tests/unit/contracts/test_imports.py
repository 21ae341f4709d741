"""The rules `imports` and `entry`: what is given item by item, and whether there is anything to begin with."""

import pytest

from tests.support import wasm_bytes as a
from tests.support.factories.contracts import GOOD, VALID, delivery
from wasmforge.contracts import check_rules, unresolved_imports
from wasmforge.contracts.rules.imports import STUBS
from wasmforge.model.finding import Finding
from wasmforge.model.import_supply import ImportSupply
from wasmforge.model.manifest import Waiver
from wasmforge.model.plan import Delivery
from wasmforge.model.preview1 import FUNCTIONS, MODULE
from wasmforge.wasm import read

SIZES = {"size": 100, "gzip": 100}

PAGE = {"target": "web", "kind": "reactor", "import_modules": (), "required_exports": (), "caller_modules": ("env",)}


def library(*imports: tuple[str, str], memory: bool = False) -> bytes:
    items = [a.imported(m, n, a.FUNC, a.leb(0)) for m, n in imports]
    items += [a.imported("env", "memory", a.MEMORY, b"\x00\x01")] if memory else []
    exports = (a.exported("f", a.FUNC, len(imports)),)
    return a.library(types=(a.signature(),), imports=tuple(items), functions=(0,), exports=exports)


def judged(
    data: bytes, given: Delivery, supply: ImportSupply | None = None, linked: bytes = b""
) -> list[tuple[str, str, str, str]]:
    found: tuple[Finding, ...] = check_rules(given, read(data), VALID, SIZES, supply=supply, data=data, linked=linked)
    return [(f.rule, f.item, f.what, f.hint) for f in found]


def gives(*items: tuple[str, str], from_caller: bool = False, modules: tuple[str, ...] = ("env",)) -> ImportSupply:
    return ImportSupply(items=frozenset(items), modules=frozenset(modules), from_caller=from_caller)


@pytest.mark.parametrize(
    ("supply", "holds"),
    [
        (gives(("env", "log")), True),
        (gives(("env", "other")), False),
        (gives(from_caller=True), True),
        (gives(modules=()), True),  # nothing is known of this JavaScript: loading it will tell
        (None, False),
    ],
)
def test_a_library_gets_what_its_javascript_gives_or_its_caller(supply: ImportSupply | None, holds: bool) -> None:
    assert (judged(library(("env", "log")), delivery(**PAGE), supply) == []) is holds


def test_a_program_gets_nothing_of_a_caller() -> None:
    node = {**PAGE, "kind": "command", "target": "node"}
    (found,) = judged(library(("env", "log")), delivery(**node), gives(from_caller=True))
    assert found[:2] == ("imports", "env")
    assert "imports env.log, which neither the JavaScript beside it nor" in found[2]


def test_an_imported_memory_is_named_as_one() -> None:
    (found,) = judged(library(memory=True), delivery(**PAGE), gives())
    assert "imports the memory env.memory" in found[2]
    assert "--importMemory" in found[3]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("emscripten_asm_const_int", "Emscripten's JavaScript would provide it"),
        ("__syscall_openat", "Emscripten's JavaScript would provide it"),
        ("_Z3addii", 'an extern "C"'),
        ("_mmap_js", "whose libc needs no JavaScript"),
        ("sensor_read", 'if the host provides it, say so: host-imports = ["env.sensor_read"]'),
    ],
)
def test_hints_by_name(name: str, hint: str) -> None:
    wamr = {**PAGE, "target": "wamr", "caller_modules": ()}
    (found,) = judged(library(("env", name)), delivery(**wamr))
    assert hint in found[3]


def test_what_the_components_own_host_has() -> None:
    data = library(("env", "read"), ("game", "draw"), ("game", "play"))
    given = {**PAGE, "target": "wamr", "caller_modules": (), "host_imports": ("env.read", "game.d*")}
    (found,) = judged(data, delivery(**given))
    assert found[2] == "imports game.play, which wasi does not provide"
    full = delivery(**{**given, "host_imports": ("env.read", "game.*")})
    assert judged(data, full) == []
    assert unresolved_imports(full.contract, read(data), None) == ("env.read", "game.draw", "game.play")
    through = gives(from_caller=True)
    assert judged(data, full, through) == []
    closed = gives(modules=("env", "game"))
    assert [f[1] for f in judged(data, full, closed)] == ["env", "game"], "this JavaScript takes nothing from a caller"


def test_many_imports_of_one_module_are_a_pattern() -> None:
    (found,) = judged(library(*(("game", f"f{n}") for n in range(6))), delivery(**{**PAGE, "target": "wamr"}))
    assert 'host-imports = ["game.*"]' in found[3]


@pytest.mark.parametrize(("module", "name"), [("__wbindgen_placeholder__", "__wbindgen_throw"), ("wbg", "__wbg_log")])
def test_what_wasm_bindgen_would_give(module: str, name: str) -> None:
    (found,) = judged(library((module, name)), delivery(**PAGE))
    assert 'recipe = "wasm-bindgen"' in found[3]


def test_wasi_is_its_functions_with_their_types() -> None:
    permitted = {**PAGE, "target": "wasi", "import_modules": (MODULE,)}
    right = a.library(
        types=(a.signature(), a.signature(b"", a.I32)),
        imports=(a.imported(MODULE, "sched_yield", a.FUNC, a.leb(1)),),
        functions=(0,),
        exports=(a.exported("f", a.FUNC, 1),),
    )
    assert judged(right, delivery(**permitted)) == []
    (other_type,) = judged(library((MODULE, "sched_yield")), delivery(**permitted))
    (unknown,) = judged(library((MODULE, "fd_frobnicate")), delivery(**permitted))
    assert "has another type" in other_type[3]
    assert "fd_frobnicate is not a function of WASI preview 1" in unknown[3]
    assert len(FUNCTIONS) == 46


@pytest.mark.parametrize("stub", STUBS)
def test_rust_that_calls_javascript_nobody_writes(stub: bytes) -> None:
    data = a.library(**GOOD, data=(b"before " + stub + b" after",))
    (found,) = judged(data, delivery())
    assert found[:2] == ("imports", "wasm-bindgen")
    assert 'recipe = "wasm-bindgen"' in found[3]


def test_what_is_left_to_others() -> None:
    waived = Waiver(rule="imports", item="env.read", because="the device has it")
    data = read(library(("env", "log"), ("env", "read")))
    assert unresolved_imports(delivery(**PAGE).contract, data, gives(("env", "log"), from_caller=True)) == ("env.read",)
    assert unresolved_imports(delivery(waived, **{**PAGE, "caller_modules": ()}).contract, data, None) == (
        "env.log",
        "env.read",
    )
    assert unresolved_imports(delivery(**PAGE).contract, data, gives(("env", "log"), ("env", "read"))) == ()


NO_MAIN = a.library(
    types=(a.signature(), a.signature(b"", a.I32)),
    functions=(0, 1),
    memories=(b"\x00\x01",),
    bodies=(a.body(b"\x10\x01\x1a"), a.body(b"\x00")),
    exports=(a.exported("memory", a.MEMORY, 0), a.exported("_start", a.FUNC, 0)),
)


def test_a_command_without_a_main() -> None:
    (found,) = judged(NO_MAIN, delivery())
    assert found[:3] == ("entry", "main", "has no main: it traps when it starts")
    assert judged(a.library(**GOOD), delivery()) == []


def test_a_command_that_had_none_when_it_was_linked() -> None:
    (found,) = judged(a.library(**GOOD), delivery(), linked=NO_MAIN)
    assert found[:2] == ("entry", "main")


REACTOR = {**PAGE, "caller_modules": ()}


@pytest.mark.parametrize(
    ("exports", "more", "holds"),
    [
        ((), {}, False),
        ((a.exported("memory", a.MEMORY, 0), a.exported("_initialize", a.FUNC, 0)), {}, False),
        ((a.exported("memory", a.MEMORY, 0),), {"data": (b"bytes to be read",)}, True),
        ((a.exported("memory", a.MEMORY, 0),), {"start": 0}, True),
        ((a.exported("add", a.FUNC, 0),), {}, True),
        ((a.exported("__wbindgen_malloc", a.FUNC, 0),), {}, True),
    ],
)
def test_a_reactor_exports_something(exports: tuple[bytes, ...], more: dict[str, object], holds: bool) -> None:
    data = a.library(types=(a.signature(),), functions=(0,), memories=(b"\x00\x01",), exports=exports, **more)  # type: ignore[arg-type]
    found = judged(data, delivery(**{**REACTOR, "start": True}))
    assert ([f[:2] for f in found] == []) is holds

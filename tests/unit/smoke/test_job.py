"""A smoke run and a module become a job, or a reason."""

from pathlib import Path

import msgspec
import pytest

from wasmforge.model.module import Export, FuncType, Import, MemoryType, Module
from wasmforge.model.smoke import Buffer, Smoke, SmokeRun
from wasmforge.runtimes.arguments import BadArgumentError, UnsupportedArgumentError
from wasmforge.runtimes.driver import SPARE_MEMORY_BYTES, rlimits_of
from wasmforge.runtimes.protocol import Allocator, Job
from wasmforge.smoke.job import make_job, memory_limit, title_of

MEMORY = Export(name="memory", kind="memory", type=MemoryType(minimum=1))
ONE = FuncType(params=("i32",), results=("i32",))
TWO = FuncType(params=("i32", "i32"), results=("i32",))
WIDE = FuncType(params=("i64",), results=("i64",))


def module(*exports: Export, **functions: FuncType) -> Module:
    added = tuple(Export(name=n, kind="func", type=t) for n, t in functions.items())
    memories = (MemoryType(minimum=2),)
    return Module(layer="core", size=8, sections=(), exports=(*exports, *added), memories=memories)


def job(smoke: Smoke, of: Module, *, glue: bool = False) -> Job:
    smoke_run = SmokeRun(
        label="c@wasi/release", component="c", target="wasi", runtime="r", smoke=smoke, module="/m.wasm", glue="/m.js"
    )
    return make_job(smoke_run, of, Path("/run"), glue=glue)


def reason(smoke: Smoke, of: Module, *, glue: bool = False) -> str:
    with pytest.raises(BadArgumentError) as caught:
        job(smoke, of, glue=glue)
    return str(caught.value)


def test_a_command_gets_its_name_first() -> None:
    made = job(Smoke(args=("x", 1), env={"A": "b"}), module())
    assert (made.argv, made.env, made.call, made.glue) == (("c", "x", "1"), {"A": "b"}, None, None)
    assert made.stdout == "/run/stdout"


def test_a_call_knows_its_parameters() -> None:
    made = job(Smoke(call="f", args=(1, 2)), module(f=TWO))
    assert [(v.kind, v.text) for v in made.args] == [("i32", "1"), ("i32", "2")]
    assert (made.params, made.allocator, made.argv) == (2, None, ())


@pytest.mark.parametrize(
    ("functions", "allocator"),
    [
        ({"malloc": ONE, "alloc": ONE, "__new": TWO}, Allocator(name="malloc")),
        ({"alloc": ONE, "__new": TWO}, Allocator(name="alloc")),
        ({"alloc": TWO, "__new": TWO}, Allocator(name="__new", more=(1,))),
        ({"__new": TWO, "__pin": ONE}, Allocator(name="__new", more=(1,), pin="__pin")),
        ({"malloc": WIDE}, Allocator(name="malloc", wide=True)),
    ],
)
def test_the_first_allocator_of_the_right_shape_is_taken(functions: dict[str, FuncType], allocator: Allocator) -> None:
    made = job(Smoke(call="f", args=(Buffer(size=1),)), module(MEMORY, f=ONE, **functions))
    assert made.allocator == allocator


def test_what_a_buffer_needs() -> None:
    smoke = Smoke(call="f", args=(Buffer(size=1),))
    assert reason(smoke, module(f=ONE, malloc=ONE)) == "a buffer needs the module to export its `memory`"
    assert reason(smoke, module(MEMORY, f=ONE)).startswith("a buffer needs an exported allocator")
    bad = Smoke(call="f", args=(Buffer(size=1, becomes_u8=(1, 2)),))
    assert reason(bad, module(MEMORY, f=ONE, malloc=ONE)) == "argument 1: becomes-u8 has 2 bytes, the buffer 1"


def test_a_memory_that_threads_share_is_imported() -> None:
    shared = Import(module="env", name="memory", kind="memory", type=MemoryType(minimum=1, maximum=2, shared=True))
    importing = msgspec.structs.replace(module(f=ONE, malloc=ONE), imports=(shared,))
    assert job(Smoke(call="f", args=(Buffer(size=1),)), importing, glue=True).allocator == Allocator(name="malloc")


def test_exports_and_counts() -> None:
    assert reason(Smoke(call="sum"), module(f=ONE)) == "no export 'sum': known: f"
    assert reason(Smoke(call="f"), module()) == "no export 'f': the module exports no function"
    assert reason(Smoke(call="memory"), module(MEMORY, f=ONE)).startswith("no export 'memory'")
    assert reason(Smoke(call="f"), module(f=ONE)) == "f takes 1 argument, 0 given"
    assert job(Smoke(call="g", args=("x", 2**60)), module(f=ONE), glue=True).args[1].kind == "i64"


@pytest.mark.parametrize(
    ("smoke", "why"),
    [
        (Smoke(returns=1), "`returns` is for a test with `call`"),
        (Smoke(call="f", args=(1,), stdout="x"), "`stdin`, `stdout`, `stderr` and `exit` are for commands"),
        (Smoke(call="f", args=(1,), exit=1), "`stdin`, `stdout`, `stderr` and `exit` are for commands"),
        (Smoke(timeout=0), "timeout must be more than 0 seconds and at most a day, not 0"),
        (Smoke(timeout=float("nan")), "timeout must be more than 0 seconds and at most a day, not nan"),
        (Smoke(timeout=float("inf")), "timeout must be more than 0 seconds and at most a day, not inf"),
        (Smoke(tolerance=-1), "tolerance must be 0 or more, not -1"),
        (Smoke(memory=0), "memory must be at least one page, 65536 bytes, not 0"),
        (Smoke(memory="lots"), "memory: 'lots' is not a size"),
        (Smoke(memory="64 KiB"), "the module starts with 131072 bytes of memory, the test permits 65536"),
    ],
)
def test_what_no_runtime_could_do(smoke: Smoke, why: str) -> None:
    assert reason(smoke, module(f=ONE)).startswith(why)


def test_components_are_refused() -> None:
    assert reason(Smoke(), Module(layer="component", size=8, sections=())).startswith("the file is a component")


def test_memory_is_a_size() -> None:
    assert memory_limit(Smoke(memory="64 MiB")) == 64 * 2**20


def test_titles() -> None:
    assert title_of(Smoke(name="vectors", call="f")) == "vectors"
    assert title_of(Smoke(args=("-n", 3))) == 'run "-n" 3'
    buffers = (Buffer(utf8="abc"), Buffer(f32=(1.0, 2.0)), Buffer(size=32), Buffer(hex="00"))
    assert (
        title_of(Smoke(call="f", args=(1, "x", True, *buffers))) == 'f(1, "x", true, utf8 "abc", f32[2], 32 bytes, hex)'
    )


def test_threads_get_room_where_there_can_be_any() -> None:
    shared = msgspec.structs.replace(module(f=ONE), memories=(MemoryType(minimum=1, maximum=2, shared=True),))
    test = Smoke(call="f", args=(1,))
    with pytest.raises(UnsupportedArgumentError, match="r gives modules no shared memory"):
        job(test, shared)
    alone, many = job(test, module(f=ONE), glue=True), job(test, shared, glue=True)
    assert rlimits_of(alone)[1] == alone.memory + SPARE_MEMORY_BYTES
    assert rlimits_of(many)[1] >= many.memory + SPARE_MEMORY_BYTES + 16 * (512 << 20)  # a pool of 16 in Node.js 24

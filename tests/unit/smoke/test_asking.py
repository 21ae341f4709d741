"""A call as a function of the module's own: what comes back is what the call itself would have given."""

import base64
from pathlib import Path

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.smoke import Argument, Buffer, Smoke, Trial
from wasmforge.smoke.asking import MOST, NAME, answer_of, answers, asking, result_type, sizes_of
from wasmforge.smoke.prepare import prepare
from wasmforge.smoke.values import Unable
from wasmforge.smoke.wire import Job, Value
from wasmforge.wasm import read

MODULE = bytes(
    wasmtime.wat2wasm(
        """(module
  (import "env" "log" (func $log (param i32)))
  (type $unused (func (param f64)))
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 16))
  (table 1 funcref) (elem (i32.const 0) $id)
  (func $id (export "id") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
    local.get 3 local.get 2 local.get 1 local.get 0)
  (func (export "vector") (result v128) (v128.const i64x2 1 2))
  (func (export "malloc") (param i32) (result i32)
    (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 0))))
  (func (export "next") (param $at i32) (param $n i32) (result i32) (local $i i32)
    (block $end (loop $more
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8 (i32.add (local.get $at) (local.get $i))
        (i32.add (i32.const 1) (i32.load8_u (i32.add (local.get $at) (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $more)))
    (local.get $n)))"""
    )
)


def job(call: str, *args: Argument) -> Job:
    trial = Trial(
        label="a", component="a", target="a", runtime="a", smoke=Smoke(call=call, args=args), module="/a.wasm"
    )
    return prepare(trial, read(MODULE), Path("/run"), glue=False)


def ran(asked: Job) -> tuple[tuple[Value, ...], tuple[str, ...]]:
    """What the function that was added returns, in Wasmtime."""
    made = asking(MODULE, read(MODULE), asked)
    engine = wasmtime.Engine()
    module = wasmtime.Module(engine, made)
    store = wasmtime.Store(engine)
    linker = wasmtime.Linker(engine)
    linker.define_unknown_imports_as_traps(module)
    function = linker.instantiate(store, module).exports(store)[NAME]
    assert isinstance(function, wasmtime.Func)
    got = function(store)
    numbers = got if isinstance(got, list) else [got]
    assert len(numbers) == answers(result_type(read(MODULE), asked), sizes_of(asked))
    return answer_of(read(MODULE), asked, numbers)


single = st.floats(width=32)


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1), single, st.floats())
def test_numbers_come_back_to_the_bit(a: int, b: int, c: float, d: float) -> None:
    results, buffers = ran(job("id", a, b, c, d))
    assert buffers == ()
    assert [r.kind for r in results] == ["f64", "f32", "i64", "i32"]
    assert [float(results[0].text), float(results[1].text)] == pytest.approx([d, c], nan_ok=True, rel=0, abs=0)
    assert [results[2].text, results[3].text] == [str(b), str(a)]


@given(st.binary(max_size=64))
def test_bytes_go_in_and_come_back(data: bytes) -> None:
    results, (buffer,) = ran(job("next", Buffer(hex=data.hex()), len(data)))
    assert base64.b64decode(buffer) == bytes((b + 1) % 256 for b in data)
    assert results[0].text == str(len(data))


def test_nothing_that_was_there_moves() -> None:
    before, after = read(MODULE), read(asking(MODULE, read(MODULE), job("id", 1, 2, 3.0, 4.0)))
    assert after.exports[:-1] == before.exports
    assert after.exports[-1].name == NAME
    assert [(f.index, f.size) for f in after.functions[:-1]] == [(f.index, f.size) for f in before.functions]


def test_what_no_command_line_can_pass() -> None:
    with pytest.raises(Unable, match="returns a v128"):
        asking(MODULE, read(MODULE), job("vector"))
    with pytest.raises(Unable, match=f"a call may return {MOST} numbers"):
        asking(MODULE, read(MODULE), job("next", Buffer(size=8 * MOST), 1))

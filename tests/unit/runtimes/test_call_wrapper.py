"""A call as a function of the module's own: what comes back is what the call itself would have given."""

import base64
from pathlib import Path

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.smoke import Argument, Buffer, CString, Smoke, SmokeRun
from wasmforge.runtimes.arguments import UnsupportedArgumentError
from wasmforge.runtimes.call_wrapper import (
    EXPORT_NAME,
    MAX_RESULTS,
    add_call_wrapper,
    buffer_sizes,
    decode_numbers,
    result_count,
    result_type,
)
from wasmforge.runtimes.protocol import Job, Value
from wasmforge.smoke.job import make_job
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
  (data (i32.const 131069) "abc")
  (data (i32.const 32) "a string of C, longer than eight bytes\\00and more")
  (func (export "same") (param i32) (result i32) local.get 0)
  (func (export "wide") (result i64) (i64.const 32))
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


def job(call: str, *args: Argument, returns: CString | None = None) -> Job:
    test = Smoke(call=call, args=args, returns=returns)
    smoke_run = SmokeRun(label="a", component="a", target="a", runtime="a", smoke=test, module="/a.wasm")
    return make_job(smoke_run, read(MODULE), Path("/run"), glue=False)


def ran(asked: Job) -> tuple[tuple[Value, ...], tuple[str, ...], str | None]:
    """What the function that was added returns, in Wasmtime."""
    made = add_call_wrapper(MODULE, read(MODULE), asked)
    engine = wasmtime.Engine()
    module = wasmtime.Module(engine, made)
    store = wasmtime.Store(engine)
    linker = wasmtime.Linker(engine)
    linker.define_unknown_imports_as_traps(module)
    function = linker.instantiate(store, module).exports(store)[EXPORT_NAME]
    assert isinstance(function, wasmtime.Func)
    got = function(store)
    numbers = got if isinstance(got, list) else [got]
    assert len(numbers) == result_count(result_type(read(MODULE), asked), buffer_sizes(asked), asked.text_bytes)
    return decode_numbers(read(MODULE), asked, numbers)


single = st.floats(width=32)


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1), single, st.floats())
def test_numbers_come_back_to_the_bit(a: int, b: int, c: float, d: float) -> None:
    results, buffers, text = ran(job("id", a, b, c, d))
    assert (buffers, text) == ((), None)
    assert [r.kind for r in results] == ["f64", "f32", "i64", "i32"]
    assert [float(results[0].text), float(results[1].text)] == pytest.approx([d, c], nan_ok=True, rel=0, abs=0)
    assert [results[2].text, results[3].text] == [str(b), str(a)]


@given(st.binary(max_size=64))
def test_bytes_go_in_and_come_back(data: bytes) -> None:
    results, (buffer,), _ = ran(job("next", Buffer(hex=data.hex()), len(data)))
    assert base64.b64decode(buffer) == bytes((b + 1) % 256 for b in data)
    assert results[0].text == str(len(data))


@pytest.mark.parametrize(
    ("address", "wanted", "text"),
    [
        (32, "a string of C, longer than eight bytes", b"a string of C, longer than eight bytes\0"),
        (34, "", b"string of C, longer than eight bytes\0"),
        (0, "x", b"\0"),
        (131069, "abc", b"abc" + b"\xff" * (3 + 48 - 3)),  # the memory ends without a NUL
        (-1, "abc", b"\xff\0"),  # beyond the end, then from 0 on
    ],
)
def test_text_at_the_returned_address(address: int, wanted: str, text: bytes) -> None:
    results, _, read_text = ran(job("same", address, returns=CString(cstring=wanted)))
    assert results[0].text == str(address)
    assert base64.b64decode(read_text or "") == text


def test_nothing_that_was_there_moves() -> None:
    before, after = read(MODULE), read(add_call_wrapper(MODULE, read(MODULE), job("id", 1, 2, 3.0, 4.0)))
    assert after.exports[:-1] == before.exports
    assert after.exports[-1].name == EXPORT_NAME
    assert [(f.index, f.size) for f in after.functions[:-1]] == [(f.index, f.size) for f in before.functions]


def test_what_no_command_line_can_pass() -> None:
    with pytest.raises(UnsupportedArgumentError, match="returns a v128"):
        add_call_wrapper(MODULE, read(MODULE), job("vector"))
    with pytest.raises(UnsupportedArgumentError, match="wide does not return an address of 32 bits"):
        add_call_wrapper(MODULE, read(MODULE), job("wide", returns=CString(cstring="")))
    with pytest.raises(UnsupportedArgumentError, match=f"a call may return {MAX_RESULTS} numbers"):
        add_call_wrapper(MODULE, read(MODULE), job("next", Buffer(size=8 * MAX_RESULTS), 1))

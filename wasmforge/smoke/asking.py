"""A call as a function of the module's own: for runtimes whose command line passes no bytes and prints floats rounded.

The function added makes room for the buffers and fills them, calls the export, and returns all as whole numbers: each
result's bits, and each buffer's bytes, eight to a number. Pure; what is already in the module is not touched.
"""

import base64
import struct
from collections.abc import Mapping, Sequence

from wasmforge.model.module import FuncType, Module
from wasmforge.smoke.values import Unable, number
from wasmforge.smoke.wire import Allocator, Job, Value
from wasmforge.wasm.append import append, function_indexes, sleb, uleb

NAME = "wasmforge-ask"

MOST = 1000
"""Results that engines let a function have."""

CONST = {"i32": 0x41, "i64": 0x42, "f32": 0x43, "f64": 0x44}
TO_I64 = {"i32": b"\xac", "i64": b"", "f32": b"\xbc\xad", "f64": b"\xbd"}
"""The bits of a value as an i64: extended, reinterpreted."""

GET, SET, CALL = b"\x20", b"\x21", b"\x10"
LOAD64, LOAD8, STORE64, STORE8 = b"\x29\x00", b"\x31\x00", b"\x37\x00", b"\x3a\x00"


def asking(data: bytes, module: Module, job: Job) -> bytes:
    """The module with the function NAME, which makes the call. Raises Unable where the call cannot be put so."""
    kind = result_type(module, job)
    sizes = sizes_of(job)
    count = answers(kind, sizes)
    if count > MOST:
        raise Unable(f"its buffers have {sum(sizes)} bytes, and a call may return {MOST} numbers")
    indexes = function_indexes(data)
    address = "i64" if job.allocator and job.allocator.wide else "i32"
    locals_ = (*(address for _ in sizes), *kind.results)
    body = b"".join(
        _room(job.allocator, indexes, n, base64.b64decode(v.text))
        for n, v in enumerate(v for v in job.args if v.kind == "buffer")
        if job.allocator
    )
    places = iter(range(len(sizes)))
    for argument in job.args:
        body += GET + uleb(next(places)) if argument.kind == "buffer" else _constant(argument)
    body += CALL + uleb(indexes[job.call or ""])
    base = len(sizes)
    for n in reversed(range(len(kind.results))):
        body += SET + uleb(base + n)
    for n, value in enumerate(kind.results):
        body += GET + uleb(base + n) + TO_I64[value]
    for n, size in enumerate(sizes):
        for at, width in _words(size):
            body += GET + uleb(n) + (LOAD64 if width == 8 else LOAD8) + uleb(at)
    return append(data, NAME, FuncType(results=("i64",) * count), locals_, body)


def answer_of(module: Module, job: Job, numbers: Sequence[int]) -> tuple[tuple[Value, ...], tuple[str, ...]]:
    """Results and buffers out of the numbers that the function returned."""
    kind = result_type(module, job)
    results = tuple(_value(n, k) for n, k in zip(numbers, kind.results, strict=False))
    left = list(numbers[len(results) :])
    buffers = []
    for size in sizes_of(job):
        data = bytearray(size)
        for at, width in _words(size):
            data[at : at + width] = (left.pop(0) % (1 << 64)).to_bytes(8, "little")[:width]
        buffers.append(base64.b64encode(data).decode())
    return results, tuple(buffers)


def answers(kind: FuncType, sizes: Sequence[int]) -> int:
    """How many numbers come back."""
    return len(kind.results) + sum(len(_words(s)) for s in sizes)


def sizes_of(job: Job) -> tuple[int, ...]:
    """The sizes of the buffers, in order."""
    return tuple(len(base64.b64decode(v.text)) for v in job.args if v.kind == "buffer")


def result_type(module: Module, job: Job) -> FuncType:
    """The type of the export that is called. Raises Unable when it is not of numbers alone."""
    kind = next(e.type for e in module.exports if e.name == job.call)
    assert isinstance(kind, FuncType)  # noqa: S101 - the parent has looked
    if other := next((t for t in kind.results if t not in TO_I64), None):
        raise Unable(f"{job.call} returns a {other}, which no command line gives back")
    return kind


def _room(allocator: Allocator, indexes: Mapping[str, int], place: int, data: bytes) -> bytes:
    """Make room, note where, and fill it. A store beyond the memory traps, as it should."""
    const = b"\x42" if allocator.wide else b"\x41"
    body = const + sleb(len(data)) + b"".join(b"\x41" + sleb(n) for n in allocator.more)
    body += CALL + uleb(indexes[allocator.name])
    if allocator.pin:
        body += CALL + uleb(indexes[allocator.pin])
    body += SET + uleb(place)
    for at, width in _words(len(data)):
        value = int.from_bytes(data[at : at + width], "little", signed=True)
        body += GET + uleb(place)
        body += b"\x42" + sleb(value) + STORE64 + uleb(at) if width == 8 else b"\x41" + sleb(value) + STORE8 + uleb(at)
    return body


def _words(size: int) -> list[tuple[int, int]]:
    """Where the numbers of a buffer lie and how wide they are; the last of several overlaps the one before it."""
    if size < 8:
        return [(at, 1) for at in range(size)]
    starts = [*range(0, size - 7, 8)]
    starts += [size - 8] if starts[-1] != size - 8 else []
    return [(at, 8) for at in starts]


def _constant(value: Value) -> bytes:
    kind = value.kind
    if kind in {"i32", "i64"}:
        return bytes([CONST[kind]]) + sleb(int(value.text))
    if kind in {"f32", "f64"}:
        return bytes([CONST[kind]]) + struct.pack("<f" if kind == "f32" else "<d", float(value.text))
    raise Unable(f"a {kind} cannot be passed without glue")


def _value(bits: int, kind: str) -> Value:
    if kind == "i32":
        low = bits % (1 << 32)
        return Value(kind="i32", text=str(low - (1 << 32) if low >= 1 << 31 else low))
    if kind == "i64":
        low = bits % (1 << 64)
        return Value(kind="i64", text=str(low - (1 << 64) if low >= 1 << 63 else low))
    if kind == "f32":
        return Value(kind="f32", text=number(struct.unpack("<f", (bits % (1 << 32)).to_bytes(4, "little"))[0]))
    return Value(kind="f64", text=number(struct.unpack("<d", (bits % (1 << 64)).to_bytes(8, "little"))[0]))

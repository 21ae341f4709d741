"""Adds a function to a module that makes the call of a job, for runtimes whose command line passes numbers only.

The function allocates the buffers and fills them, calls the export, and returns everything as whole numbers: the bits
of each result, the bytes of each buffer, and those at the address that was returned, eight per number. Pure; existing
parts of the module are not changed.
"""

import base64
import struct
from collections.abc import Mapping, Sequence

from wasmforge.model.module import FuncType, Module
from wasmforge.runtimes.arguments import UnsupportedArgumentError, format_number
from wasmforge.runtimes.protocol import Allocator, Job, Value
from wasmforge.wasm.add_function import add_function, function_indexes, sleb, uleb

EXPORT_NAME = "wasmforge-ask"

MAX_RESULTS = 1000
"""The largest number of results that engines accept for a function."""

CONST = {"i32": 0x41, "i64": 0x42, "f32": 0x43, "f64": 0x44}
TO_I64 = {"i32": b"\xac", "i64": b"", "f32": b"\xbc\xad", "f64": b"\xbd"}
"""The instructions that make the bits of a value an i64."""

GET, SET, CALL = b"\x20", b"\x21", b"\x10"
LOAD64, LOAD8, STORE64, STORE8 = b"\x29\x00", b"\x31\x00", b"\x37\x00", b"\x3a\x00"


def add_call_wrapper(data: bytes, module: Module, job: Job) -> bytes:
    """The module with a function EXPORT_NAME that makes the call. Raises UnsupportedArgumentError where it cannot."""
    kind = result_type(module, job)
    sizes = buffer_sizes(job)
    count = result_count(kind, sizes, job.text_bytes)
    if count > MAX_RESULTS:
        raise UnsupportedArgumentError(
            f"its buffers have {sum(sizes)} bytes, and a call may return {MAX_RESULTS} numbers"
        )
    if job.text_bytes is not None and kind.results != ("i32",):
        raise UnsupportedArgumentError(f"{job.call} does not return an address of 32 bits")
    indexes = function_indexes(data)
    address = "i64" if job.allocator and job.allocator.wide else "i32"
    locals_ = (*(address for _ in sizes), *kind.results)
    body = b"".join(
        _allocate(job.allocator, indexes, n, base64.b64decode(v.text))
        for n, v in enumerate(v for v in job.args if v.kind == "buffer")
        if job.allocator
    )
    addresses = iter(range(len(sizes)))
    for argument in job.args:
        body += GET + uleb(next(addresses)) if argument.kind == "buffer" else _constant(argument)
    body += CALL + uleb(indexes[job.call or ""])
    base = len(sizes)
    for n in reversed(range(len(kind.results))):
        body += SET + uleb(base + n)
    for n, value in enumerate(kind.results):
        body += GET + uleb(base + n) + TO_I64[value]
    for n, size in enumerate(sizes):
        for offset, width in _chunks(size):
            body += GET + uleb(n) + (LOAD64 if width == 8 else LOAD8) + uleb(offset)
    for offset in range(0, job.text_bytes or 0, 8):
        body += _eight_bytes(base, offset)
    return add_function(data, EXPORT_NAME, FuncType(results=("i64",) * count), locals_, body)


def decode_numbers(
    module: Module, job: Job, numbers: Sequence[int]
) -> tuple[tuple[Value, ...], tuple[str, ...], str | None]:
    """Results, buffers and text (see `Answer`) from the numbers that the function returned."""
    kind = result_type(module, job)
    results = tuple(_value(n, k) for n, k in zip(numbers, kind.results, strict=False))
    left = list(numbers[len(results) :])
    buffers = []
    for size in buffer_sizes(job):
        data = bytearray(size)
        for offset, width in _chunks(size):
            data[offset : offset + width] = (left.pop(0) % (1 << 64)).to_bytes(8, "little")[:width]
        buffers.append(base64.b64encode(data).decode())
    if job.text_bytes is None:
        return results, tuple(buffers), None
    text = b"".join((number % (1 << 64)).to_bytes(8, "little") for number in left)[: job.text_bytes]
    return results, tuple(buffers), base64.b64encode(text[: text.find(0) + 1] if 0 in text else text).decode()


def result_count(kind: FuncType, sizes: Sequence[int], text_bytes: int | None = None) -> int:
    """How many numbers the function returns."""
    return len(kind.results) + sum(len(_chunks(s)) for s in sizes) + -(-(text_bytes or 0) // 8)


def buffer_sizes(job: Job) -> tuple[int, ...]:
    """The sizes of the buffers, in order."""
    return tuple(len(base64.b64decode(v.text)) for v in job.args if v.kind == "buffer")


def result_type(module: Module, job: Job) -> FuncType:
    """The type of the export that is called. Raises UnsupportedArgumentError when a result is not a number."""
    kind = next(e.type for e in module.exports if e.name == job.call)
    assert isinstance(kind, FuncType)  # noqa: S101 - the parent has looked
    if other := next((t for t in kind.results if t not in TO_I64), None):
        raise UnsupportedArgumentError(f"{job.call} returns a {other}, which no command line returns")
    return kind


def _allocate(allocator: Allocator, indexes: Mapping[str, int], place: int, data: bytes) -> bytes:
    """Code that allocates a buffer, stores its address in a local, and fills it. A store out of bounds traps."""
    const = b"\x42" if allocator.wide else b"\x41"
    body = const + sleb(len(data)) + b"".join(b"\x41" + sleb(n) for n in allocator.more)
    body += CALL + uleb(indexes[allocator.name])
    if allocator.pin:
        body += CALL + uleb(indexes[allocator.pin])
    body += SET + uleb(place)
    for offset, width in _chunks(len(data)):
        value = int.from_bytes(data[offset : offset + width], "little", signed=True)
        body += GET + uleb(place)
        body += (
            b"\x42" + sleb(value) + STORE64 + uleb(offset)
            if width == 8
            else b"\x41" + sleb(value) + STORE8 + uleb(offset)
        )
    return body


def _eight_bytes(local: int, offset: int) -> bytes:
    """Code for the eight bytes at the address in a local plus `offset`, as one number; 0xff beyond the memory's end."""
    body = b"\x42\x00"
    for n in range(8):
        address = GET + uleb(local) + b"\x41" + sleb(offset + n) + b"\x6a"
        inside = address + b"\x41\x10\x76\x3f\x00\x49"  # address >> 16 < memory.size
        body += inside + b"\x04\x7e" + address + LOAD8 + b"\x00" + b"\x05\x42" + sleb(0xFF) + b"\x0b"
        body += b"\x42" + sleb(8 * n) + b"\x86\x84"  # shl, or
    return body


def _chunks(size: int) -> list[tuple[int, int]]:
    """Offset and width of each number of a buffer; the last one may overlap the one before."""
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
    raise UnsupportedArgumentError(f"a {kind} cannot be passed without glue")


def _value(bits: int, kind: str) -> Value:
    if kind == "i32":
        low = bits % (1 << 32)
        return Value(kind="i32", text=str(low - (1 << 32) if low >= 1 << 31 else low))
    if kind == "i64":
        low = bits % (1 << 64)
        return Value(kind="i64", text=str(low - (1 << 64) if low >= 1 << 63 else low))
    if kind == "f32":
        return Value(kind="f32", text=format_number(struct.unpack("<f", (bits % (1 << 32)).to_bytes(4, "little"))[0]))
    return Value(kind="f64", text=format_number(struct.unpack("<d", (bits % (1 << 64)).to_bytes(8, "little"))[0]))

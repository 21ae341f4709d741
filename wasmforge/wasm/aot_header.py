"""Recognizes native code made ahead of time, and reads its maker and target from the header."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wasmforge.model.aot import AotCode
from wasmforge.wasm.cursor import Malformed

WAMR = b"\0aot"
ELF = b"\x7fELF\x02\x01"
"""64 bits, little-endian: the only form of Wasmtime's and WasmEdge's files that is supported."""

WASMTIME_ABI, WASMTIME_COMPONENT = 200, 2
"""Of Wasmtime's ELF files: the byte EI_OSABI, and the flag of those made of a component."""

WASMTIME_ENGINE = ".wasmtime.engine"
DYNAMIC_SYMBOLS, NO_BITS = 11, 8

MACHINES = {3: "i386", 8: "mips", 40: "arm", 62: "x86_64", 94: "xtensa", 183: "aarch64", 243: "riscv64"}
"""ELF's `e_machine`, as far as these compilers make code for it."""

WAMR_NEEDS = {0: "simd", 1: "bulk-memory", 2: "threads", 3: "reference-types", 4: "gc", 5: "legacy-exceptions"}
"""Bits of WAMR's `feature_flags` that stand for features of WebAssembly."""

MAX_SECTIONS = 4096


class ElfSection(NamedTuple):
    """A section of an ELF file: kind, load address, position and size in bytes, and the section it refers to."""

    name: str
    kind: int
    address: int
    offset: int
    size: int
    link: int


def read_aot(data: bytes) -> AotCode | None:
    """The facts in the header of native code; None for other files. Raises `Malformed`."""
    try:
        if data.startswith(WAMR):
            return _wamr(data)
        return _elf(data) if data.startswith(ELF) else None
    except (struct.error, UnicodeDecodeError, IndexError, OverflowError):
        raise Malformed("the header of the native code is cut short or damaged", 0) from None


def _wamr(data: bytes) -> AotCode:
    """WAMR: a version, then sections; the first has the target."""
    version, section, size = struct.unpack_from("<III", data, 4)
    if section != 0 or size < 48 or len(data) < 16 + 48:
        raise Malformed(f"a file of WAMR's format {version} without a target at its start", 8)
    flags = struct.unpack_from("<Q", data, 16 + 16)[0]
    arch = data[16 + 32 : 16 + 48].split(b"\0")[0].decode("ascii")
    needs = tuple(name for bit, name in WAMR_NEEDS.items() if flags >> bit & 1)
    return AotCode(format="wamr", version=str(version), target=arch or "an unnamed architecture", needs=needs)


def _elf(data: bytes) -> AotCode | None:
    machine = MACHINES.get(struct.unpack_from("<H", data, 18)[0], "another architecture")
    parts = list(_elf_sections(data))
    if data[7] == WASMTIME_ABI:
        engine = next((p for p in parts if p.name == WASMTIME_ENGINE), None)
        if engine is None:
            raise Malformed(f"Wasmtime's native code without the section {WASMTIME_ENGINE}", 0)
        version, at = _sized_string(data, engine.offset + 1)
        target, _ = _sized_string(data, at)
        component = struct.unpack_from("<I", data, 48)[0] & WASMTIME_COMPONENT
        return AotCode(format="wasmtime", version=version, target=target, kind="component" if component else "module")
    found = {name: address for name, address in _symbols(data, parts) if name in {"version", "wasm.code"}}
    if len(found) < 2:
        return None  # some other program or library
    home = next((p for p in parts if p.kind != NO_BITS and p.address <= found["version"] < p.address + p.size), None)
    if home is None:
        raise Malformed("WasmEdge's native code without the bytes of its version", 0)
    number = struct.unpack_from("<I", data, home.offset + found["version"] - home.address)[0]
    return AotCode(format="wasmedge", version=str(number), target=machine)


def _elf_sections(data: bytes) -> Iterator[ElfSection]:
    """The sections of an ELF file."""
    table = struct.unpack_from("<Q", data, 40)[0]
    step, count, names = struct.unpack_from("<HHH", data, 58)
    if count > MAX_SECTIONS or step < 64 or table + count * step > len(data):
        raise Malformed(f"an ELF file with a damaged table of {count} sections", 58)
    rows = [struct.unpack_from("<IIQQQQI", data, table + i * step) for i in range(count)]
    if not rows:
        return
    strings = rows[names][4]
    for name, kind, _, address, offset, size, link in rows:
        yield ElfSection(_c_string(data, strings + name), kind, address, offset, size, link)


def _symbols(data: bytes, parts: list[ElfSection]) -> Iterator[tuple[str, int]]:
    """Names and addresses of the symbols that an ELF library exports."""
    table = next((p for p in parts if p.kind == DYNAMIC_SYMBOLS), None)
    if table is None or table.offset + table.size > len(data):
        return
    strings = parts[table.link].offset
    for at in range(table.offset, table.offset + table.size - 23, 24):
        name, _, _, _, address = struct.unpack_from("<IBBHQ", data, at)
        yield _c_string(data, strings + name), address


def _sized_string(data: bytes, at: int) -> tuple[str, int]:
    """A text of less than 128 bytes with its length before it, and where it ends."""
    size = data[at]
    if size > 127 or at + 1 + size > len(data):
        raise Malformed("the version of the native code is unreadable", at)
    return data[at + 1 : at + 1 + size].decode("ascii"), at + 1 + size


def _c_string(data: bytes, at: int) -> str:
    """The text up to the next zero byte, at most 64 bytes."""
    return data[at : at + 64].split(b"\0")[0].decode("utf-8", "replace")

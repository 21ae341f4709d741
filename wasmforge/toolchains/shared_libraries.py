"""Finds the shared libraries that a program starts with, or the interpreter that a script names.

Read from the files, as the dynamic linker would, and nothing is started for it: a program whose identity is asked is
not trusted yet, and `ldd` may run it. What a program opens later by itself (dlopen) is not seen here.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from wasmforge.toolchains.environment import FIXED

CACHE = "/etc/ld.so.cache"
"""Where the GNU dynamic linker keeps which libraries are in which of the system's folders."""

_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")

_MAGIC = b"glibc-ld.so.cache1.1"

_NEEDED, _STRTAB, _RPATH, _RUNPATH = 1, 5, 15, 29
_LOAD, _DYNAMIC, _INTERP = 1, 2, 3

MAX_TABLE_BYTES = 1 << 20
"""Bytes of a table in a program's head; more is no program of anybody's."""

MAX_NAME_BYTES = 4096
"""Bytes of a library's name, or of the folders where libraries are, with the zero at its end."""


class DynamicSection(NamedTuple):
    """What an ELF file asks of the dynamic linker. `machine` is its class and architecture."""

    machine: tuple[int, int]
    interpreter: str
    needed: tuple[str, ...]
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]


class ProgramStart(NamedTuple):
    """What a program starts with: `files` are the absolute paths of its interpreter and shared libraries, in order;
    `missing` are the places before them where nothing was, and where something else could take their place.
    """

    files: tuple[str, ...]
    missing: tuple[str, ...]


def starts_with(program: str, path: str = FIXED["PATH"]) -> ProgramStart:
    """What a program starts with; a library that is nowhere is left out.

    `path` is where a script's `#!/usr/bin/env NAME` is looked for.
    """
    found: dict[str, None] = {}
    missing: dict[str, None] = {}
    while (interpreter := _interpreter(program, path)) and interpreter not in found:
        found[interpreter] = None
        program = interpreter
    for where in _closure(program):
        found.update(dict.fromkeys(where.files))
        missing.update(dict.fromkeys(where.missing))
    return ProgramStart(tuple(found), tuple(missing))


def find_program(name: str, path: str = FIXED["PATH"]) -> str | None:
    """The first executable of that name in these folders."""
    for folder in path.split(os.pathsep):
        place = f"{folder}/{name}"
        if folder and Path(place).is_file() and os.access(place, os.X_OK):
            return place
    return None


def forget_linker_cache() -> None:
    """Forget what was found: in a process that stays, as a watching one does, libraries may have changed."""
    for known in (_start_of, _find, _linked, _cached):
        known.cache_clear()


def _interpreter(program: str, path: str) -> str | None:
    """The program that a script names in its first line."""
    try:
        with Path(program).open("rb") as file:
            line = file.readline(4096) if file.read(2) == b"#!" else b""
    except (OSError, ValueError):  # ValueError: a script that names a NUL is followed to here
        return None
    words = os.fsdecode(line).split()
    if not words:
        return None
    if Path(words[0]).name == "env":
        name = next((word for word in words[1:] if not word.startswith("-") and "=" not in word), "")
        return find_program(name, path) if name else words[0]
    return words[0]


def _closure(program: str) -> Iterator[ProgramStart]:
    """The libraries of an ELF program, theirs, and so on."""
    seen = {program}
    doing: list[tuple[str, tuple[str, ...]]] = [(program, ())]
    while doing:
        start, rpath = _start_of(*doing.pop(0))
        yield start
        for library in start.files:
            if library not in seen:
                seen.add(library)
                doing.append((library, rpath))


@lru_cache(maxsize=4096)
def _start_of(path: str, inherited: tuple[str, ...]) -> tuple[ProgramStart, tuple[str, ...]]:
    """What one ELF file asks for by itself, and the folders that its libraries' own are looked for in as well."""
    linked = _linked(path)
    if linked is None:
        return ProgramStart((), ()), ()
    origin = str(Path(path).resolve().parent)
    rpath = () if linked.runpath else (*_expanded(linked.rpath, origin), *inherited)
    folders = (*rpath, *_expanded(linked.runpath, origin))
    names = (*((linked.interpreter,) if linked.interpreter else ()), *linked.needed)
    found = [_find(name, folders, linked.machine) for name in names]
    files, missing = (tuple(path for each in found for path in each[i]) for i in (0, 1))
    return ProgramStart(files, missing), rpath


def _expanded(folders: tuple[str, ...], origin: str) -> tuple[str, ...]:
    return tuple(f.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for f in folders)


@lru_cache(maxsize=4096)
def _find(name: str, folders: tuple[str, ...], machine: tuple[int, int]) -> ProgramStart:
    """Where the linker would find a library. Of those in the system's cache all that fit: which one is taken may depend
    on the processor.
    """
    if "/" in name:
        return ProgramStart((name,), ()) if Path(name).exists() else ProgramStart((), (name,))
    missing: list[str] = []
    for folder in folders:
        if _fits(place := f"{folder}/{name}", machine):
            return ProgramStart((place,), tuple(missing))
        missing.append(place)
    if cached := tuple(place for place in _cached(CACHE).get(name, ()) if _fits(place, machine)):
        return ProgramStart(cached, tuple(missing))
    for folder in _FOLDERS:
        if _fits(place := f"{folder}/{name}", machine):
            return ProgramStart((place,), tuple(missing))
        missing.append(place)
    return ProgramStart((), tuple(missing))


def _fits(path: str, machine: tuple[int, int]) -> bool:
    linked = _linked(path)
    return linked is not None and linked.machine == machine


@lru_cache(maxsize=1024)
def _linked(path: str) -> DynamicSection | None:
    """What an ELF file asks of the dynamic linker; None for any other file."""
    try:
        with open(path, "rb", opener=lambda p, flags: os.open(p, flags | os.O_NONBLOCK)) as file:
            return _elf(file)
    except (OSError, struct.error, ValueError, OverflowError):
        return None


def _elf(file: BinaryIO) -> DynamicSection | None:
    head = file.read(64)
    if head[:4] != b"\x7fELF" or head[4] not in (1, 2) or head[5] not in (1, 2):
        return None
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    machine = (head[4], struct.unpack_from(f"{order}H", head, 18)[0])
    at = struct.unpack_from(f"{order}Q" if wide else f"{order}I", head, 32 if wide else 28)[0]
    size, count = struct.unpack_from(f"{order}HH", head, 54 if wide else 42)
    table = _part(file, at, size * count)
    parts: list[tuple[int, int, int, int]] = []  # what it is, offset, address, size in the file
    for i in range(count):
        if wide:
            kind, _, offset, address, _, length = struct.unpack_from(f"{order}IIQQQQ", table, i * size)
        else:
            kind, offset, address, _, length = struct.unpack_from(f"{order}IIIII", table, i * size)
        parts.append((kind, offset, address, length))
    interpreter = next((_text(_part(file, o, n), 0) for kind, o, _, n in parts if kind == _INTERP), "")
    dynamic = next((_part(file, o, n) for kind, o, _, n in parts if kind == _DYNAMIC), b"")
    pairs = [*struct.iter_unpack(f"{order}qQ" if wide else f"{order}iI", dynamic[: len(dynamic) // 16 * 16])]
    strings = next((value for tag, value in pairs if tag == _STRTAB), 0)
    place = next((o + strings - a for kind, o, a, n in parts if kind == _LOAD and a <= strings < a + n), None)

    def said(units: int) -> tuple[str, ...]:
        if place is None:
            return ()
        return tuple(
            _text(_part(file, place + value, MAX_NAME_BYTES, short=True), 0) for tag, value in pairs if tag == units
        )

    return DynamicSection(machine, interpreter, said(_NEEDED), _split(said(_RPATH)), _split(said(_RUNPATH)))


def _split(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(folder for line in said for folder in line.split(":") if folder)


def _part(file: BinaryIO, offset: int, length: int, *, short: bool = False) -> bytes:
    if length > MAX_TABLE_BYTES:
        raise ValueError("too long")
    file.seek(offset)
    data = file.read(length)
    if len(data) < length and not short:
        raise ValueError("cut off")
    return data


def _text(data: bytes, at: int) -> str:
    return os.fsdecode(data[at : data.index(b"\0", at)])


@lru_cache(maxsize=2)
def _cached(cache: str) -> Mapping[str, tuple[str, ...]]:
    """The libraries in the system's cache, by name."""
    try:
        with Path(cache).open("rb") as file:
            data = file.read(16 * MAX_TABLE_BYTES)
    except OSError:
        return {}
    start = data.find(_MAGIC)
    if start < 0:
        return {}
    data = data[start:]
    found: dict[str, tuple[str, ...]] = {}
    try:
        for i in range(struct.unpack_from("=I", data, len(_MAGIC))[0]):
            _, name, path = struct.unpack_from("=iII", data, 48 + 24 * i)
            key = _text(data, name)
            found[key] = (*found.get(key, ()), _text(data, path))
    except (struct.error, ValueError):
        return {}
    return found

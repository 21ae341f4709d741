"""Answers `wasmforge build` from what an earlier one wrote down, when nothing that it rested on has changed.

Runs before anything else is imported, so it imports next to nothing. It knows no TOML, no plan and no toolchain: it
compares what the system says of a list of paths. Whatever is unusual is left to the full path.
"""

import os
import sys
import time
import zlib

FOLDER = ".wasmforge/unchanged"
"""Where the records are, below a project's folder."""

FORMAT = "wasmforge unchanged 1"

MARGIN = 20_000_000
"""Nanoseconds by which a file must be older than a look at it to be known by its times alone: more than a tick of the
system's clock, and more than the clock may jump without being noticed."""

SESSION = (
    "_",
    "OLDPWD",
    "SHLVL",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_TTY",
    "TERM_SESSION_ID",
    "TMUX_PANE",
    "WINDOWID",
)
"""Variables that differ from one terminal to the next and that nothing of ours reads."""

SERVES = 86400 * 1_000_000_000
"""Nanoseconds that a record serves: once a day a build looks at everything, and the store learns what is in use."""

ABSENT = "-"

LINK = 0o120000


def answer(argv: list[str]) -> bool:
    """Print what a full build would print and return True, or print nothing and return False."""
    started, lock = time.perf_counter(), -1
    if argv[:1] != ["build"]:
        return False
    try:
        told = circumstances(argv)
        if found := _record(_start(argv), told):
            folder, data = found
            lock = os.open(f"{folder}/.wasmforge/lock", os.O_RDONLY | os.O_CLOEXEC)
            _alone(lock)
            if words := _words(data, told):
                _print(words, time.perf_counter() - started)
                return True
    except Exception:  # noqa: S110 - whatever it is, the full build meets it again and has words for it
        pass
    if lock >= 0:
        os.close(lock)  # the full build takes it for itself alone, and would wait for us
    return False


def circumstances(argv: list[str]) -> str:
    """A hash over all that a build rests on beside files: the command line, where and by whom it is given, and to what
    stream. A hash, because the environment may hold secrets, and what we write down may be kept in a CI's cache.
    """
    from _blake2 import blake2b  # where hashlib has it from, which takes as long to import as half of what we do

    streams = ((1, sys.stdout), (2, sys.stderr))
    known = (
        *(sys.version, sys.executable, sys.prefix, *sys.path),
        *(os.getcwd(), str(os.geteuid()), str(os.cpu_count())),
        *(f"{out.isatty()} {out.encoding} {out.errors}" for _, out in streams),
        *(str(os.get_terminal_size(i)) for i, out in streams if out.isatty()),
        *argv,
        *sorted(f"{name}={value}" for name, value in os.environ.items() if name not in SESSION),
    )
    return blake2b(_bytes("\0".join(word or " " for word in known)), digest_size=32).hexdigest()


def name_of(told: str) -> str:
    """The name of the record for these circumstances; the record itself says them whole."""
    return f"{zlib.crc32(_bytes(told)):08x}"


def clock() -> int:
    """When the system started by its own clock, in nanoseconds: it moves only when somebody sets that clock."""
    steady = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    while True:
        before = time.clock_gettime_ns(steady)
        now = time.time_ns()
        if time.clock_gettime_ns(steady) - before < MARGIN // 20:  # else we were put aside between the two
            return now - before


def fact(path: str) -> str:
    """What the system says of a path, without reading it; of a symbolic link, also what it leads to.

    Raises OSError when it cannot be told whether something is there.
    """
    try:
        s = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    said = f"{s.st_mode} {s.st_ino} {s.st_dev} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}"
    if s.st_mode & 0o170000 != LINK:
        return said
    try:
        s = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return f"{said} {ABSENT}"
    return f"{said} {s.st_mode} {s.st_ino} {s.st_dev} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}"


def content(path: str) -> str:
    """A hash over a file's bytes, or over a folder's names; for what is too young to be known by its times."""
    import hashlib  # rarely needed here

    if os.path.isdir(path):
        return hashlib.sha256(_bytes("\0".join(sorted(os.listdir(path))))).hexdigest()
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def image_id(socket: str, name: str) -> str:
    """The id that the container engine behind a socket gives to an image; it must answer within a second."""
    import _socket  # the module `socket` costs more than the answer

    engine = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        engine.settimeout(1)
        engine.connect(socket)
        engine.sendall(f"GET /images/{name}/json HTTP/1.0\r\nHost: engine\r\n\r\n".encode())
        said = b""
        while b'","' not in said and (more := engine.recv(65536)):
            said += more
    finally:
        engine.close()
    return said.partition(b'{"Id":"')[2].partition(b'"')[0].decode() if b" 200 OK\r\n" in said else ABSENT


def record(told: str, facts: dict[str, str], contents: dict[str, str], images: list[str], words: list[bytes]) -> bytes:
    """A record as bytes. `images` are socket, name and id, one after the other; `words` what to print, see `_print`."""
    lists = (
        [str(clock()), str(time.time_ns())],
        [*facts],
        [*facts.values()],
        [*contents],
        [*contents.values()],
        images,
    )
    body = b"\0\0".join([_bytes(told), *(_bytes("\0".join(words)) for words in lists), b"\0".join(words)])
    return f"{FORMAT} {zlib.crc32(body)}\n".encode() + body


def _start(argv: list[str]) -> str:
    """Where to begin to look for a record: only a hint, since a record says itself what it is for."""
    here = os.getcwd()
    return os.path.normpath(os.path.join(here, argv[argv.index("-C") + 1])) if "-C" in argv[:-1] else here


def _record(start: str, told: str) -> tuple[str, bytes] | None:
    """The nearest record for these circumstances, from this folder upwards, and the project's folder."""
    name = name_of(told)
    folder = start
    while True:
        try:
            with open(f"{folder}/{FOLDER}/{name}", "rb") as file:
                return folder, file.read()
        except (FileNotFoundError, NotADirectoryError):
            above = os.path.dirname(folder)
            if above == folder:
                return None
            folder = above


def _words(data: bytes, told: str) -> list[bytes] | None:
    """What a record has to say, if it is whole, was written in these circumstances, and holds today."""
    head, _, body = data.partition(b"\n")
    if head != f"{FORMAT} {zlib.crc32(body)}".encode():
        return None
    *parts, words = body.split(b"\0\0", 7)
    if parts[0] != _bytes(told):
        return None
    (started, written), paths, facts, read, contents, images = (_items(part) for part in parts[1:])
    if abs(clock() - int(started)) > MARGIN // 2 or not 0 <= time.time_ns() - int(written) < SERVES:
        return None
    if len(paths) != len(facts):
        return None
    for path, said in zip(paths, facts):  # noqa: B905 - their lengths were compared
        if fact(path) != said:
            return None
    if any(content(path) != said for path, said in zip(read, contents, strict=True)):
        return None
    if any(image_id(images[i], images[i + 1]) != images[i + 2] for i in range(0, len(images), 3)):
        return None
    return words.split(b"\0")


def _alone(lock: int) -> None:
    """Let no build begin in this project until we are gone. Raises OSError when one goes on."""
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _print(words: list[bytes], seconds: float) -> None:
    """Write the words: after the first, which says how times are told (`text` or `json`), what comes before and after
    the time on standard output, and if there is more, the same for standard error, in text.
    """
    how, *parts = words
    said = f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"  # as report/quantities.py has it
    for stream, spent in ((1, repr(seconds) if how == b"json" else said), (2, said)):
        rest = spent.encode().join(parts[2 * stream - 2 : 2 * stream])
        while rest:
            rest = rest[os.write(stream, rest) :]


def _items(part: bytes) -> list[str]:
    return part.decode("utf-8", "surrogateescape").split("\0") if part else []


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

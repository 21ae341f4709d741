"""Answers `wasmforge build` from the record of an earlier build, if none of that build's inputs has changed.

It runs before anything else is imported, so it imports very little. It compares the recorded state of a list of paths
with their state now. In every unusual case it prints nothing, and the full build runs.
"""

import os
import sys
import time
import zlib

STATE = ".wasmforge"

FOLDER = f"{STATE}/unchanged"
"""Where the records are, below a project's folder."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""No link is followed to a record or the lock: a repository may hold one that leads anywhere."""

FORMAT = "wasmforge unchanged 2"

MARGIN = 20_000_000
"""Nanoseconds by which a file must be older than a look at it to be known by its times alone: more than a tick of the
system's clock, and more than the clock may jump without being noticed."""

IGNORED_ENV = (
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

MAX_AGE_NS = 86400 * 1_000_000_000
"""Nanoseconds that a record is valid: once a day a full build runs, and the store learns which entries are in use."""

ABSENT = "-"
"""The signature of a path where nothing is, and the id of an image that the engine does not have."""

A_FOLDER = "/"
"""The signature of a path that ends in a slash, if a folder is there."""

TEXT, JSON = b"text", b"json"
"""How the time that a build took is written to standard output."""

_FILE_TYPE, _LINK_TYPE, _FOLDER_TYPE = 0o170000, 0o120000, 0o040000


class Record:
    """What one build rested on, and what it printed. A plain class, since `dataclasses` takes longer to import.

    `invocation` is a hash over the command line and the environment. `boot_time` and `written` are in nanoseconds.
    `signatures` and `contents` are by path, see `stat_signature` and `content_hash`. `images` are socket, name and id.
    `time_format` is TEXT or JSON; `outputs` are the bytes before and after the time that is printed, for standard
    output and, if there is any, for standard error.
    """

    __slots__ = ("boot_time", "contents", "images", "invocation", "outputs", "signatures", "time_format", "written")

    def __init__(
        self,
        *,
        invocation: str,
        boot_time: int,
        written: int,
        signatures: dict[str, str],
        contents: dict[str, str],
        images: list[tuple[str, str, str]],
        time_format: bytes,
        outputs: list[tuple[bytes, bytes]],
    ) -> None:
        self.invocation = invocation
        self.boot_time = boot_time
        self.written = written
        self.signatures = signatures
        self.contents = contents
        self.images = images
        self.time_format = time_format
        self.outputs = outputs

    def encode(self) -> bytes:
        """The record as a file's bytes."""
        lists = (
            [str(self.boot_time), str(self.written)],
            [*self.signatures],
            [*self.signatures.values()],
            [*self.contents],
            [*self.contents.values()],
            [text for image in self.images for text in image],
        )
        outputs = [self.time_format, *(part for output in self.outputs for part in output)]
        body = b"\0\0".join(
            [_bytes(self.invocation), *(_bytes("\0".join(part)) for part in lists), b"\0".join(outputs)]
        )
        return f"{FORMAT} {zlib.crc32(body)}\n".encode() + body

    @classmethod
    def decode(cls, data: bytes) -> "Record | None":
        """The record in a file's bytes; None for a damaged one. May raise ValueError too."""
        head, _, body = data.partition(b"\n")
        if head != f"{FORMAT} {zlib.crc32(body)}".encode():
            return None
        invocation, times, paths, signatures, read, contents, images, output = body.split(b"\0\0", 7)
        boot_time, written = _texts(times)
        image_texts = iter(_texts(images))
        time_format, *outputs = output.split(b"\0")
        return cls(
            invocation=invocation.decode("utf-8", "surrogateescape"),
            boot_time=int(boot_time),
            written=int(written),
            signatures=dict(zip(_texts(paths), _texts(signatures), strict=True)),
            contents=dict(zip(_texts(read), _texts(contents), strict=True)),
            images=list(zip(image_texts, image_texts, image_texts, strict=True)),
            time_format=time_format,
            outputs=list(zip(outputs[::2], outputs[1::2], strict=True)),
        )


def try_replay(argv: list[str]) -> bool:
    """Print what a full build would print and return True, or print nothing and return False."""
    started, lock = time.perf_counter(), -1
    if argv[:1] != ["build"]:
        return False
    try:
        invocation = invocation_hash(argv)
        if opened := _open_record(_start(argv), invocation):
            lock, data = opened
            _lock_shared(lock)
            record = Record.decode(data)
            if record and _is_valid(record, invocation):
                _replay(record, time.perf_counter() - started)
                return True
    except Exception:  # noqa: S110 - whatever it is, the full build meets it again and reports it
        pass
    finally:
        if lock >= 0:
            os.close(lock)  # the full build takes it for itself alone, and would wait for us
    return False


def invocation_hash(argv: list[str]) -> str:
    """A hash over everything but files that a build depends on: command line, folder, user, environment and the kind of
    output streams. A hash, because the environment may hold secrets, and a CI may keep the record in its cache.
    """
    from _blake2 import blake2b  # importing hashlib would take half of the time of the whole answer

    streams = ((1, sys.stdout), (2, sys.stderr))
    facts = (
        *(sys.version, sys.executable, sys.prefix, *sys.path),
        *(os.getcwd(), str(os.geteuid()), str(os.cpu_count())),
        *(f"{out.isatty()} {out.encoding} {out.errors}" for _, out in streams),
        *(str(os.get_terminal_size(i)) for i, out in streams if out.isatty()),
        *argv,
        *sorted(f"{name}={value}" for name, value in os.environ.items() if name not in IGNORED_ENV),
    )
    return blake2b(_bytes("\0".join(word or " " for word in facts)), digest_size=32).hexdigest()


def record_name(invocation: str) -> str:
    """The file name of the record of an invocation, which the record itself contains in full."""
    return f"{zlib.crc32(_bytes(invocation)):08x}"


def clock() -> int:
    """When the system started, in nanoseconds by its own clock: it changes only when that clock is set."""
    steady = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    while True:
        before = time.clock_gettime_ns(steady)
        now = time.time_ns()
        if time.clock_gettime_ns(steady) - before < MARGIN // 20:  # else the process was suspended between the two
            return now - before


def stat_signature(path: str) -> str:
    """The status of a path as text, without reading it: for each of the path and, if it is a link, its destination, the
    mode, inode, device, size, and times of modification and change. For a path that ends in a slash only whether a
    folder is there, and not a link to one. Raises OSError when that cannot be found out.
    """
    try:
        s = os.lstat(path if path[-1] != "/" else path[:-1])
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    if path[-1] == "/":
        return A_FOLDER if s.st_mode & _FILE_TYPE == _FOLDER_TYPE else ABSENT
    status = f"{s.st_mode} {s.st_ino} {s.st_dev} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}"
    if s.st_mode & _FILE_TYPE != _LINK_TYPE:
        return status
    try:
        s = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return f"{status} {ABSENT}"
    return f"{status} {s.st_mode} {s.st_ino} {s.st_dev} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}"


def content_hash(path: str) -> str:
    """A hash over a file's bytes, or a folder's names; for files that are too young to be known by their times."""
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
        answer = b""
        while b'","' not in answer and (more := engine.recv(65536)):
            answer += more
    finally:
        engine.close()
    return answer.partition(b'{"Id":"')[2].partition(b'"')[0].decode() if b" 200 OK\r\n" in answer else ABSENT


def _start(argv: list[str]) -> str:
    """The folder in which the search for a record starts."""
    here = os.getcwd()
    return os.path.normpath(os.path.join(here, argv[argv.index("-C") + 1])) if "-C" in argv[:-1] else here


def _open_record(start: str, invocation: str) -> tuple[int, bytes] | None:
    """The nearest record of this invocation, from this folder upwards: that project's open lock file, and the bytes."""
    name = record_name(invocation)
    folder = start
    while True:
        opened: list[int] = []
        try:
            opened.append(os.open(f"{folder}/{STATE}", _DIRECTORY))
            opened.append(os.open("unchanged", _DIRECTORY, dir_fd=opened[0]))
            with open(os.open(name, _FILE, dir_fd=opened[1]), "rb") as file:
                return os.open("lock", _FILE, dir_fd=opened[0]), file.read()
        except (FileNotFoundError, NotADirectoryError):
            above = os.path.dirname(folder)
            if above == folder:
                return None
            folder = above
        finally:
            for handle in opened:
                os.close(handle)


def _is_valid(record: Record, invocation: str) -> bool:
    """Whether the record is of such an invocation, and everything is as it was."""
    if record.invocation != invocation:
        return False
    if abs(clock() - record.boot_time) > MARGIN // 2 or not 0 <= time.time_ns() - record.written < MAX_AGE_NS:
        return False
    for path, signature in record.signatures.items():
        if stat_signature(path) != signature:
            return False
    if any(content_hash(path) != digest for path, digest in record.contents.items()):
        return False
    return all(image_id(socket, name) == identity for socket, name, identity in record.images)


def _lock_shared(lock: int) -> None:
    """Keep builds of this project from starting until this process ends. Raises OSError while one runs."""
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _replay(record: Record, seconds: float) -> None:
    """Write the recorded output with the time that this answer took."""
    text = f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"  # as report/format.py has it
    times = (repr(seconds) if record.time_format == JSON else text, text)
    for stream, (before, after) in enumerate(record.outputs, start=1):
        data = before + times[stream - 1].encode() + after
        while data:
            data = data[os.write(stream, data) :]


def _texts(part: bytes) -> list[str]:
    return part.decode("utf-8", "surrogateescape").split("\0") if part else []


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

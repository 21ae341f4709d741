"""Asks a program which one it is and whether it can do what is wanted; remembers the answers by the file's identity."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from wasmforge import process
from wasmforge.execute.origins.base import Context
from wasmforge.model.base import Noun
from wasmforge.model.toolchain import Origin

TIMEOUT = 60.0
"""Seconds a program has to answer."""

_VERSIONS = (re.compile(r"\d+(?:\.\d+)+"), re.compile(r"\d+"))
"""A number with dots, wherever it stands, else the first one: a wrapper script may complain with numbers of its own."""


class Unfit(Exception):  # noqa: N818 - it is an answer, not an error
    """A program that will not do; the message says why."""


class Answer(Noun, frozen=True, kw_only=True):
    """The version a program tells, its identity with that of others beside it, and the versions those tell, if any."""

    version: str
    identity: str
    versions: dict[str, str]


def probe(program: Path, origin: Origin, context: Context, others: Mapping[str, Path]) -> Answer:
    """Which program this is, and the others beside it. Raises Unfit."""
    facts = [_stamp(p) for p in (program, *others.values())]
    tries = tuple((t.run, t.why_not) for t in origin.tries)
    asked = ([v.pattern for v in _VERSIONS], origin.probe, tries, sorted(origin.env.items()))
    key = hashlib.sha256(repr((facts, asked)).encode()).hexdigest()
    if (remembered := context.store.recall("probe", key)) is not None:
        return msgspec.convert(remembered, Answer)
    said = _version(program, origin.probe)
    for attempt in origin.tries:
        env = {k: v for k, v in origin.env.items() if "{" not in v}
        env.update({k: str(others[v[6:-1]]) for k, v in origin.env.items() if v[6:-1] in others})
        if not run(program, attempt.run, env).ok:
            raise Unfit(attempt.why_not)
    hashes = "".join(f" {name} sha256:{_sha256(place)}" for name, place in others.items())
    versions = {name: version for name, place in others.items() if (version := _version_if_any(place))}
    answer = Answer(version=said, identity=f"{said} sha256:{_sha256(program)}{hashes}", versions=versions)
    context.store.remember("probe", key, msgspec.to_builtins(answer))
    return answer


def ask_real(program: Path, arguments: Sequence[str], context: Context) -> Path:
    """The folder or file that the program says it lives in. Raises Unfit.

    One that stands for others is asked once in each run: its file stays the same while what it stands for changes.
    """
    asked = (_stamp(program), tuple(arguments))
    key = hashlib.sha256(repr(("real", asked)).encode()).hexdigest()
    proxy = stands_for_others(program)
    told = context.answers.get(key) if proxy else context.store.recall("real", key)
    if told is not None and Path(told).exists():
        return Path(told)
    done = run(program, arguments)
    place = Path(done.text.strip().rpartition("\n")[2])
    if not done.ok or not place.exists():
        raise Unfit(f"`{program.name} {' '.join(arguments)}` tells no place")
    if proxy:
        context.answers[key] = str(place)
    else:
        context.store.remember("real", key, str(place))
    return place


def stands_for_others(program: Path) -> bool:
    """Whether what it does may change while its file does not: rustup's proxies, scripts, and what cannot be read."""
    try:
        with program.open("rb") as file:
            return file.read(2) == b"#!" or program.resolve().name == "rustup"
    except OSError:
        return True


def run(
    program: Path, arguments: Sequence[str], more: Mapping[str, str] | None = None, *, timeout: float = TIMEOUT
) -> process.Done:
    """Run it in an empty folder, with the caller's home and PATH. Raises Unfit when it cannot be started."""
    env = {k: v for k, v in os.environ.items() if k in ("HOME", "PATH", "LANG", "RUSTUP_HOME", "CARGO_HOME")}
    with tempfile.TemporaryDirectory(prefix="wasmforge-probe-") as folder:
        try:
            return process.run([program, *arguments], cwd=Path(folder), env={**env, **(more or {})}, timeout=timeout)
        except OSError as e:
            raise Unfit(f"cannot be started: {e.strerror}") from None


def _version(program: Path, arguments: Sequence[str]) -> str:
    return version_in(run(program, arguments), f"`{program.name} {' '.join(arguments)}`")


def _version_if_any(program: Path) -> str | None:
    try:
        return _version(program, ("--version",))
    except Unfit:
        return None


def version_in(done: process.Done, command: str) -> str:
    """The version in what a command printed. Raises Unfit."""
    if not done.ok:
        raise Unfit(f"{command}: {done.reason(TIMEOUT)}")
    for version in _VERSIONS:
        if found := version.search(done.text):
            return found[0]
    raise Unfit(f"{command} tells no version")


def _stamp(path: Path) -> tuple[object, ...]:
    status = path.stat()
    return (str(path.resolve()), status.st_mtime_ns, status.st_size, status.st_ino)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]

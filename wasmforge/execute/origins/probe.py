"""Asks a program which one it is and whether it can do what is wanted; remembers the answers by the file's identity."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from wasmforge import process
from wasmforge.execute.origins.base import Context
from wasmforge.model.toolchain import Origin

TIMEOUT = 60.0
"""Seconds a program has to answer."""

_VERSION = re.compile(r"\d+(?:\.\d+)+|\d+")


class Unfit(Exception):  # noqa: N818 - it is an answer, not an error
    """A program that will not do; the message says why."""


def probe(program: Path, origin: Origin, context: Context, others: Mapping[str, Path]) -> dict[str, str]:
    """The `version` it tells, and its `identity` with that of the other programs. Raises Unfit."""
    facts = [_stamp(p) for p in (program, *others.values())]
    asked = (origin.probe, tuple((t.run, t.why_not) for t in origin.tries), sorted(origin.env.items()))
    key = hashlib.sha256(repr((facts, asked)).encode()).hexdigest()
    remembered: dict[str, str] | None = context.store.recall("probe", key)
    if remembered is not None:
        return remembered
    said = _version(program, origin.probe)
    for attempt in origin.tries:
        env = {k: v for k, v in origin.env.items() if "{" not in v}
        env.update({k: str(others[v[6:-1]]) for k, v in origin.env.items() if v[6:-1] in others})
        if not run(program, attempt.run, env).ok:
            raise Unfit(attempt.why_not)
    hashes = "".join(f" {name} sha256:{_sha256(place)}" for name, place in others.items())
    answer = {"version": said, "identity": f"{said} sha256:{_sha256(program)}{hashes}"}
    context.store.remember("probe", key, answer)
    return answer


def ask_real(program: Path, arguments: Sequence[str]) -> Path:
    """The folder or file that the program says it lives in. Raises Unfit."""
    done = run(program, arguments)
    place = Path(done.text.strip().rpartition("\n")[2])
    if not done.ok or not place.exists():
        raise Unfit(f"`{program.name} {' '.join(arguments)}` tells no place")
    return place


def run(program: Path, arguments: Sequence[str], more: Mapping[str, str] | None = None) -> process.Done:
    """Run it in an empty folder, with the caller's home and PATH. Raises Unfit when it cannot be started."""
    env = {k: v for k, v in os.environ.items() if k in ("HOME", "PATH", "LANG", "RUSTUP_HOME", "CARGO_HOME")}
    with tempfile.TemporaryDirectory(prefix="wasmforge-probe-") as folder:
        try:
            return process.run([program, *arguments], cwd=Path(folder), env={**env, **(more or {})}, timeout=TIMEOUT)
        except OSError as e:
            raise Unfit(f"cannot be started: {e.strerror}") from None


def _version(program: Path, arguments: Sequence[str]) -> str:
    done = run(program, arguments)
    command = f"`{program.name} {' '.join(arguments)}`"
    if not done.ok:
        raise Unfit(f"{command}: {done.reason(TIMEOUT)}")
    version = _VERSION.search(done.text)
    if not version:
        raise Unfit(f"{command} tells no version")
    return version[0]


def _stamp(path: Path) -> tuple[object, ...]:
    status = path.stat()
    return (str(path.resolve()), status.st_mtime_ns, status.st_size, status.st_ino)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]

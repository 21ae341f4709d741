"""Asks a program for its version and capabilities; remembers the answers by its bytes."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from wasmforge import process
from wasmforge.model.base import Struct
from wasmforge.model.fingerprint import ANY_CONTENT
from wasmforge.model.toolchain import PathOrigin, RustupOrigin
from wasmforge.toolchains.file_digests import is_below
from wasmforge.toolchains.lookups import Lookups, started
from wasmforge.toolchains.origins.base import OriginContext

TIMEOUT = 60.0
"""Seconds a program has to answer."""

_VERSIONS = (re.compile(r"\d+(?:\.\d+)+"), re.compile(r"\d+"))
"""A number with dots, wherever it stands, else the first one: a wrapper script may complain with numbers of its own."""


class ProgramRejected(Exception):  # noqa: N818 - it is an answer, not an error
    """A program that will not do; the message says why."""


class ProbeAnswer(Struct, frozen=True, kw_only=True):
    """The version a program tells, and those that others beside it tell, if any."""

    version: str
    versions: dict[str, str]


def probe(
    program: Path,
    origin: PathOrigin | RustupOrigin,
    context: OriginContext,
    others: Mapping[str, Path],
    contents: Sequence[str],
) -> ProbeAnswer:
    """Which program this is, and the others beside it. Raises ProgramRejected.

    Answers are remembered by the bytes of the programs, of what they start with, and of the `contents` they belong to;
    those of a script that lies by itself only for this run, since it starts what we do not know.
    """
    capability_probes = origin.tries if isinstance(origin, PathOrigin) else ()
    asks = origin.probe if isinstance(origin, PathOrigin) else ("--version",)
    questions = (
        [v.pattern for v in _VERSIONS],
        asks,
        tuple((t.run, t.why_not) for t in capability_probes),
        sorted(origin.env.items()),
    )
    facts = (_bytes_of((program, *others.values()), context), context.digests.of_all(contents))
    key = hashlib.sha256(repr((facts, questions)).encode()).hexdigest()
    lone = not origin.contents and any(_is_lone_script(each, contents) for each in (program, *others.values()))
    if lone and key in context.answers:
        return msgspec.json.decode(context.answers[key], type=ProbeAnswer)
    if not lone and (remembered := context.store.get_value("probe", key)) is not None:
        return msgspec.convert(remembered, ProbeAnswer)
    said = _version(program, asks)
    for attempt in capability_probes:
        env = {k: v for k, v in origin.env.items() if "{" not in v}
        env.update({k: str(others[v[6:-1]]) for k, v in origin.env.items() if v[6:-1] in others})
        if not run(program, attempt.run, env).ok:
            raise ProgramRejected(attempt.why_not)
    versions = {name: version for name, place in others.items() if (version := _version_if_any(place))}
    answer = ProbeAnswer(version=said, versions=versions)
    if lone:
        context.answers[key] = msgspec.json.encode(answer).decode()
    else:
        context.store.put_value("probe", key, msgspec.to_builtins(answer))
    return answer


def resolve_real_path(program: Path, arguments: Sequence[str], context: OriginContext) -> Path:
    """The folder or file that the program says it lives in. Raises ProgramRejected.

    One that stands for others is asked once in each run: its file stays the same while what it stands for changes.
    """
    proxy = is_proxy(program)
    if proxy:
        is_proxied(program, context.lookups)
    key = hashlib.sha256(repr(("real", _bytes_of((program,), context), tuple(arguments))).encode()).hexdigest()
    real_path = context.answers.get(key) if proxy else context.store.get_value("real", key)
    if real_path is not None and Path(real_path).exists():
        return Path(real_path)
    done = run(program, arguments)
    place = Path(done.text.strip().rpartition("\n")[2])
    if not done.ok or not place.exists():
        raise ProgramRejected(f"`{program.name} {' '.join(arguments)}` tells no place")
    if proxy:
        context.answers[key] = str(place)
    else:
        context.store.put_value("real", key, str(place))
    return place


def is_proxy(program: Path) -> bool:
    """Whether what it does may change while its file does not: rustup's proxies, scripts, and what cannot be read."""
    try:
        with program.open("rb") as file:
            return file.read(2) == b"#!" or program.resolve().name == "rustup"
    except OSError:
        return True


def _is_lone_script(program: Path, contents: Sequence[str]) -> bool:
    """A script of which no folder around it is known to be its own, such as the shims of version managers."""
    place = str(program.resolve())
    return is_proxy(program) and not any(place != part and is_below(place, part) for part in contents)


def is_proxied(program: Path, lookups: Lookups) -> None:
    """Say what decides which program it starts; only rustup's ways are known."""
    if program.resolve().name != "rustup":
        lookups.never(f"{program} starts another program")
        return
    home = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    lookups.probed(home / "settings.toml")
    lookups.probed("/etc/rustup/settings.toml")
    lookups.at(home / "toolchains")
    here = Path(tempfile.gettempdir())  # where it is run
    for folder in (here, *here.parents):
        lookups.at(folder / "rust-toolchain", ANY_CONTENT)
        lookups.at(folder / "rust-toolchain.toml", ANY_CONTENT)


def run(
    program: Path, arguments: Sequence[str], more: Mapping[str, str] | None = None, *, timeout: float = TIMEOUT
) -> process.ProcessResult:
    """Run it in an empty folder, with the caller's home and PATH. Raises ProgramRejected when it cannot be started."""
    env = {k: v for k, v in os.environ.items() if k in ("HOME", "PATH", "LANG", "RUSTUP_HOME", "CARGO_HOME")}
    with tempfile.TemporaryDirectory(prefix="wasmforge-probe-") as folder:
        try:
            return process.run([program, *arguments], cwd=Path(folder), env={**env, **(more or {})}, timeout=timeout)
        except OSError as e:
            raise ProgramRejected(f"cannot be started: {e.strerror}") from None


def _version(program: Path, arguments: Sequence[str]) -> str:
    return version_in(run(program, arguments), f"`{program.name} {' '.join(arguments)}`")


def _version_if_any(program: Path) -> str | None:
    try:
        return _version(program, ("--version",))
    except ProgramRejected:
        return None


def version_in(done: process.ProcessResult, command: str) -> str:
    """The version in what a command printed. Raises ProgramRejected."""
    if not done.ok:
        raise ProgramRejected(f"{command}: {done.reason(TIMEOUT)}")
    for version in _VERSIONS:
        if found := version.search(done.text):
            return found[0]
    raise ProgramRejected(f"{command} tells no version")


def _bytes_of(programs: Sequence[Path], context: OriginContext) -> list[tuple[str, str]]:
    """The files that these start with, by path, with their digests."""
    files = [file for program in programs for file in (str(program), *started(str(program), context.lookups))]
    for program in programs:
        context.lookups.at(program)
    return [*context.digests.of_files(files).items()]

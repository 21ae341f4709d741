"""Caches smoke runs that passed: the same test of the same delivery in the same runtime is not run again."""

import functools
import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

import wasmforge
from wasmforge.model.smoke import Outcome, SmokeRun
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.program import runtime_environment
from wasmforge.smoke.run import identity, run

VALUE_KIND = "passed"


class ResultCache(Protocol):
    """Stores JSON values by kind and key."""

    def get_value(self, kind: str, key: str) -> Any:
        """The value, or None."""

    def put_value(self, kind: str, key: str, value: object) -> None:
        """Keep the value."""


def run_cached(
    smoke_runs: Sequence[SmokeRun],
    memory: ResultCache | None,
    context: RuntimeContext,
    *,
    workers: int,
    emit: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """Like `run`, but a test that passed before comes from the cache. Only passed tests are cached."""
    if memory is None:
        return run(smoke_runs, context, workers=workers, emit=emit)
    runtimes = {name: _runtime_facts(name, context) for name in {t.runtime for t in smoke_runs}}
    keys = [key_of(smoke_run, runtimes[smoke_run.runtime]) for smoke_run in smoke_runs]
    known = [_cached_outcome(memory, key) for key in keys]
    for outcome in known:
        if outcome is not None:
            emit(outcome)
    new = iter(
        run(
            [t for t, outcome in zip(smoke_runs, known, strict=True) if outcome is None],
            context,
            workers=workers,
            emit=emit,
        )
    )
    outcomes = []
    for key, before in zip(keys, known, strict=True):
        outcome = before or next(new)
        if before is None and outcome.status == "passed" and key:
            memory.put_value(VALUE_KIND, key, msgspec.to_builtins(outcome))
        outcomes.append(outcome)
    return tuple(outcomes)


def _cached_outcome(memory: ResultCache, key: str) -> Outcome | None:
    value = memory.get_value(VALUE_KIND, key) if key else None
    return None if value is None else msgspec.structs.replace(msgspec.convert(value, Outcome), cached=True)


def key_of(smoke_run: SmokeRun, runtime: Mapping[str, object]) -> str:
    """A hash over everything that decides the outcome: the test with every file of its delivery, and the runtime.

    Empty where that is not known: no runtime, a preopened folder that may change, or a file outside of the delivery.
    """
    if not runtime or smoke_run.preopen is not None:
        return ""
    folder = Path(smoke_run.folder)
    try:
        paths = {name: _within(folder, getattr(smoke_run, name)) for name in ("module", "glue", "aot")}
        files = {role: _within(folder, path) for role, path in smoke_run.files.items()}
    except ValueError:
        return ""
    if any(path not in smoke_run.delivered for path in (*paths.values(), *files.values()) if path):
        return ""
    relative = msgspec.structs.replace(
        smoke_run, folder="", files=files, **paths
    )  # the project's location decides nothing
    facts = {"smoke_run": msgspec.to_builtins(relative), "runtime": runtime}
    return hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest()


def _within(folder: Path, path: str | None) -> str | None:
    """A path from the folder. Raises ValueError for one that is not below it."""
    return path and Path(path).relative_to(folder).as_posix()


def _runtime_facts(name: str, context: RuntimeContext) -> dict[str, object]:
    """What decides an outcome beside the test: the runtime, its file, its environment, our code, the sandbox."""
    name_version, file, code = identity(name, context), context.files.get(name), _code_hash()
    if not name_version or file is None or not code:
        return {}
    return {
        "identity": name_version,
        "toolchain": context.identity(file) if file.toolchain else "",
        "file": msgspec.to_builtins(file),
        "environment": runtime_environment(),
        "code": code,
        "sandbox": context.sandbox.kind,
        "python": sys.version,
    }


@functools.cache
def _code_hash() -> str:
    """A hash over all of our code, because any of it may affect a test; empty where it cannot be read."""
    digest = hashlib.sha256()
    for path in code_files():
        data = path.read_bytes()
        digest.update(f"{path.name} {len(data)} ".encode() + data)
    return digest.hexdigest() if any(code_files()) else ""


def code_files() -> list[Path]:
    """The files of our package, without Python's caches."""
    package = Path(wasmforge.__file__).parent
    return sorted(p for p in package.rglob("*") if p.is_file() and p.parent.name != "__pycache__")

"""Asks git which files changed. Changes nothing in the repository."""

import os
from collections.abc import Callable
from pathlib import Path

from wasmforge import process
from wasmforge.errors import machine_error, usage_error
from wasmforge.model.affected import Diff, Since

GIT_TIMEOUT_S = 300.0
"""Seconds for one question; the first after a checkout reads every file."""

SAFE_OPTIONS = (
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
)
"""Git runs what the repository's own configuration names: a folder that a stranger made to look like a bare repository
must not be taken for one, and no program be started to list what has changed."""

CONFIG_FILES = ("forge.toml", "forge.lock")


def changed(root: Path, since: Since) -> Diff:
    """What differs below `root` since `head` and `base` parted: with no `head`, in the working tree.

    Counts what is committed, staged, not staged and not tracked (unless ignored); with a `head`, what is committed.
    A renamed file is one that went and one that came. Raises ForgeError where git has no answer.
    """
    _require_repository(root)
    base = _commit(root, since.base, "--base")
    head = _commit(root, since.head or "HEAD", "--head")
    fork = _merge_base(root, since, base, head)
    end = [] if since.head is None else [head]
    paths = _paths(
        _git(root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z", fork, *end, "--")
    )
    if since.head is None:
        paths += _paths(_git(root, "ls-files", "--others", "--exclude-standard", "-z"))
    ours = [p for p in paths if p.rpartition("/")[2] in CONFIG_FILES]
    return Diff(
        base=fork, paths=tuple(sorted(set(paths))), previous_contents={p: _read_blob(root, fork, p) for p in ours}
    )


def _require_repository(root: Path) -> None:
    if _run(root, "rev-parse", "--is-inside-work-tree")[1].strip() != b"true":
        message = f"git has no answer: {_error(root, 'rev-parse', '--show-toplevel')}"
        raise usage_error(
            message, where=str(root), hint="--affected asks git what has changed; without it everything is built"
        )


def _commit(root: Path, revision: str, where: str) -> str:
    """The commit that a revision names."""
    if found := _resolve_revision(root, revision):
        return found
    message = f"git knows no revision {revision!r}"
    if _resolve_revision(root, f"origin/{revision}"):
        raise usage_error(message, where=where, hint=f"did you mean origin/{revision}?")
    if revision == "HEAD":
        raise usage_error(
            "nothing is committed yet", where=where, hint="there is nothing to compare with; build everything"
        )
    raise usage_error(
        message, where=where, hint=_deepen(root) or "`git branch --all` lists branches; `git fetch` gets new ones"
    )


def _resolve_revision(root: Path, revision: str) -> str:
    """The commit, or nothing when there is no such revision; what looks like an option is none."""
    if not revision or revision.startswith("-") or "\0" in revision:
        return ""
    return _run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")[1].decode().strip()


def _merge_base(root: Path, since: Since, base: str, head: str) -> str:
    """The commit at which the two parted."""
    if found := _run(root, "merge-base", base, head)[1].split():
        return found[0].decode()
    message = f"git knows no commit that {since.base} and {since.head or 'HEAD'} have in common"
    raise usage_error(message, where="--base", hint=_deepen(root) or "name a base that the work began at")


def _deepen(root: Path) -> str:
    """What to do in a shallow clone, which has only the last commits."""
    if _run(root, "rev-parse", "--is-shallow-repository")[1].strip() != b"true":
        return ""
    return "this clone is shallow: `git fetch --unshallow`, or in CI `fetch-depth: 0`"


def _read_blob(root: Path, commit: str, path: str) -> bytes | None:
    ok, output = _run(root, "cat-file", "blob", f"{commit}:./{path}")
    return output if ok else None


def _paths(output: bytes) -> list[str]:
    return [os.fsdecode(part) for part in output.split(b"\0") if part]


def _git(root: Path, *args: str) -> bytes:
    ok, output = _run(root, *args)
    if not ok:
        raise usage_error(_error(root, *args), where=f"git {args[0]}")
    return output


def _run(root: Path, *args: str) -> tuple[bool, bytes]:
    """Whether git did well, and all that it printed; its warnings go nowhere."""
    output = bytearray()
    done = _start(root, args, on_output=output.extend, merge_stderr=False)
    return done.ok, bytes(output)


def _error(root: Path, *args: str) -> str:
    """What git says is wrong, in one line."""
    done = _start(root, args, on_output=None, merge_stderr=True)
    lines = [text.removeprefix("fatal: ") for text in done.text.splitlines() if text.strip()]
    return lines[-1] if lines else done.reason(GIT_TIMEOUT_S)


def _start(
    root: Path, args: tuple[str, ...], *, on_output: Callable[[bytes], None] | None, merge_stderr: bool
) -> process.ProcessResult:
    env = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return process.run(
            ["git", *SAFE_OPTIONS, *args],
            cwd=root,
            env=env,
            timeout=GIT_TIMEOUT_S,
            on_output=on_output,
            merge_stderr=merge_stderr,
        )
    except FileNotFoundError:
        raise machine_error(
            "is not on this machine", where="git", hint="install git, or leave out --affected"
        ) from None

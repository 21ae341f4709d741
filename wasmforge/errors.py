"""Errors and exit codes: what is wrong, where, and a next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    """Success."""
    FAILED = 1
    """The work failed: an action, a contract, a smoke test."""
    USAGE = 2
    """A wrong request: a flag, forge.toml, a recipe."""
    MACHINE = 3
    """This machine cannot do it: a tool, the disk, the network."""
    BUG = 4
    """A bug of ours; details are in a log file."""
    INTERRUPTED = 130
    """Ctrl-C."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake: where it is, what it is, and what to do about it. Printed as `where: what`."""

    what: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class ForgeError(Exception):
    """A request that cannot be met, with all problems found, each once."""

    def __init__(self, *problems: Problem, exit_code: Exit = Exit.USAGE) -> None:
        problems = tuple(dict.fromkeys(problems))  # one of a component is found for each of its targets
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems
        self.exit_code = exit_code


class UntrustedError(ForgeError):
    """The project in `root` has catalog files of its own that are not trusted. Nothing of them was run."""

    def __init__(self, root: Path, *problems: Problem) -> None:
        super().__init__(*problems)
        self.root = root


def usage_error(what: str, *, where: str = "", hint: str = "") -> ForgeError:
    """An error in what the user asked for; exit code 2."""
    return ForgeError(Problem(what=what, where=where, hint=hint))


def machine_error(what: str, *, where: str = "", hint: str = "") -> ForgeError:
    """An error of this machine; exit code 3."""
    return ForgeError(Problem(what=what, where=where, hint=hint), exit_code=Exit.MACHINE)


def unknown(kind: str, name: str, known: Iterable[str], *, where: str = "") -> Problem:
    """The problem of a name that is none of the known ones: `unknown target 'wep'`, "did you mean 'web'?"."""
    return Problem(where=where, what=f"unknown {kind} {name!r}", hint=did_you_mean(name, known))


MAX_KNOWN = 20
"""Known words that a hint lists; others are counted."""


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """A hint that names the known word most like `word`, or the known words if none is similar.

    `cutoff` is how similar it must be: 1 for the same word, 0 for any.
    """
    from difflib import get_close_matches  # only a mistake pays for this import

    known = list(known)
    if similar := get_close_matches(word, known, n=1, cutoff=cutoff):
        return f"did you mean {similar[0]!r}?"
    more = f" and {len(known) - MAX_KNOWN} more" if len(known) > MAX_KNOWN else ""
    return f"known: {', '.join(sorted(known)[:MAX_KNOWN])}{more}" if known else ""

"""Everything we can say no about: what, where, a next step, and an exit code. Knows nothing of wasm."""

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    """All true."""
    FAILED = 1
    """The work failed: an action, a contract, a smoke test."""
    USAGE = 2
    """Asked wrongly: a flag, forge.toml, a recipe."""
    MACHINE = 3
    """This machine cannot: a tool, the disk, the network."""
    BUG = 4
    """Our own fault; details are in a log file."""
    INTERRUPTED = 130
    """Ctrl-C."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: where it stands, what it is, and what to do about it."""

    what: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class ForgeError(Exception):
    """A request that cannot be met; carries every problem found once, not only the first."""

    def __init__(self, *problems: Problem, exit_code: Exit = Exit.USAGE) -> None:
        problems = tuple(dict.fromkeys(problems))  # a component's is found for each of its targets
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems
        self.exit_code = exit_code


def usage(what: str, *, where: str = "", hint: str = "") -> ForgeError:
    """The user asked wrongly; exit code 2."""
    return ForgeError(Problem(what=what, where=where, hint=hint))


def machine(what: str, *, where: str = "", hint: str = "") -> ForgeError:
    """This machine cannot do it; exit code 3."""
    return ForgeError(Problem(what=what, where=where, hint=hint), exit_code=Exit.MACHINE)


def did_you_mean(word: str, known: tuple[str, ...] | list[str]) -> str:
    """A hint naming the known word nearest to `word`, or listing all known ones when none is near."""
    from difflib import get_close_matches  # only a mistake pays for this import

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return "known: " + ", ".join(sorted(known)) if known else ""

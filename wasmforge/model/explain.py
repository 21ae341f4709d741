"""Why an action was run, would be run, or need not be; knows no keys and no store."""

from typing import Literal

from wasmforge.model.base import Noun


class Change(Noun, frozen=True, kw_only=True):
    """One fact of an action that is not as it was.

    `what` names the fact (`src/matmul.h`, `zig`, `argument`, `env CFLAGS`); `old` empty: it was added, `new` empty: it
    was removed. Values that are SHA-256 digests are told as "changed", others as themselves.
    """

    what: str
    old: str = ""
    new: str = ""


class Explanation(Noun, frozen=True, kw_only=True):
    """What would become of the action `label` now, and what has changed since it was last run.

    `anew` is what had changed when it was last run.
    """

    label: str
    status: Literal["up to date", "would run", "never built"]
    changes: tuple[Change, ...] = ()
    anew: tuple[Change, ...] = ()


class Comparison(Noun, frozen=True, kw_only=True):
    """How the key of the action `one` differs from that of `other`, as both were last run; empty: there is none."""

    one: str
    other: str
    changes: tuple[Change, ...] = ()

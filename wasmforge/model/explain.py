"""Why an action was run, would be run, or need not be."""

from typing import Literal

from wasmforge.model.base import Struct


class Change(Struct, frozen=True, kw_only=True):
    """One fact of an action that is not as it was.

    `what` names the fact (`src/matmul.h`, `zig`, `argument`, `env CFLAGS`); `old` empty: it was added, `new` empty: it
    was removed. Values that are SHA-256 digests are told as "changed", others as themselves.
    """

    what: str
    old: str = ""
    new: str = ""


class Explanation(Struct, frozen=True, kw_only=True):
    """What would become of the action `label` now, and what has changed since it was last run.

    `anew` is what had changed when it was last run. `unknown`: its toolchain is not here to be asked.
    """

    label: str
    status: Literal["up to date", "would run", "never built", "unknown"]
    changes: tuple[Change, ...] = ()
    anew: tuple[Change, ...] = ()


class Comparison(Struct, frozen=True, kw_only=True):
    """How the key of the action `one` differs from that of `other`, as both were last run; empty: there is none."""

    one: str
    other: str
    changes: tuple[Change, ...] = ()

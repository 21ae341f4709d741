"""What a bench asks and what came of it: contestants timed by turns, and how they stand to each other."""

from typing import Annotated, Literal

import msgspec

from wasmforge.model.base import Noun, Seconds, Shape

Of = Literal["u8", "i32", "f32", "f64"]
"""What the elements of a buffer are."""

Elements = Annotated[int, msgspec.Meta(ge=1, le=1 << 30)]
"""How many elements a buffer has."""

Positive = Annotated[float, msgspec.Meta(gt=0)]
"""A time that was taken, or one over another."""

FEWEST = 6
"""Rounds: five equal throws of a coin are no surprise at 95 %."""

GIVEN = ("random", "zeros", "file", "utf8", "hex")
"""The keys of an Input, of which exactly one is given."""


class Input(Shape, frozen=True, kw_only=True):
    """An argument that lives in memory: a module gets the address of a copy, JavaScript a typed array, C a pointer.

    Exactly one is given: `random` or `zeros` (how many elements; random ones are the same on every machine, floats
    from -1 to 1), a `file` of the component's folder, or bytes as `utf8` or `hex`. `of` says what its elements are:
    little-endian, and what answers are compared as.
    """

    random: Elements | None = None
    zeros: Elements | None = None
    file: str | None = None
    utf8: str | None = None
    hex: str | None = None
    of: Of = "u8"


class Bench(Shape, frozen=True, kw_only=True):
    """One call that is timed: of the component in all its variants, and of what does the same.

    `javascript` is an ES module in the component's folder that exports a function of the same name; `native` a
    component in C, C++ or Zig, compiled for this machine and called through the C ABI; `beside` are more components
    with the same export. Answers must be the same, floats within `tolerance`, or nothing is timed.

    `warm-up` is how many calls are made before any is timed, `repeats` how often each contestant has its turn;
    `timeout` bounds one turn, in seconds.
    """

    name: str = ""
    call: str
    args: tuple[bool | int | float | Input, ...] = ()
    javascript: str | None = None
    native: str | None = None
    beside: tuple[str, ...] = ()
    warm_up: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 3
    repeats: Annotated[int, msgspec.Meta(ge=3, le=1000)] = 11
    tolerance: float = 0.0
    timeout: Seconds = 60.0


class Ratio(Noun, frozen=True, kw_only=True):
    """How many times as long as another: the median over the rounds, and where it lies with 95 % confidence at least.

    `sure`: the interval says that they differ. With fewer than six rounds nothing is sure.
    """

    times: Positive
    low: Positive
    high: Positive
    sure: bool


class Entry(Noun, frozen=True, kw_only=True):
    """One contestant's times. `code` is what it is (`native`, `javascript`, `wasm simd`), `engine` what ran it.

    `seconds` are those of one call, one value a round, each the mean of `calls`; `spread` is half the distance
    between their quartiles. `ratio` is to the table's reference; None for the reference itself.
    """

    code: str
    engine: str
    seconds: Annotated[tuple[Positive, ...], msgspec.Meta(min_length=1)]
    median: float
    spread: float
    calls: int
    ratio: Ratio | None = None


class Absentee(Noun, frozen=True, kw_only=True):
    """A contestant that did not take part, and why, in one line; `failed` where that is no lack of this machine."""

    code: str
    engine: str
    why: str
    fix: str = ""
    failed: bool = False


class Table(Noun, frozen=True, kw_only=True):
    """One bench: its contestants from the quickest to the slowest, and the one that all are compared with."""

    component: str
    name: str
    reference: str
    rounds: int
    entries: tuple[Entry, ...]
    absent: tuple[Absentee, ...] = ()
    ahead: Ratio | None = None

    @property
    def winner(self) -> Entry | None:
        """The quickest, where it is surely quicker than the second; `ahead` is the second's time over its own."""
        return self.entries[0] if self.ahead and self.ahead.sure and self.ahead.times > 1 else None


class Change(Noun, frozen=True, kw_only=True):
    """How one contestant's standing has changed since another run: `times` as long as before, by the reference.

    `worse`: surely slower, `better`: surely quicker; with fewer than six rounds in either run neither. `absolute`:
    the runs have no reference in common, so that bare times were compared.
    """

    component: str
    name: str
    code: str
    engine: str
    times: float
    low: float
    high: float
    worse: bool
    better: bool
    absolute: bool


class Benched(Noun, frozen=True, kw_only=True):
    """A whole run. `machine` is what it ran on, in a line; `date` is that of its start, in UTC."""

    format: Literal[1] = 1
    machine: str
    date: str
    tables: tuple[Table, ...]

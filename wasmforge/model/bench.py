"""Benchmarks as data: the timed call, its participants, their times, and the ratios between them."""

from typing import Annotated, Literal

import msgspec

from wasmforge.model.base import Seconds, Struct, TomlStruct

ElementType = Literal["u8", "i32", "f32", "f64"]
"""The type of the elements of a buffer."""

Elements = Annotated[int, msgspec.Meta(ge=1, le=1 << 30)]
"""The number of elements of a buffer."""

Positive = Annotated[float, msgspec.Meta(gt=0)]
"""A measured time, or a ratio of two."""

MIN_ROUNDS = 6
"""The fewest rounds from which anything follows at 95 %: five equal throws of a coin are still likely."""

INPUT_SOURCES = ("random", "zeros", "file", "utf8", "hex")
"""The keys of an Input, of which exactly one is given."""


class Input(TomlStruct, frozen=True, kw_only=True):
    """An argument in memory: a module gets the address of a copy, JavaScript a typed array, C a pointer.

    Exactly one of `random`, `zeros`, `file`, `utf8` and `hex` is given.
    """

    random: Annotated[
        Elements | None,
        msgspec.Meta(description="This many random elements, the same on every machine; floats are from -1 to 1."),
    ] = None
    zeros: Annotated[Elements | None, msgspec.Meta(description="This many elements that are 0.")] = None
    file: Annotated[
        str | None, msgspec.Meta(description="The bytes of this file, a path from the component's folder.")
    ] = None
    utf8: Annotated[str | None, msgspec.Meta(description="The bytes of this text in UTF-8.")] = None
    hex: Annotated[str | None, msgspec.Meta(description="Bytes in hexadecimal.")] = None
    of: Annotated[
        ElementType,
        msgspec.Meta(description="The type of the elements, in little-endian order; answers are compared as this."),
    ] = "u8"


class Bench(TomlStruct, frozen=True, kw_only=True):
    """One timed call: of the component in all its variants, and of others that do the same."""

    name: Annotated[
        str, msgspec.Meta(description="The name in reports, by default the call. Unique within a component.")
    ] = ""
    call: Annotated[str, msgspec.Meta(description="The export to call.")]
    args: Annotated[
        tuple[bool | int | float | Input, ...],
        msgspec.Meta(description="The arguments: numbers, booleans, or tables for bytes in memory."),
    ] = ()
    javascript: Annotated[
        str | None,
        msgspec.Meta(
            description="An ES module in the component's folder that exports a function of that name, to compare with."
        ),
    ] = None
    native: Annotated[
        str | None,
        msgspec.Meta(description="A component in C, C++ or Zig to compare with, called by the C ABI on this machine."),
    ] = None
    compare_with: Annotated[
        tuple[str, ...], msgspec.Meta(description="More components with the same export, to compare with.")
    ] = ()
    warm_up: Annotated[
        int,
        msgspec.Meta(ge=0, le=100_000, description="How many calls are made before any is timed."),
    ] = 3
    repeats: Annotated[
        int, msgspec.Meta(ge=3, le=1000, description="How many rounds; each participant has one turn in a round.")
    ] = 11
    tolerance: Annotated[
        float,
        msgspec.Meta(description="How far floats in answers may differ. Nothing is timed when answers differ by more."),
    ] = 0.0
    timeout: Annotated[Seconds, msgspec.Meta(description="Seconds that one turn may take.")] = 60.0


class Ratio(Struct, frozen=True, kw_only=True):
    """How many times as long as another participant takes: the median over the rounds, and its 95 % interval.

    `significant`: 1 is outside the interval, so the two differ. Never with fewer than six rounds.
    """

    times: Positive
    low: Positive
    high: Positive
    significant: bool


class Measurement(Struct, frozen=True, kw_only=True):
    """The times of one participant. `code` is what was called (`native`, `wasm simd`), `engine` what ran it.

    `seconds` has one value per round: the mean time of a call over `calls` calls. `spread` is half the distance between
    the quartiles. `ratio` is relative to the reference; None for the reference itself.
    """

    code: str
    engine: str
    seconds: Annotated[tuple[Positive, ...], msgspec.Meta(min_length=1)]
    median: float
    spread: float
    calls: int
    ratio: Ratio | None = None


class SkippedParticipant(Struct, frozen=True, kw_only=True):
    """A participant that was not timed, and why, in one line. `failed`: it failed; else it is not available here."""

    code: str
    engine: str
    why: str
    fix: str = ""
    failed: bool = False


class BenchResult(Struct, frozen=True, kw_only=True):
    """The result of one bench: measurements from the fastest to the slowest, all compared with `reference`.

    `lead` is the time of the second over the time of the first.
    """

    component: str
    name: str
    reference: str
    rounds: int
    measurements: tuple[Measurement, ...]
    skipped: tuple[SkippedParticipant, ...] = ()
    lead: Ratio | None = None

    @property
    def winner(self) -> Measurement | None:
        """The fastest participant if it is significantly faster than the second, otherwise None."""
        return self.measurements[0] if self.lead and self.lead.significant and self.lead.times > 1 else None


class RatioChange(Struct, frozen=True, kw_only=True):
    """How the ratio of one participant to the reference changed since an earlier run: it is `times` as large.

    `slower` and `faster` are significant; both are false with fewer than six rounds in either run. `absolute`: the runs
    have no common reference, so times were compared instead of ratios.
    """

    component: str
    name: str
    code: str
    engine: str
    times: float
    low: float
    high: float
    slower: bool
    faster: bool
    absolute: bool

    def exceeds(self, limit: float) -> bool:
        """Whether it is certainly slower by more than `limit` (0.1: by 10 %)."""
        return self.slower and self.times > 1 + limit


class BenchRun(Struct, frozen=True, kw_only=True):
    """All results of one run. `machine` describes the machine in a line; `date` is the start, in UTC."""

    format: Literal[1] = 1
    machine: str
    date: str
    results: tuple[BenchResult, ...]

    @property
    def failed(self) -> bool:
        """Whether a participant failed."""
        return any(s.failed for result in self.results for s in result.skipped)

    @property
    def empty(self) -> bool:
        """Whether nothing was timed."""
        return not any(result.measurements for result in self.results)

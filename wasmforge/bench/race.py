"""One bench from beginning to end: contestants are started, compared, warmed up, and timed by turns."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from wasmforge.bench.agree import Said, disagreement, most, number
from wasmforge.bench.contestants import Contestant
from wasmforge.bench.figures import median, ratio, spread
from wasmforge.bench.once import Once
from wasmforge.bench.talk import Asked, Silent, Talks, talks
from wasmforge.model.bench import Absentee, Bench, Entry, Of, Table
from wasmforge.process import Cancel

LEAST = 0.02
"""Seconds that a turn lasts at least, so that clocks weigh nothing: what is quicker is called several times."""

WARM = 0.3
"""Seconds that a contestant is warmed up at least: V8 compiles again what is called often."""

MOST_CALLS = 1_000_000

Step = Callable[[str], None]
"""Is told what is being done, in a few words."""


def race(
    component: str, bench: Bench, contestants: Sequence[Contestant], kinds: tuple[Of, ...], cancel: Cancel, step: Step
) -> Table:
    """Time them all. `kinds` are those of the buffers' elements. Who fails, or answers otherwise, is left out.

    Raises KeyboardInterrupt when it is cancelled.
    """
    name = bench.name or bench.call
    with talks() as room:
        runners = [_Runner(contestant, bench) for contestant in contestants]
        for runner in runners:
            step(f"{component}, {name}: {runner}, first call")
            runner.begin(room, kinds, cancel)
        _agree(bench, [r for r in runners if not r.why], kinds)
        for runner in runners:
            step(f"{component}, {name}: {runner}, warming up")
            runner.warm(cancel)
        for turn in range(bench.repeats):
            step(f"{component}, {name}: round {turn + 1} of {bench.repeats}")
            for runner in runners:
                runner.turn(cancel)
    entries = [r.entry() for r in runners if not r.why]
    absent = [
        Absentee(code=r.contestant.code, engine=r.contestant.engine, why=r.why, failed=True) for r in runners if r.why
    ]
    return table_of(component, name, bench.repeats, entries, absent)


def table_of(component: str, name: str, rounds: int, entries: Sequence[Entry], absent: Sequence[Absentee]) -> Table:
    """Order them, and set each against the first of them, which is the reference."""
    if not entries:
        return Table(component=component, name=name, reference="", rounds=rounds, entries=(), absent=tuple(absent))
    reference = entries[0]
    others = [msgspec.structs.replace(e, ratio=ratio(e.seconds, reference.seconds)) for e in entries[1:]]
    # By what is told of them: a round that was slow for all says more of the machine than of anybody.
    ordered = sorted((reference, *others), key=lambda e: e.ratio.times if e.ratio else 1.0)
    ahead = ratio(ordered[1].seconds, ordered[0].seconds) if len(ordered) > 1 else None
    return Table(
        component=component,
        name=name,
        reference=reference.code,
        rounds=rounds,
        entries=tuple(ordered),
        absent=tuple(absent),
        ahead=ahead,
    )


def _agree(bench: Bench, runners: "Sequence[_Runner]", kinds: tuple[Of, ...]) -> None:
    """Put out whose answer is another than most have."""
    right = most([r.said for r in runners], kinds, bench.tolerance)
    for nth, runner in enumerate(runners):
        if nth not in right:
            one = runners[right[0]]
            runner.why = f"{disagreement(runner.said, one.said, kinds, bench.tolerance)} of {one}"


class _Runner:
    """A contestant on its way: its conversation, the times of its turns, and why it is out, once it is."""

    def __init__(self, contestant: Contestant, bench: Bench) -> None:
        self.contestant = contestant
        self.why = ""
        self._bench = bench
        self._talk: Asked | None = None
        self.said = Said(result=None, buffers=())
        self._calls = 1
        self._times: list[float] = []

    def __str__(self) -> str:
        return f"{self.contestant.code} in {self.contestant.engine}"

    def begin(self, room: Talks, kinds: tuple[Of, ...], cancel: Cancel) -> None:
        """Start it and have it called once."""
        here, self._talk = self._opened(room, cancel)
        if answer := self._ask({"do": "first"}, cancel):
            buffers = tuple((here / f"out.{n}").read_bytes() for n in range(len(kinds)))
            self.said = Said(result=number(answer["result"]), buffers=buffers)

    def _opened(self, room: Talks, cancel: Cancel) -> tuple[Path, Asked]:
        """A folder of its own, and who answers there."""
        here = room.folder()
        if self.contestant.once:
            return here, Once(self.contestant.once, here)
        told = {**self.contestant.job, "out": str(here / "out")}
        cpus = () if self.contestant.roams else _one_cpu()
        if self.contestant.code_in:
            from wasmforge.bench.page import Page  # brings an HTTP server

            page = Page(self.contestant.argv, self.contestant.code_in, told, here, cancel, cpus)
            return here, room.keep(page)
        job = here / "job.json"
        job.write_text(json.dumps(told))
        return here, room.begin((*self.contestant.argv, job), here, self.contestant.env, cancel, cpus)

    def warm(self, cancel: Cancel) -> None:
        """Call it until it is warm, and find how many calls make a turn. What starts anew for each never is."""
        cold = self.contestant.once is not None
        spent, made = 0.0, 0
        while not self.why:
            took = self._timed(cancel)
            spent, made = spent + took, made + self._calls
            if took < LEAST and self._calls < MOST_CALLS:
                more = round(1.2 * self._calls * LEAST / max(took, 1e-9))
                self._calls = min(MOST_CALLS, 10 * self._calls, max(self._calls + 1, more))
            elif cold or (spent >= WARM and made >= self._bench.warm_up):
                return

    def turn(self, cancel: Cancel) -> None:
        """Take one time."""
        if not self.why:
            self._times.append(self._timed(cancel) / self._calls)

    def entry(self) -> Entry:
        """What its times come to."""
        return Entry(
            code=self.contestant.code,
            engine=self.contestant.engine,
            seconds=tuple(self._times),
            median=median(self._times),
            spread=spread(self._times),
            calls=self._calls,
        )

    def _timed(self, cancel: Cancel) -> float:
        """Seconds that the calls of a turn take."""
        answer = self._ask({"do": "time", "calls": self._calls}, cancel)
        return float(answer["seconds"]) if answer else 0.0

    def _ask(self, question: dict[str, object], cancel: Cancel) -> dict[str, Any] | None:
        assert self._talk is not None  # noqa: S101 - it has begun
        try:
            return self._talk.ask(question, self._bench.timeout)
        except Silent as e:
            if cancel:
                raise KeyboardInterrupt from None
            self.why = str(e)
            return None


def _one_cpu() -> tuple[int, ...]:
    """The last of the processors that we may use: what else goes on at a machine tends to begin at the first."""
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return tuple(allowed[-1:])

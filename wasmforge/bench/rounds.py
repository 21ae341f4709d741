"""Runs one benchmark: starts participants, compares results, warms up, times them in alternating rounds."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from wasmforge.bench.compare_results import CallResult, disagreement, majority, parse_result
from wasmforge.bench.one_shot import OneShotSession
from wasmforge.bench.participants import Participant
from wasmforge.bench.process_session import ProcessSession
from wasmforge.bench.session import NoAnswerError, Session, SessionPool, session_pool
from wasmforge.bench.statistics import median, ratio, spread
from wasmforge.model.bench import Bench, BenchResult, ElementType, Measurement, SkippedParticipant
from wasmforge.model.traps import kind_of
from wasmforge.process import CancelToken

MIN_TURN_S = 0.02
"""Seconds that a turn lasts at least, so that the clock's precision does not matter: fast calls are repeated."""

MIN_WARMUP_S = 0.3
"""Seconds that a participant is warmed up at least: V8 recompiles what is called often."""

MAX_CALLS_PER_TURN = 1_000_000

ShowStep = Callable[[str], None]
"""Shows what is being done, in a few words."""


def run_rounds(
    component: str,
    bench: Bench,
    participants: Sequence[Participant],
    element_types: tuple[ElementType, ...],
    cancel: CancelToken,
    show_step: ShowStep,
) -> BenchResult:
    """Time all participants. One that fails, or whose result differs from the majority's, is left out.

    `element_types` are those of the buffers. Raises KeyboardInterrupt when it is cancelled.
    """
    name = bench.name or bench.call
    with session_pool() as sessions:
        runs = [_ParticipantRun(participant, bench, cancel) for participant in participants]
        for run in runs:
            show_step(f"{component}, {name}: {run}, first call")
            run.start(sessions, len(element_types))
        _compare(bench, [r for r in runs if not r.error], element_types)
        for run in runs:
            show_step(f"{component}, {name}: {run}, warming up")
            run.warm_up()
        for number in range(1, bench.repeats + 1):
            show_step(f"{component}, {name}: round {number} of {bench.repeats}")
            for run in runs:
                run.take_turn()
    measurements = [r.measurement() for r in runs if not r.error]
    failed = [
        SkippedParticipant(code=r.participant.code, engine=r.participant.engine, why=r.error, failed=True)
        for r in runs
        if r.error
    ]
    return make_result(component, name, bench.repeats, measurements, failed)


def make_result(
    component: str, name: str, rounds: int, measurements: Sequence[Measurement], skipped: Sequence[SkippedParticipant]
) -> BenchResult:
    """Compare the measurements with the first of them, the reference, and order them by their ratios."""
    if not measurements:
        return BenchResult(
            component=component, name=name, reference="", rounds=rounds, measurements=(), skipped=tuple(skipped)
        )
    reference, *others = measurements
    compared = [msgspec.structs.replace(m, ratio=ratio(m.seconds, reference.seconds)) for m in others]
    # By ratios and not by medians: a round that was slow for all says more about the machine than about anybody.
    ordered = sorted((reference, *compared), key=lambda m: m.ratio.times if m.ratio else 1.0)
    return BenchResult(
        component=component,
        name=name,
        reference=reference.code,
        rounds=rounds,
        measurements=tuple(ordered),
        skipped=tuple(skipped),
        lead=ratio(ordered[1].seconds, ordered[0].seconds) if len(ordered) > 1 else None,
    )


def _compare(bench: Bench, runs: "Sequence[_ParticipantRun]", element_types: tuple[ElementType, ...]) -> None:
    """Mark the participants whose result differs from the majority's as failed."""
    agreeing = majority([r.first_result for r in runs], element_types, bench.tolerance)
    for index, run in enumerate(runs):
        if index not in agreeing:
            other = runs[agreeing[0]]
            difference = disagreement(run.first_result, other.first_result, element_types, bench.tolerance)
            run.error = f"{difference} like {other}"


class _ParticipantRun:
    """A participant while it runs: its session, its first result, its times, and why it failed, once it has."""

    def __init__(self, participant: Participant, bench: Bench, cancel: CancelToken) -> None:
        self.participant = participant
        self.error = ""
        self.first_result = CallResult(result=None, buffers=())
        self._bench = bench
        self._cancel = cancel
        self._session: Session | None = None
        self._calls_per_turn = 1
        self._seconds_per_call: list[float] = []

    def __str__(self) -> str:
        return f"{self.participant.code} in {self.participant.engine}"

    def start(self, sessions: SessionPool, buffers: int) -> None:
        """Start the participant and make its first call, which has so many buffers."""
        folder = sessions.folder()
        self._session = self._open_session(sessions, folder)
        if answer := self._ask({"do": "first"}):
            contents = tuple((folder / f"out.{n}").read_bytes() for n in range(buffers))
            self.first_result = CallResult(result=parse_result(answer["result"]), buffers=contents)

    def _open_session(self, sessions: SessionPool, folder: Path) -> Session:
        participant, cancel = self.participant, self._cancel
        if participant.one_shot:
            return OneShotSession(participant.one_shot, folder)
        job = {**participant.job, "out": str(folder / "out")}
        cpus = () if participant.multithreaded else _last_cpu()
        if participant.page_folder:
            from wasmforge.bench.browser_session import BrowserSession  # brings an HTTP server

            page = BrowserSession(participant.argv, participant.page_folder, job, folder, cancel, cpus)
            return sessions.add(page)
        file = folder / "job.json"
        file.write_text(json.dumps(job))
        return sessions.add(ProcessSession((*participant.argv, file), folder, participant.env, cancel, cpus))

    def warm_up(self) -> None:
        """Call until the participant is warm, and find out how many calls make a turn. A one-shot one is never warm."""
        seconds, calls = 0.0, 0
        while not self.error:
            turn = self._time_turn()
            seconds, calls = seconds + turn, calls + self._calls_per_turn
            if turn < MIN_TURN_S and self._calls_per_turn < MAX_CALLS_PER_TURN:
                wanted = round(1.2 * self._calls_per_turn * MIN_TURN_S / max(turn, 1e-9))
                at_least, at_most = self._calls_per_turn + 1, 10 * self._calls_per_turn
                self._calls_per_turn = min(MAX_CALLS_PER_TURN, at_most, max(at_least, wanted))
            elif self.participant.one_shot or (seconds >= MIN_WARMUP_S and calls >= self._bench.warm_up):
                return

    def take_turn(self) -> None:
        """Measure one turn."""
        if not self.error:
            self._seconds_per_call.append(self._time_turn() / self._calls_per_turn)

    def measurement(self) -> Measurement:
        """All turns."""
        return Measurement(
            code=self.participant.code,
            engine=self.participant.engine,
            seconds=tuple(self._seconds_per_call),
            median=median(self._seconds_per_call),
            spread=spread(self._seconds_per_call),
            calls=self._calls_per_turn,
        )

    def _time_turn(self) -> float:
        """Seconds that the calls of one turn take."""
        answer = self._ask({"do": "time", "calls": self._calls_per_turn})
        return float(answer["seconds"]) if answer else 0.0

    def _ask(self, question: dict[str, object]) -> dict[str, Any] | None:
        """The answer; None, with `error` set, when there is none. Raises KeyboardInterrupt when it is cancelled."""
        assert self._session is not None  # noqa: S101 - it was started
        try:
            return self._session.ask(question, self._bench.timeout)
        except NoAnswerError as e:
            if self._cancel:
                raise KeyboardInterrupt from None
            trap = kind_of(str(e))
            self.error = f"trap: {trap}" if trap else str(e)
            return None


def _last_cpu() -> tuple[int, ...]:
    """The last processor that we may use: other work of a machine tends to start on the first."""
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return tuple(allowed[-1:])

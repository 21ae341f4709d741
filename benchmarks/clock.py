"""Times several ways to do one thing side by side: A B C, A B C, …, so that a busy machine is unfair to none."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(kw_only=True)
class Way:
    """One way: a command in a folder. `before` puts things into the state that the command finds; it is not timed."""

    name: str
    argv: Sequence[str | Path]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[int], None] = lambda _round: None
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, in seconds: how far a run usually is from the median."""
        if len(self.seconds) < 4:
            return (max(self.seconds) - min(self.seconds)) / 2
        low, _, high = statistics.quantiles(self.seconds, n=4)
        return (high - low) / 2


def side_by_side(ways: Sequence[Way], rounds: int, *, warm: int = 0) -> None:
    """Time each way once a round; the first `warm` rounds are not counted."""
    for number in range(warm + rounds):
        for way in ways:
            way.before(number)
            wall, processor = run(way.argv, way.cwd, way.env)
            if number >= warm:
                way.seconds.append(wall)
                way.processor.append(processor)


def run(argv: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds that a command takes: by the clock, and of the processors for it and all it waits for.

    Raises SystemExit with what it printed when it fails.
    """
    whole = {**os.environ, **env}
    whole.pop("PYTHONDONTWRITEBYTECODE", None)  # what pip installs has its bytecode, and so must what is measured
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        with subprocess.Popen(argv, cwd=cwd, env=whole, stdout=said, stderr=subprocess.STDOUT) as child:
            _, status, used = os.wait4(child.pid, 0)
            spent = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            words = " ".join(map(str, argv))
            raise SystemExit(f"{words} in {cwd}: exit code {child.returncode}\n{said.read().decode(errors='replace')}")
    return spent, used.ru_utime + used.ru_stime

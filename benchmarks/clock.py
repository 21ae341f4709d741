"""Times several ways to do one thing side by side: A B C, A B C, …, so that a busy machine is unfair to none."""

import os
import statistics
import subprocess
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
            spent = run(way.argv, way.cwd, way.env)
            if number >= warm:
                way.seconds.append(spent)


def run(argv: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> float:
    """Seconds that a command takes. Raises SystemExit with what it printed when it fails."""
    whole = {**os.environ, **env}
    started = time.perf_counter()
    done = subprocess.run(argv, cwd=cwd, env=whole, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    spent = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, argv))} in {cwd}: exit code {done.returncode}\n{done.stdout.decode()}")
    return spent

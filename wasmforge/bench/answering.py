"""The other side of a conversation, in Python: what both kinds of contestants written in it share.

It imports only the standard library, so that it can be started in isolation.
"""

import json
import re
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

TELLING = {"LookupError", "ValueError", "Trap", "WasmtimeError"}
"""Errors whose words are enough."""


class Contestant(Protocol):
    """Something that is called again and again on the same buffers."""

    def call(self) -> object:
        """Call it once; this is timed."""

    def result(self) -> object:
        """What the last call gave."""

    def buffers(self) -> list[bytes]:
        """What its buffers hold now."""


def answer(make: Callable[[dict[str, Any]], Contestant]) -> None:
    """`PROGRAM JOB SOCKET`: make the contestant of a job and answer questions about it until nobody asks any more."""
    job_file, path = sys.argv[-2:]
    job = json.loads(Path(job_file).read_text())
    contestant: Contestant | None = None
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        with line.makefile("rw", encoding="utf-8") as talk:
            for asked in talk:
                try:
                    question = json.loads(asked)
                    if contestant is None:
                        contestant = make(job)
                    said = _first(contestant, job) if question["do"] == "first" else _timed(contestant, question)
                except Exception as e:
                    said = {"error": _why(e)}
                talk.write(json.dumps(said) + "\n")
                talk.flush()


def _why(error: Exception) -> str:
    """In a line; the kind of the error only where it says more than that something went wrong."""
    words = re.sub(r"^\s*\d+: ", "", (str(error).strip().splitlines() or [""])[-1])  # Wasmtime numbers causes
    return words if type(error).__name__ in TELLING and words else f"{type(error).__name__}: {words}"


def _first(contestant: Contestant, job: dict[str, Any]) -> dict[str, Any]:
    """Call it, and leave its buffers in files. A number is told as text: JSON has no NaN, and JavaScript no 64 bits."""
    contestant.call()
    result = contestant.result()
    for nth, data in enumerate(contestant.buffers()):
        Path(f"{job['out']}.{nth}").write_bytes(data)
    return {"result": str(result) if isinstance(result, int | float) else None}


def _timed(contestant: Contestant, question: dict[str, Any]) -> dict[str, Any]:
    call, times = contestant.call, range(question["calls"])
    begun = time.perf_counter_ns()
    for _ in times:
        call()
    return {"seconds": (time.perf_counter_ns() - begun) / 1e9}

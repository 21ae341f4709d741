"""The side of a session in a participant that is a Python process: reads questions from the socket, sends answers.

It imports only the standard library, so that a child can be started in isolated mode.
"""

import json
import re
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

SELF_EXPLANATORY_ERRORS = {"LookupError", "ValueError", "Trap", "WasmtimeError"}
"""Errors whose message is enough without their name."""


class PreparedCall(Protocol):
    """A call that is made again and again on the same buffers."""

    def call(self) -> object:
        """Make the call; this is timed."""

    def result(self) -> object:
        """What the last call returned."""

    def buffers(self) -> list[bytes]:
        """The current content of the buffers."""


def answer_questions(prepare: Callable[[dict[str, Any]], PreparedCall]) -> None:
    """Run `PROGRAM JOB SOCKET`: prepare the call of the job, and answer questions until the connection is closed."""
    job_file, path = sys.argv[-2:]
    job = json.loads(Path(job_file).read_text())
    prepared: PreparedCall | None = None
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        with connection.makefile("rw", encoding="utf-8") as stream:
            for line in stream:
                try:
                    question = json.loads(line)
                    if prepared is None:
                        prepared = prepare(job)
                    if question["do"] == "first":
                        answer = _first_call(prepared, job)
                    else:
                        answer = _time_calls(prepared, question["calls"])
                except Exception as e:
                    answer = {"error": _error_text(e)}
                stream.write(json.dumps(answer) + "\n")
                stream.flush()


def _error_text(error: Exception) -> str:
    """An error in one line: its message, after the name of its type where that says more."""
    message = re.sub(r"^\s*\d+: ", "", (str(error).strip().splitlines() or [""])[-1])  # Wasmtime numbers causes
    name = type(error).__name__
    return message if name in SELF_EXPLANATORY_ERRORS and message else f"{name}: {message}"


def _first_call(prepared: PreparedCall, job: dict[str, Any]) -> dict[str, Any]:
    """Call once, and write the buffers to files. The result is text: JSON has no NaN, and JavaScript no 64 bits."""
    prepared.call()
    result = prepared.result()
    for index, data in enumerate(prepared.buffers()):
        Path(f"{job['out']}.{index}").write_bytes(data)
    return {"result": str(result) if isinstance(result, int | float) else None}


def _time_calls(prepared: PreparedCall, calls: int) -> dict[str, Any]:
    call, times = prepared.call, range(calls)
    begun = time.perf_counter_ns()
    for _ in times:
        call()
    return {"seconds": (time.perf_counter_ns() - begun) / 1e9}

"""The only place that starts a subprocess: process groups, time-outs, cancellation, bounded output."""

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KEEP = 256 * 1024
"""Bytes of output kept from the start, and as many again from the end."""

TICK = 0.05
"""Seconds between looks at the clock and at the cancel flag."""

GRACE = 2.0
"""Seconds between asking a group to end (SIGTERM) and ending it (SIGKILL)."""


class Cancel:
    """A flag that every running process watches; set once, by Ctrl-C."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask everything to stop."""
        self._event.set()

    def __bool__(self) -> bool:
        return self._event.is_set()


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a process ended. `exit` is negative for a signal, as in `subprocess`; `output` may be cut in the middle."""

    exit: int
    output: bytes
    seconds: float
    timed_out: bool = False
    cancelled: bool = False
    too_much: bool = False

    @property
    def ok(self) -> bool:
        """It ended by itself with exit code 0."""
        return self.exit == 0 and not (self.timed_out or self.cancelled or self.too_much)

    def reason(self, timeout: float) -> str:
        """One line saying why it is not ok."""
        if self.cancelled:
            return "interrupted"
        if self.timed_out:
            return f"did not end within {timeout:g} s"
        if self.too_much:
            return "printed more than its limit"
        if self.exit < 0:
            return f"died by signal {_signal_name(-self.exit)}"
        return f"exit code {self.exit}"

    @property
    def text(self) -> str:
        """The output as text; bytes that are not UTF-8 are replaced."""
        return self.output.decode("utf-8", "replace")


class Tail:
    """Output with a bounded memory: the first `keep` bytes and the last `keep` bytes."""

    def __init__(self, keep: int = KEEP) -> None:
        self._keep = keep
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        """Take more output."""
        self.total += len(data)
        room = self._keep - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data
        if len(self._tail) > 2 * self._keep:
            del self._tail[: -self._keep]

    def bytes(self) -> bytes:
        """What was kept, with a line saying how much was not."""
        tail = bytes(self._tail[-self._keep :])
        cut = self.total - len(self._head) - len(tail)
        middle = f"\n… {cut} bytes left out …\n".encode() if cut else b""
        return bytes(self._head) + middle + tail


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float,
    cancel: Cancel | None = None,
    on_output: Callable[[bytes], None] | None = None,
    most_output: int | None = None,
    merge_stderr: bool = True,
) -> Done:
    """Run a command to its end and return how it ended; `env` None means an empty environment.

    The command leads a process group of its own, which is ended as a whole on time-out, on cancellation, when it
    prints more than `most_output` bytes, and when its leader is gone. Raises OSError when it cannot be started.
    """
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - commands are arrays that a plan made, never strings
        [os.fspath(a) for a in argv],
        cwd=cwd,
        env=dict(env or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge_stderr else subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        tail = Tail()
        feeder = threading.Thread(target=_feed, args=(child, stdin), daemon=True)
        feeder.start()
        why = _watch(child, tail, started + timeout, cancel, on_output, most_output)
        _end_group(child, gently=why in {"timeout", "cancel"})
        feeder.join(TICK)
        return Done(
            exit=child.wait(),
            output=tail.bytes(),
            seconds=time.monotonic() - started,
            timed_out=why == "timeout",
            cancelled=why == "cancel",
            too_much=why == "output",
        )


def _watch(
    child: "subprocess.Popen[bytes]",
    tail: Tail,
    deadline: float,
    cancel: Cancel | None,
    on_output: Callable[[bytes], None] | None,
    most_output: int | None,
) -> str:
    """Read output until the child has ended and its pipe is drained; return why it must be stopped, or ''."""
    assert child.stdout is not None  # noqa: S101 - Popen was given a pipe
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if cancel:
                return "cancel"
            if time.monotonic() > deadline:
                return "timeout"
            ready = selector.select(TICK)
            if not ready:
                if child.poll() is not None:
                    return ""  # the leader is gone; whoever still holds the pipe goes with the group
                continue
            data = os.read(child.stdout.fileno(), 65536)
            if not data:
                return _wait(child, deadline, cancel)
            tail.add(data)
            if on_output:
                on_output(data)
            if most_output is not None and tail.total > most_output:
                return "output"


def _wait(child: "subprocess.Popen[bytes]", deadline: float, cancel: Cancel | None) -> str:
    """Wait for a child that has closed its output."""
    while True:
        try:
            child.wait(TICK)
        except subprocess.TimeoutExpired:
            if cancel:
                return "cancel"
            if time.monotonic() > deadline:
                return "timeout"
        else:
            return ""


def _feed(child: "subprocess.Popen[bytes]", data: bytes) -> None:
    """Write standard input; a child that does not read it is not an error."""
    assert child.stdin is not None  # noqa: S101 - Popen was given a pipe
    try:
        child.stdin.write(data)
        child.stdin.close()
    except OSError:
        pass


def _end_group(child: "subprocess.Popen[bytes]", *, gently: bool) -> None:
    """End what is left of the child's process group."""
    if gently and child.poll() is None:
        _signal_group(child.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
    _signal_group(child.pid, signal.SIGKILL)


def _signal_group(pid: int, sig: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sig)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)

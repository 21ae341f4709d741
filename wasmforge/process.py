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

DRAIN = 1.0
"""Seconds that the output of a process is read after its end, should somebody else go on writing to it."""

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
    prints more than `most_output` bytes, when its leader is gone, and when we are torn away by an exception (Ctrl-C).
    Raises OSError when it cannot be started.
    """
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - commands are arrays that a plan made, never strings
        [os.fspath(a) for a in argv],
        cwd=cwd,
        env=dict(env or {}),
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge_stderr else subprocess.DEVNULL,
        start_new_session=True,
        bufsize=0,
    ) as child:
        tail = Tail()
        why = "exception"
        try:
            why = _Watch(child, tail, stdin, on_output, most_output).until(started + timeout, cancel)
        finally:
            _end_group(child, gently=why in {"timeout", "cancel"})
        return Done(
            exit=child.wait(),
            output=tail.bytes(),
            seconds=time.monotonic() - started,
            timed_out=why == "timeout",
            cancelled=why == "cancel",
            too_much=why == "output",
        )


class _Watch:
    """Feeds a child its input and reads its output, in one thread, until it has ended or must be stopped."""

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        tail: Tail,
        stdin: bytes,
        on_output: Callable[[bytes], None] | None,
        most_output: int | None,
    ) -> None:
        self._child = child
        self._tail = tail
        self._rest = memoryview(stdin)
        self._on_output = on_output
        self._most_output = most_output
        self._open = True

    def until(self, deadline: float, cancel: Cancel | None) -> str:
        """Go on until the child has ended and its pipe is drained; return why it must be stopped, or ''."""
        with selectors.DefaultSelector() as selector:
            self._register(selector)
            gone: float | None = None
            while True:
                now = time.monotonic()
                if cancel:
                    return "cancel"
                if now > deadline:
                    return "timeout"
                if gone is None and self._child.poll() is not None:
                    gone = now
                ready = selector.select(TICK) if selector.get_map() else self._nap(gone)
                for key, _ in ready:
                    if key.data == "in":
                        self._feed(selector)
                    elif self._read(selector):
                        return "output"
                if gone is not None and (not ready or not self._open or now - gone > DRAIN):
                    return ""  # whoever still holds the pipe goes with the group, or has left it and is none of ours

    def _register(self, selector: selectors.BaseSelector) -> None:
        assert self._child.stdout is not None  # noqa: S101 - Popen was given a pipe
        selector.register(self._child.stdout, selectors.EVENT_READ, "out")
        if self._child.stdin is not None:
            os.set_blocking(self._child.stdin.fileno(), False)
            selector.register(self._child.stdin, selectors.EVENT_WRITE, "in")

    def _nap(self, gone: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait a little for a child that has closed its output."""
        if gone is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(TICK)
        return []

    def _feed(self, selector: selectors.BaseSelector) -> None:
        """Write some standard input; a child that does not read it is not an error."""
        stdin = self._child.stdin
        assert stdin is not None  # noqa: S101 - only registered when there is one
        try:
            self._rest = self._rest[os.write(stdin.fileno(), self._rest[:65536]) :]
        except BlockingIOError:
            return
        except OSError:
            self._rest = self._rest[:0]
        if not self._rest:
            selector.unregister(stdin)
            stdin.close()

    def _read(self, selector: selectors.BaseSelector) -> bool:
        """Take what was printed; True when that is too much."""
        stdout = self._child.stdout
        assert stdout is not None  # noqa: S101 - Popen was given a pipe
        data = os.read(stdout.fileno(), 65536)
        if not data:
            selector.unregister(stdout)
            self._open = False
            return False
        self._tail.add(data)
        if self._on_output:
            self._on_output(data)
        return self._most_output is not None and self._tail.total > self._most_output


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

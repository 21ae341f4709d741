"""The only place that starts a subprocess: process groups, time-outs, cancellation, bounded output."""

import contextlib
import os
import re
import select
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

MAX_OUTPUT_BYTES = 256 * 1024
"""Bytes of output kept from the start, and as many again from the end."""

POLL_INTERVAL_S = 0.05
"""Seconds between two checks of the clock and of the cancel flag."""

DRAIN_TIMEOUT_S = 1.0
"""Seconds that output is still read after the end of a process, if another process keeps the pipe open."""

TERMINATE_GRACE_S = 2.0
"""Seconds between asking a group to end (SIGTERM) and ending it (SIGKILL)."""

CANNOT_START_EXIT_CODE = 127
"""The exit code of a command that could not be started, as shells have it."""

READ_CHUNK_BYTES = 64 * 1024
"""Bytes that are read from or written to a pipe at once."""


class CancelToken:
    """A flag that ends every command that watches it; set once, for instance by Ctrl-C."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask all commands that watch the flag to stop."""
        self._event.set()

    def __bool__(self) -> bool:
        return self._event.is_set()


@dataclass(frozen=True, kw_only=True)
class ProcessResult:
    """How a process ended. `exit` is negative for a signal, as in `subprocess`; `output` may be cut in the middle."""

    exit: int
    output: bytes
    seconds: float
    timed_out: bool = False
    cancelled: bool = False
    too_much: bool = False

    @property
    def ok(self) -> bool:
        """Whether the command ended by itself with exit code 0."""
        return self.exit == 0 and not (self.timed_out or self.cancelled or self.too_much)

    def reason(self, timeout: float) -> str:
        """One line that says why the result is not ok; `timeout` is the limit that the command had, in seconds."""
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


class BoundedOutput:
    """Collects output in bounded memory: the first `limit` bytes and the last `limit` bytes."""

    def __init__(self, limit: int = MAX_OUTPUT_BYTES) -> None:
        self._limit = limit
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        """Add output."""
        self.total += len(data)
        remaining = self._limit - len(self._head)
        if remaining > 0:
            self._head += data[:remaining]
            data = data[remaining:]
        self._tail += data
        if len(self._tail) > 2 * self._limit:
            del self._tail[: -self._limit]

    def bytes(self) -> bytes:
        """The collected bytes; a line in the middle says how many were left out."""
        tail = bytes(self._tail[-self._limit :])
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
    cancel: CancelToken | None = None,
    on_output: Callable[[bytes], None] | None = None,
    most_output: int | None = None,
    merge_stderr: bool = True,
    fd_contents: Mapping[str, bytes] | None = None,
    supervised: bool = False,
    exit_file: str | None = None,
) -> ProcessResult:
    """Run a command to its end and return how it ended; `env` None means an empty environment.

    `timeout` is in seconds, `most_output` in bytes. A word of the command that is a key of `fd_contents` is replaced by
    the number of a file descriptor from which those bytes can be read. A word equal to `exit_file` is replaced by the
    number of a file descriptor to which the command writes JSON with a `child-pid`: we wait until that process has
    ended, since everything that the command started has then ended too. `supervised`: on SIGTERM the command ends
    everything that it started, so it always gets SIGTERM before SIGKILL.

    The command leads a process group of its own. The whole group is ended on time-out, on cancellation, when it
    prints more than `most_output` bytes, when its leader is gone, and when an exception (Ctrl-C) interrupts this
    function. Raises OSError when the command cannot be started.
    """
    started = time.monotonic()
    with (
        _files(fd_contents or {}) as files,
        _ExitListener(files, exit_file) as listener,
        subprocess.Popen(  # noqa: S603 - commands are arrays that a plan made, never strings
            [files.get(word, word) for word in (os.fspath(a) for a in argv)],
            pass_fds=[int(number) for number in files.values()],
            cwd=cwd,
            env=dict(env or {}),
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merge_stderr else subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        ) as child,
    ):
        tail = BoundedOutput()
        why = "exception"
        try:
            listener.listen()
            why = _Watch(child, tail, stdin, on_output, most_output).until(started + timeout, cancel)
        finally:
            _end_group(child, gently=why in {"timeout", "cancel"} or (supervised and bool(why)))
            listener.wait()
        return ProcessResult(
            exit=child.wait(),
            output=tail.bytes(),
            seconds=time.monotonic() - started,
            timed_out=why == "timeout",
            cancelled=why == "cancel",
            too_much=why == "output",
        )


class BackgroundRun:
    """A command that runs in a thread of its own; made by `start`."""

    def __init__(self, run_until: Callable[[CancelToken], ProcessResult], name: str) -> None:
        self._run_until = run_until
        self._name = name
        self._stop = CancelToken()
        self._ended = threading.Event()
        self._result: ProcessResult | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def result(self) -> ProcessResult | None:
        """How the command ended; None while it runs. Raises what `run_until` raised, but for OSError."""
        if self._error is not None:
            raise self._error
        return self._result

    def wait(self, timeout: float) -> ProcessResult | None:
        """Wait at most `timeout` seconds for the end of the command, and return `result`."""
        self._ended.wait(timeout)
        return self.result

    def stop(self) -> ProcessResult:
        """End the command if it still runs, and return how it ended."""
        self._stop.set()
        self._thread.join()
        result = self.result
        assert result is not None  # noqa: S101 - the thread has ended, so there is a result or an error
        return result

    def _run(self) -> None:
        try:
            self._result = self._run_until(self._stop)
        except OSError as e:
            message = f"cannot start {self._name}: {e.strerror or e}"
            self._result = ProcessResult(exit=CANNOT_START_EXIT_CODE, output=message.encode(), seconds=0)
        except BaseException as e:
            self._error = e
        self._ended.set()


def start(run_until: Callable[[CancelToken], ProcessResult], name: str) -> BackgroundRun:
    """Run a command in a thread, and return at once.

    `run_until` runs it to its end, or until the token is set, by `run` or by whatever wraps that (a sandbox, a
    container). If it raises OSError, the result has exit code 127 and the output `cannot start NAME: why`.
    """
    return BackgroundRun(run_until, name)


@contextlib.contextmanager
def _files(contents: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
    """Readable file descriptors with these contents: their numbers, as text, by name."""
    numbers: dict[str, str] = {}
    try:
        for name, data in contents.items():
            number = os.memfd_create("contents")
            numbers[name] = str(number)
            os.write(number, data)
            os.lseek(number, 0, os.SEEK_SET)
        yield dict(numbers)
    finally:
        for value in numbers.values():
            os.close(int(value))


class _ExitListener:
    """Reads from a command which of its processes ends last, and waits for the end of that one."""

    def __init__(self, words: dict[str, str], name: str | None) -> None:
        self._read = self._write = self._last = -1
        if name is not None:
            self._read, self._write = os.pipe()
            words[name] = str(self._write)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in (self._read, self._write, self._last):
            if number >= 0:
                os.close(number)

    def listen(self) -> None:
        """Read the process id, after the command was started: it writes it before it does anything else, or ends."""
        if self._write < 0:
            return
        os.close(self._write)
        self._write = -1
        status = b""
        while b"}" not in status and (data := os.read(self._read, 4096)):
            status += data
        if match := re.search(rb'"child-pid": *(\d+)', status):
            with contextlib.suppress(OSError):  # it has ended already
                self._last = os.pidfd_open(int(match[1]))

    def wait(self) -> None:
        """Wait for the end of that process. It comes soon, since the command itself has ended."""
        if self._last >= 0:
            poll = select.poll()
            poll.register(self._last, select.POLLIN)
            poll.poll(TERMINATE_GRACE_S * 1000)


class _Watch:
    """Writes a child's input and reads its output, in one thread, until the child has ended or must be stopped."""

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        tail: BoundedOutput,
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

    def until(self, deadline: float, cancel: CancelToken | None) -> str:
        """Run until the child has ended and its pipe is drained. Returns why it must be stopped, or ''."""
        with selectors.DefaultSelector() as selector:
            self._register(selector)
            exited_at: float | None = None
            while True:
                now = time.monotonic()
                if cancel:
                    return "cancel"
                if now > deadline:
                    return "timeout"
                if exited_at is None and self._child.poll() is not None:
                    exited_at = now
                ready = selector.select(POLL_INTERVAL_S) if selector.get_map() else self._nap(exited_at)
                for key, _ in ready:
                    if key.data == "in":
                        self._feed(selector)
                    elif self._read(selector):
                        return "output"
                if exited_at is not None and (not ready or not self._open or now - exited_at > DRAIN_TIMEOUT_S):
                    return ""  # who still holds the pipe is ended with the group, or has left it and is not ours

    def _register(self, selector: selectors.BaseSelector) -> None:
        assert self._child.stdout is not None  # noqa: S101 - Popen was given a pipe
        selector.register(self._child.stdout, selectors.EVENT_READ, "out")
        if self._child.stdin is not None:
            os.set_blocking(self._child.stdin.fileno(), False)
            selector.register(self._child.stdin, selectors.EVENT_WRITE, "in")

    def _nap(self, exited_at: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait one poll interval for a child that has closed its output."""
        if exited_at is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(POLL_INTERVAL_S)
        return []

    def _feed(self, selector: selectors.BaseSelector) -> None:
        """Write some standard input; a child that does not read it is not an error."""
        stdin = self._child.stdin
        assert stdin is not None  # noqa: S101 - only registered when there is one
        try:
            self._rest = self._rest[os.write(stdin.fileno(), self._rest[:READ_CHUNK_BYTES]) :]
        except BlockingIOError:
            return
        except OSError:
            self._rest = self._rest[:0]
        if not self._rest:
            selector.unregister(stdin)
            stdin.close()

    def _read(self, selector: selectors.BaseSelector) -> bool:
        """Read output; True when the total exceeds the limit."""
        stdout = self._child.stdout
        assert stdout is not None  # noqa: S101 - Popen was given a pipe
        data = os.read(stdout.fileno(), READ_CHUNK_BYTES)
        if not data:
            selector.unregister(stdout)
            self._open = False
            return False
        self._tail.add(data)
        if self._on_output:
            self._on_output(data)
        return self._most_output is not None and self._tail.total > self._most_output


def _end_group(child: "subprocess.Popen[bytes]", *, gently: bool) -> None:
    """Kill what is left of the child's process group; `gently`: ask it to end first."""
    if gently and child.poll() is None:
        _signal_group(child.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(TERMINATE_GRACE_S)
    _signal_group(child.pid, signal.SIGKILL)


def _signal_group(pid: int, sig: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sig)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def is_alive(pid: int) -> bool:
    """Whether a process with this id runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""`process.run` with real processes: how they end, what they print, what they leave behind."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from wasmforge.process import MAX_OUTPUT_BYTES, CancelToken, run, start

PYTHON = [sys.executable, "-I", "-c"]

LONG = 60.0
"""Seconds that nothing here takes, on a slow machine either."""


def alive(pid: int) -> bool:
    """Whether a process is there and does something (a dead one may wait to be buried)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_output_and_exit_code() -> None:
    done = run(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], timeout=LONG)
    assert (done.exit, done.text, done.ok) == (3, "out\nerr\n", False)
    assert done.reason(LONG) == "exit code 3"


def test_standard_error_can_be_left_out() -> None:
    assert run(["/bin/sh", "-c", "echo out; echo err >&2"], timeout=LONG, merge_stderr=False).text == "out\n"


def test_the_environment_is_only_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    done = run(["/usr/bin/env"], timeout=LONG, env={"A": "1"})
    assert done.text == "A=1\n"
    assert run(["/usr/bin/env"], timeout=LONG).text == ""


def test_time_out() -> None:
    done = run(["/bin/sh", "-c", "echo before; sleep 600"], timeout=0.5)
    assert (done.timed_out, done.ok, done.text) == (True, False, "before\n")
    assert done.reason(0.5) == "did not end within 0.5 s"
    assert done.seconds < LONG


def test_a_process_that_ignores_sigterm_is_killed() -> None:
    done = run(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], timeout=0.5)
    assert done.timed_out
    assert done.exit == -signal.SIGKILL


def test_a_process_may_clean_up_when_asked_to_end(tmp_path: Path) -> None:
    script = f"trap 'echo bye > {tmp_path}/bye; exit' TERM; echo; while :; do sleep 0.1; done"
    assert run(["/bin/sh", "-c", script], timeout=1).timed_out
    assert (tmp_path / "bye").read_text() == "bye\n"


def test_cancellation() -> None:
    cancel = CancelToken()
    threading.Timer(0.3, cancel.set).start()
    done = run(["/bin/sleep", "600"], timeout=LONG, cancel=cancel)
    assert (done.cancelled, done.reason(1)) == (True, "interrupted")


def test_cancellation_after_the_output_was_closed() -> None:
    cancel = CancelToken()
    threading.Timer(0.3, cancel.set).start()
    assert run(["/bin/sh", "-c", "exec >&- 2>&-; exec sleep 600"], timeout=LONG, cancel=cancel).cancelled


def test_time_out_after_the_output_was_closed() -> None:
    assert run(["/bin/sh", "-c", "exec >&- 2>&-; exec sleep 600"], timeout=0.5).timed_out


def test_death_by_signal() -> None:
    done = run(["/bin/sh", "-c", "kill -SEGV $$"], timeout=LONG)
    assert done.reason(LONG) == "died by signal SIGSEGV"


def test_long_output_is_kept_at_both_ends() -> None:
    done = run([*PYTHON, f"print('first' + 'x' * {8 * MAX_OUTPUT_BYTES} + 'last')"], timeout=LONG)
    assert done.ok
    assert done.text.startswith("firstx")
    assert done.text.endswith("xlast\n")
    assert f"… {6 * MAX_OUTPUT_BYTES + 10} bytes left out …" in done.text
    assert len(done.output) < 3 * MAX_OUTPUT_BYTES


def test_output_that_just_fits_is_whole() -> None:
    done = run([*PYTHON, f"print('x' * {2 * MAX_OUTPUT_BYTES - 1})"], timeout=LONG)
    assert done.text == "x" * (2 * MAX_OUTPUT_BYTES - 1) + "\n"


def test_too_much_output() -> None:
    done = run(["/usr/bin/yes"], timeout=LONG, most_output=1_000_000)
    assert (done.too_much, done.ok, done.timed_out) == (True, False, False)
    assert done.reason(LONG) == "printed more than its limit"


def test_output_is_heard_as_it_comes() -> None:
    heard: list[bytes] = []
    run(["/bin/sh", "-c", "echo a; sleep 0.3; echo b"], timeout=LONG, on_output=heard.append)
    assert heard == [b"a\n", b"b\n"]


def test_standard_input() -> None:
    data = os.urandom(1_000_000)
    assert run(["/bin/cat"], stdin=data, timeout=LONG, on_output=None).output[:1000] == data[:1000]
    assert run(["/usr/bin/wc", "-c"], stdin=data, timeout=LONG).text.strip() == "1000000"
    assert run(["/usr/bin/wc", "-c"], timeout=LONG).text.strip() == "0"


def test_standard_input_that_is_not_read() -> None:
    assert run(["/bin/sleep", "0.2"], stdin=bytes(1_000_000), timeout=LONG).ok
    assert run(["/bin/true"], stdin=bytes(1_000_000), timeout=LONG).ok
    assert run(["/bin/sh", "-c", "exec <&-; sleep 0.2; echo ok"], stdin=bytes(1_000_000), timeout=LONG).text == "ok\n"


def test_a_child_left_running_is_ended(tmp_path: Path) -> None:
    done = run(["/bin/sh", "-c", f"sleep 600 & echo $! > {tmp_path}/pid; echo done"], timeout=LONG)
    assert (done.ok, done.text) == (True, "done\n")
    time.sleep(0.1)
    assert not alive(int((tmp_path / "pid").read_text()))


def test_a_chatty_child_left_running_is_ended(tmp_path: Path) -> None:
    done = run(["/bin/sh", "-c", f"yes & echo $! > {tmp_path}/pid"], timeout=LONG)
    assert done.ok
    time.sleep(0.1)
    assert not alive(int((tmp_path / "pid").read_text()))


LEAVER = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    print(os.getpid(), flush=True)
    time.sleep(600)
sys.stdout.flush()
time.sleep(0.5)
"""


def test_one_who_left_the_group_holds_nothing_up() -> None:
    done = run([*PYTHON, LEAVER], stdin=bytes(1_000_000), timeout=LONG)
    assert done.ok
    os.kill(int(done.text), signal.SIGKILL)


def test_an_exception_ends_the_group(tmp_path: Path) -> None:
    def tear(_: bytes) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(["/bin/sh", "-c", f"echo $$ > {tmp_path}/pid; echo; sleep 600"], timeout=LONG, on_output=tear)
    assert not alive(int((tmp_path / "pid").read_text()))


def test_what_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run([tmp_path / "nothing"], timeout=LONG)
    (tmp_path / "text").write_text("no program")
    with pytest.raises(PermissionError):
        run([tmp_path / "text"], timeout=LONG)
    (tmp_path / "text").chmod(0o755)
    with pytest.raises(OSError, match="Exec format error"):
        run([tmp_path / "text"], timeout=LONG)


def test_nothing_is_left_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        run(["/bin/cat"], stdin=b"x", timeout=LONG)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_real_command_runs_in_the_background_and_is_ended_with_its_group(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {pid_file}.new; mv {pid_file}.new {pid_file}; wait"
    argv, env = ["/bin/sh", "-c", script], {"PATH": "/usr/bin:/bin"}
    running = start(lambda stop: run(argv, env=env, timeout=LONG, cancel=stop), "sh")
    deadline = time.monotonic() + LONG
    while not pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    pid = int(pid_file.read_text())
    assert alive(pid)
    assert running.result is None
    assert running.stop().cancelled
    while alive(pid) and time.monotonic() < deadline:  # a killed process needs a moment
        time.sleep(0.01)
    assert not alive(pid)


def test_a_command_that_is_not_there_cannot_be_started_in_the_background() -> None:
    result = start(lambda stop: run(["/no/such/program"], timeout=LONG, cancel=stop), "program").stop()
    assert (result.exit, result.text) == (127, "cannot start program: No such file or directory")

"""`process.start` with functions in place of commands; real processes are in tests/integration/test_process.py."""

import threading

import pytest

from wasmforge.process import BoundedOutput, CancelToken, ProcessResult, start

PATIENCE_S = 20.0
"""Seconds after which a test that waits for another thread has failed."""


def until_stopped(began: threading.Event, stop: CancelToken) -> ProcessResult:
    """What a command does that runs until it is told to end."""
    began.set()
    poll = threading.Event()
    while not stop:
        poll.wait(0.01)
    return ProcessResult(exit=-15, output=b"bye", seconds=1, cancelled=True)


def test_a_command_runs_in_the_background_until_it_is_stopped() -> None:
    began = threading.Event()
    running = start(lambda stop: until_stopped(began, stop), "server")
    assert began.wait(PATIENCE_S)
    assert running.result is None
    assert running.wait(0.01) is None
    assert (running.stop().text, running.stop().cancelled) == ("bye", True)
    assert running.result == running.stop()


def test_a_command_that_ends_by_itself_is_waited_for() -> None:
    running = start(lambda _stop: ProcessResult(exit=3, output=b"", seconds=0), "tool")
    result = running.wait(PATIENCE_S)
    assert result is not None
    assert result.exit == 3
    assert running.stop() == result


def test_a_command_that_cannot_be_started_ends_as_in_a_shell() -> None:
    def missing(_stop: CancelToken) -> ProcessResult:
        raise FileNotFoundError(2, "No such file or directory")

    result = start(missing, "tool").stop()
    assert (result.exit, result.text, result.ok) == (127, "cannot start tool: No such file or directory", False)


def test_any_other_error_reaches_who_asks_for_the_result() -> None:
    def broken(_stop: CancelToken) -> ProcessResult:
        raise ValueError("engine")

    running = start(broken, "tool")
    with pytest.raises(ValueError, match="engine"):
        running.wait(PATIENCE_S)
    with pytest.raises(ValueError, match="engine"):
        running.stop()
    with pytest.raises(ValueError, match="engine"):
        assert running.result


def test_output_is_bounded_and_says_how_much_is_left_out() -> None:
    output = BoundedOutput(4)
    for data in (b"abc", b"defgh", b"ijklmnopqrst"):
        output.add(data)
    assert output.bytes() == "abcd\n… 12 bytes left out …\nqrst".encode()
    assert output.total == 20

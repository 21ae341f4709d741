"""The lines at the bottom of a terminal."""

import io

from rich.console import Console

from tests.unit.report.fabricated import failure
from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted, BuildStarted, Provisioning
from wasmforge.report.live import MOST, Board


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def drawn(board: Board, height: int = 40) -> list[str]:
    console = Console(file=io.StringIO(), width=60, height=height, color_system=None, force_terminal=True, record=True)
    console.print(board)
    return [each.rstrip() for each in console.export_text().splitlines()]


def test_running_actions_and_the_bar() -> None:
    clock = Clock()
    board = Board(clock, unicode=True)
    board.note(BuildStarted(actions=3, tools={}, workers=2))
    board.note(ActionFinished(label="x", cached=True, seconds=0))
    board.note(ActionStarted(label="matmul@web/release:compile[src/a.cpp]", command=""))
    clock.now = 2.7
    board.note(ActionStarted(label="hello@web/release:build", command=""))
    first, second, bar = drawn(board)
    assert "matmul@web/release:compile[src/a.cpp]" in first
    assert first.endswith(" 2 s")
    assert second.endswith("hello@web/release:build")
    assert bar.startswith("   Building ")
    assert bar.endswith(" 1/3 actions, 1 cached")


def test_what_is_fetched_is_seen_until_the_build_starts() -> None:
    board = Board(Clock(), unicode=False)
    board.note(Provisioning(toolchain="node", what="a wheel"))
    assert drawn(board)[0].endswith("fetching node")
    board.note(BuildStarted(actions=1, tools={}, workers=1))
    assert "fetching" not in "".join(drawn(board))


def test_many_running_actions_do_not_fill_the_screen() -> None:
    board = Board(Clock(), unicode=True)
    board.note(BuildStarted(actions=50, tools={}, workers=50))
    for number in range(20):
        board.note(ActionStarted(label=f"a{number}", command=""))
    lines = drawn(board)
    assert len(lines) == MOST + 2
    assert lines[MOST].strip() == f"… and {20 - MOST} more"
    assert len(drawn(board, height=8)) == 6


def test_failed_actions_no_longer_run() -> None:
    board = Board(Clock(), unicode=True)
    board.note(BuildStarted(actions=1, tools={}, workers=1))
    board.note(ActionStarted(label=failure().label, command=""))
    board.note(ActionFailed(failure=failure()))
    assert drawn(board)[0].endswith("proving and testing")

"""Each way in which a run can end has its words."""

import pytest

from wasmforge.model.module import Function, Module
from wasmforge.model.smoke import Smoke
from wasmforge.runtimes.protocol import Answer
from wasmforge.smoke.evaluate import MAX_LINE, evaluate, one_line

MODULE = Module(layer="core", size=8, sections=(), functions=(Function(index=3, name="work", size=1),))
CALL = Smoke(call="f", timeout=2.0, memory=2**20)
COMMAND = Smoke(exit=1, stdout="a\n", stderr="e\n")


@pytest.mark.parametrize(
    ("smoke", "answer", "stderr", "reason"),
    [
        (CALL, Answer(ended="returned"), b"", ""),
        (CALL, Answer(ended="timeout"), b"", "did not end within 2 s"),
        (
            CALL,
            Answer(ended="timeout", memory=2**20),
            b"",
            "did not end within 2 s; its memory had grown to 1 of 1 MiB",
        ),
        (CALL, Answer(ended="output-limit"), b"", "printed more than 1024 KiB"),
        (CALL, Answer(ended="refused", message="no luck"), b"", "no luck"),
        (
            CALL,
            Answer(ended="crashed", message="node ended before the test did"),
            b"",
            "node ended before the test did",
        ),
        (CALL, Answer(ended="trapped", message="unreachable", function=3), b"", "trap: unreachable at work"),
        (CALL, Answer(ended="trapped", message="unreachable", function=4), b"", "trap: unreachable at function 4"),
        (
            CALL,
            Answer(ended="trapped", message="unreachable"),
            b"\n why \nnote\n3\n4",
            "trap: unreachable; stderr: why / note / 3",
        ),
        (CALL, Answer(ended="exited", exit=3), b"", "f ended the program with exit code 3"),
        (CALL, Answer(ended="missing", exports=("ff",)), b"", "no export 'f': did you mean 'ff'?"),
        (COMMAND, Answer(ended="exited", exit=1), b"e\n", ""),
        (COMMAND, Answer(ended="exited", exit=3), b"e\n", "exit code 3, expected 1; stderr: e"),
        (COMMAND, Answer(ended="exited", exit=1), b"x\n", 'stderr: line 1 is "x", expected "e"'),
    ],
)
def test_answers(smoke: Smoke, answer: Answer, stderr: bytes, reason: str) -> None:
    assert evaluate(smoke, MODULE, answer, b"a\n", stderr) == reason


def test_one_line() -> None:
    assert one_line(" a\n\n  b ") == "a b"
    assert len(one_line("x" * 1000)) == MAX_LINE

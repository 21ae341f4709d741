"""What `bench` is told on the command line, and the run of another day that it reads again."""

from pathlib import Path

import msgspec
import pytest

from tests.support.factories.bench_results import RUN
from wasmforge.app.bench_compare import read_saved_run
from wasmforge.cli.bench import _parse_percent
from wasmforge.errors import Exit, ForgeError
from wasmforge.report.bench.files import as_json


def test_json_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(as_json(RUN), encoding="utf-8")
    assert read_saved_run(file) == RUN
    file.write_bytes(msgspec.json.encode(RUN))  # as -o json prints it
    assert read_saved_run(file) == RUN


FIRST = msgspec.json.encode(RUN.results[0].measurements[0].seconds).decode()


def spoiled(old: str, new: str) -> str:
    """A run's file with something in it that no run writes."""
    text = msgspec.json.encode(RUN).decode()
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a saved run: Input data was truncated"),
        ("[]", "is not a saved run: Expected `object`, got `array`"),
        ("{}", "missing required field `machine`"),
        (spoiled('"format":1', '"format":2'), "`$.format`"),
        (spoiled('"low":1.22', '"low":0'), "Expected `float` > 0.0"),
        (spoiled(f'"seconds":{FIRST}', '"seconds":[]'), "Expected `array` of length >= 1"),
        (spoiled('"median":0.001,', '"median":"0.001",'), "Expected `float`, got `str`"),
    ],
)
def test_what_was_not_saved_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "old.json"
    file.write_text(text)
    with pytest.raises(ForgeError) as caught:
        read_saved_run(file)
    (problem,) = caught.value.problems
    assert words in problem.what
    assert problem.where == f"--compare {file}"
    assert problem.hint == "write one with --save FILE.json"
    assert caught.value.exit_code == Exit.USAGE


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match=r"--compare .*: no such file or directory"):
        read_saved_run(tmp_path / "old.json")


@pytest.mark.parametrize(
    ("said", "value"), [("10%", 0.1), ("10", 0.1), (" 2.5 % ", 0.025), ("0", 0.0), (None, float("inf"))]
)
def test_percentages(said: str | None, value: float) -> None:
    assert _parse_percent(said) == pytest.approx(value)


@pytest.mark.parametrize("said", ["", "%", "ten", "-1%", "nan", "inf", "10%%"])
def test_no_percentages(said: str) -> None:
    with pytest.raises(ForgeError) as caught:
        _parse_percent(said)
    (problem,) = caught.value.problems
    assert (problem.where, problem.what) == ("--fail-above", f"{said!r} is not a percentage")
    assert problem.hint == "--fail-above 10%"

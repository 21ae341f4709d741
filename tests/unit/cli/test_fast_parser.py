"""The small reader of `build`'s command line says what typer says, or leaves it to typer."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.exceptions import TyperException

from tests.support.examples import examples
from wasmforge.cli import options
from wasmforge.cli.build import build
from wasmforge.cli.fast_parser import parse_fast
from wasmforge.cli.params import Argument, Option
from wasmforge.cli.typer_adapter import DeclaredTyper

WORDS = (
    *("app", "app@web", "7", "0", "03", "-1", "", " ", "-", "--", "text", "json", "always", "Json", "dir/é", "a=b"),
    *("--target", "-t", "--target=web", "--target=", "-tweb", "--profile=dev", "-p", "--profile", "--targe"),
    *("--jobs", "-j", "-j4", "-j=4", "--jobs=4", "--jobs=x", "--jobs=-1", "--job", "--job=1", "--job-total"),
    *("--keep-going", "-k", "-kn", "--keep-going=1", "--smoke", "--no-smoke", "--dry-run", "-n", "-h", "--help"),
    *("--color", "--color=never", "--output=json", "-o", "-C", "-C=x", "--trace", "--origin", "-q", "-v", "--frozen"),
    *("--trust-project", "--trust-project=yes", "--trust"),
)


def _told(command: Callable[..., Any]) -> Callable[[list[str]], dict[str, Any] | None]:
    """What typer makes of words: the parameters, or None where it says something itself."""
    said: list[dict[str, Any]] = []

    def take(**words: Any) -> None:
        said.append(words)

    take.__annotations__ = command.__annotations__
    take.__signature__ = __import__("inspect").signature(command)  # type: ignore[attr-defined]
    app = DeclaredTyper(rich_markup_mode=None)
    app.command(context_settings={"help_option_names": ["-h", "--help"]})(take)

    def read(words: list[str]) -> dict[str, Any] | None:
        said.clear()
        try:
            app(args=words, standalone_mode=False)
        except TyperException:
            return None
        return said[0] if said else None

    return read


TYPER = _told(build)

DEFAULTS = TYPER([])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], {}),
        (["app", "lib@web"], {"components": ["app", "lib@web"]}),
        (["-t", "web", "app", "--target=wasi"], {"target": ["web", "wasi"], "components": ["app"]}),
        (["-j", "4", "--jobs=2"], {"jobs": 2}),
        (["--no-smoke"], {"smoke": False}),
        (["--no-smoke", "--smoke", "-k"], {"smoke": True, "keep_going": True}),
        (["-C", "here", "--trace", "t.json"], {"directory": Path("here"), "trace": Path("t.json")}),
        (["-o", "json", "--color=never"], {"output": options.Output.JSON, "color": options.Color.NEVER}),
        (["--profile", "dev=1"], {"profile": "dev=1"}),
        (["--trust-project", "app"], {"trust_project": True, "components": ["app"]}),
    ],
)
def test_plain_words_are_read(words: list[str], said: dict[str, Any]) -> None:
    assert parse_fast(words, build) == said


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["-h"],
        ["--"],
        ["-kn"],
        ["-j4"],
        ["--jobs", "four"],
        ["--jobs=-1"],
        ["--jobs"],
        ["--output=xml"],
        ["--target="],
        ["--target", "-k"],
        ["--keep-going=yes"],
        ["--nonsense"],
        [""],
    ],
)
def test_the_rest_is_typers(words: list[str]) -> None:
    assert parse_fast(words, build) is None


@given(st.lists(st.sampled_from(WORDS), max_size=5))
@settings(max_examples=examples(300), deadline=None)
def test_both_readers_say_the_same(words: list[str]) -> None:
    said = parse_fast(words, build)
    if said is not None:
        assert TYPER(words) == {**(DEFAULTS or {}), **said}


def test_what_is_declared_in_other_ways_is_not_known() -> None:
    def command(one: Annotated[str, Argument()], at: Annotated[str, Option("--at", envvar="AT")] = "") -> None:
        pass

    assert parse_fast(["word"], command) is None
    assert parse_fast(["--at", "x"], command) is None

"""`wasmforge run`: a delivered program, at the caller's terminal."""

import os
from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.declare import Argument, Option
from wasmforge.errors import usage

_HERE = Path()


def run(
    component: Annotated[str, Argument(metavar="COMPONENT[@TARGET]", help="What to run.")],
    args: Annotated[list[str] | None, Argument(metavar="-- ARGS", help="What it gets as arguments.")] = None,
    target: Annotated[str | None, Option("--target", "-t", metavar="TARGET", help="As it was built for it.")] = None,
    runtime: Annotated[str | None, Option("--runtime", "-r", metavar="NAME", help="In this runtime.")] = None,
    folders: Annotated[
        list[str] | None,
        Option("--dir", metavar="HERE[::THERE]", help="A folder that it may use, as THERE; may be repeated."),
    ] = None,
    env: Annotated[
        list[str] | None, Option("--env", metavar="NAME=VALUE", help="A variable that it sees; may be repeated.")
    ] = None,
    directory: options.Directory = _HERE,
) -> None:
    """Run a program that was built, with this terminal's input and output; its exit code is ours."""
    from wasmforge.ground import Settings
    from wasmforge.program import words_for

    settings = Settings(start=options.folder(directory))
    with options.quiet_reporter(quiet=True) as tell:
        words = words_for(
            settings, component, target, runtime, args or (), _variables(env or []), _folders(folders or []), tell
        )
    os.execvp(words[0], words)  # noqa: S606 - its streams, its signals and its end are to be those of this command


def _variables(said: list[str]) -> dict[str, str]:
    for word in said:
        if "=" not in word:
            raise usage("a variable is given as NAME=VALUE", where=f"--env {word}")
    return dict(word.split("=", 1) for word in said)


def _folders(said: list[str]) -> list[tuple[str, str]]:
    """Pairs of a path here and one there; the same name there, if none is said."""
    pairs = []
    for word in said:
        here, _, there = word.partition("::")
        if not Path(here).is_dir():
            raise usage("no such folder", where=f"--dir {word}")
        pairs.append((str(Path(here).resolve()), there or here))
    return pairs

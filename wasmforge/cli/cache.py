"""`wasmforge cache stats|verify|prune`: the store and what else can be made again."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, TypeVar

import typer

from wasmforge.cli import options
from wasmforge.cli.declare import Option
from wasmforge.cli.typed import Commands
from wasmforge.errors import Exit, usage

cache = Commands(help="Look after the store: what builds have made, by content.", no_args_is_help=True)

T = TypeVar("T")


@cache.command("stats")
def cache_stats(
    output: options.OutputOption = options.Output.TEXT, color: options.ColorOption = options.Color.AUTO
) -> None:
    """Show how much the cache holds, by kind."""
    from wasmforge.execute import Places
    from wasmforge.execute.cache import stats
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.cache import show_stats

    paper, found = options.paper(color), stats(Places())
    if output is options.Output.JSON:
        show_json(found, paper)
    else:
        show_stats(found, paper)


@cache.command("verify")
def cache_verify(
    jobs: options.Jobs = 0,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Read everything in the store, and remove what is damaged; exit code 1 when anything was."""
    import os

    from wasmforge.execute import Places
    from wasmforge.execute.cache import verify
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.cache import show_verified

    with _holding(alone=False):
        found = verify(Places().store, jobs or os.cpu_count() or 1)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(found, paper)
    else:
        show_verified(found, paper)
    raise typer.Exit(Exit.FAILED if found.damaged else Exit.OK)


@cache.command("prune")
def cache_prune(
    max_size: Annotated[
        str | None, Option("--max-size", metavar="SIZE", help="Leave at most this much in the store, as in 5GB.")
    ] = None,
    older_than: Annotated[
        str | None,
        Option("--older-than", metavar="AGE", help="Remove what was of no use for as long, as in 30d."),
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Say what would go and remove nothing.")] = False,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Remove what was not of use for longest. Waits for builds that use the store."""
    from wasmforge.execute import Places
    from wasmforge.execute.cache import prune
    from wasmforge.model.age import parse_age
    from wasmforge.model.size import parse_size
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.cache import show_pruned

    if max_size is None and older_than is None:
        raise usage("it is not said what may stay", hint="--max-size 5GB, --older-than 30d, or both")
    most = None if max_size is None else _parsed(parse_size, max_size, "--max-size")
    age = None if older_than is None else _parsed(parse_age, older_than, "--older-than")
    before = None if age is None else time.time() - age
    with _holding(alone=True):
        done = prune(Places().store, most=most, before=before, dry_run=dry_run)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(done, paper)
    else:
        show_pruned(done, paper)


def _parsed(parse: Callable[[str], T], said: str, where: str) -> T:
    try:
        return parse(said)
    except ValueError as e:
        raise usage(str(e), where=where) from None


def _holding(*, alone: bool) -> AbstractContextManager[None]:
    from wasmforge.execute import Places
    from wasmforge.execute.holding import holding

    what = "builds that use the store" if alone else "another process that takes things out of the store"
    return holding(Places().cache, lambda: typer.echo(f"waiting for {what}", err=True), alone=alone)

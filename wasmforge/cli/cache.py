"""`wasmforge cache stats|verify|prune`: the store and the rest of the cache."""

import os
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from wasmforge.cli import options
from wasmforge.cli.params import Option
from wasmforge.cli.typer_adapter import DeclaredTyper
from wasmforge.errors import Exit, usage_error

cache = DeclaredTyper(help="Show, verify or prune the store of build results.", no_args_is_help=True)

T = TypeVar("T")


@cache.command("stats")
def cache_stats(
    output: options.OutputOption = options.Output.TEXT, color: options.ColorOption = options.Color.AUTO
) -> None:
    """Show how much the cache holds, by kind."""
    from wasmforge.app.cache import cache_stats as count
    from wasmforge.report.views.cache import show_stats

    with options.quiet_reporter(quiet=False) as emit:
        stats = count(emit)
    options.show(stats, show_stats, output, color)


@cache.command("verify")
def cache_verify(
    jobs: options.Jobs = 0,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Read the whole store and remove damaged entries; exit code 1 if there were any."""
    from wasmforge.app.cache import verify_cache
    from wasmforge.report.views.cache import show_verified

    with options.quiet_reporter(quiet=False) as emit:
        verified = verify_cache(jobs or os.cpu_count() or 1, emit)
    options.show(verified, show_verified, output, color)
    raise typer.Exit(Exit.FAILED if verified.damaged else Exit.OK)


@cache.command("prune")
def cache_prune(
    max_size: Annotated[
        str | None, Option("--max-size", metavar="SIZE", help="Reduce the store to at most this size, as in 5GB.")
    ] = None,
    older_than: Annotated[
        str | None,
        Option("--older-than", metavar="AGE", help="Remove entries not used for this long, as in 30d."),
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show what would be removed, and remove nothing.")] = False,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Remove least recently used entries. Waits for builds that use the store."""
    from wasmforge.app.cache import prune_cache
    from wasmforge.model.units import parse_age, parse_size
    from wasmforge.report.views.cache import show_pruned

    if max_size is None and older_than is None:
        raise usage_error("nothing says what to keep", hint="--max-size 5GB, --older-than 30d, or both")
    max_bytes = None if max_size is None else _parse(parse_size, max_size, "--max-size")
    max_age_s = None if older_than is None else _parse(parse_age, older_than, "--older-than")
    with options.quiet_reporter(quiet=False) as emit:
        pruned = prune_cache(emit, max_bytes=max_bytes, max_age_s=max_age_s, dry_run=dry_run)
    options.show(pruned, show_pruned, output, color)


def _parse(parse: Callable[[str], T], text: str, option: str) -> T:
    try:
        return parse(text)
    except ValueError as e:
        raise usage_error(str(e), where=option) from None

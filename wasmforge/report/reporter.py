"""Reporters: their interface, and `make_reporter`, which selects one for the given streams."""

import os
from collections.abc import Mapping
from typing import Literal, Protocol, TextIO

from wasmforge.model.events import Event
from wasmforge.report.event_lines import Detail
from wasmforge.report.output import Color, make_output
from wasmforge.report.plain import PlainReporter

Kind = Literal["auto", "live", "plain", "json"]


class Reporter(Protocol):
    """Shows the events of a run to people or programs; it never influences the run."""

    def emit(self, event: Event) -> None:
        """Show one event."""

    def close(self) -> None:
        """Restore the terminal; may be called twice."""


def make_reporter(
    kind: Kind = "auto",
    *,
    quiet: bool = False,
    verbose: bool = False,
    color: Color = "auto",
    stdout: TextIO,
    stderr: TextIO,
    env: Mapping[str, str] | None = None,
) -> Reporter:
    """The reporter for these streams; quiet overrides verbose and has no progress bar.

    `auto` is live on a terminal that is not dumb and not in CI. The json reporter writes only JSON to stdout, and
    failures as text to stderr, unless quiet.
    """
    known = os.environ if env is None else env
    detail: Detail = "quiet" if quiet else "verbose" if verbose else "normal"
    if kind == "json":
        from wasmforge.report.json_lines import JsonReporter

        return JsonReporter(make_output(stdout, "never", known), None if quiet else make_output(stderr, color, known))
    if not quiet and (kind == "live" or (kind == "auto" and is_interactive(stdout, known))):
        from wasmforge.report.live import LiveReporter

        return LiveReporter(make_output(stdout, color, known), detail)
    return PlainReporter(make_output(stdout, color, known), detail)


def is_interactive(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether the stream is a terminal with a movable cursor, outside of CI."""
    in_ci = env.get("CI", "").lower() not in {"", "0", "false"}
    return stream.isatty() and not in_ci and env.get("TERM", "dumb") != "dumb"

"""What every reporter can do, and which one a stream gets; knows no words."""

import os
from collections.abc import Mapping
from typing import Literal, Protocol, TextIO

from wasmforge.model.events import Event
from wasmforge.report.paper import Color, make_paper
from wasmforge.report.words import Detail

Kind = Literal["auto", "live", "plain", "json"]


class Reporter(Protocol):
    """Listens to a run; never takes part in it."""

    def __call__(self, event: Event) -> None:
        """Tell one event."""

    def close(self) -> None:
        """Leave the terminal as it was found; may be called twice."""


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
    """The reporter for these streams; quiet is stronger than verbose and has no progress bar.

    `auto` is live on a terminal that is not dumb and not a CI's. The json reporter keeps stdout to itself and
    tells in words on stderr what goes wrong, unless quiet.
    """
    known = os.environ if env is None else env
    detail: Detail = "quiet" if quiet else "verbose" if verbose else "normal"
    if kind == "json":
        from wasmforge.report.json_lines import JsonReporter

        return JsonReporter(make_paper(stdout, "never", known), None if quiet else make_paper(stderr, color, known))
    if not quiet and (kind == "live" or (kind == "auto" and watched(stdout, known))):
        from wasmforge.report.live import LiveReporter

        return LiveReporter(make_paper(stdout, color, known), detail)
    from wasmforge.report.plain import PlainReporter

    return PlainReporter(make_paper(stdout, color, known), detail)


def watched(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether a person sits before a terminal that can move its cursor."""
    in_ci = env.get("CI", "").lower() not in {"", "0", "false"}
    return stream.isatty() and not in_ci and env.get("TERM", "dumb") != "dumb"

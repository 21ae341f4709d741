"""`wasmforge explain`: why an action was, or would be, done again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from wasmforge.cli import options
from wasmforge.cli.declare import Argument

if TYPE_CHECKING:
    from wasmforge.model.explain import Comparison
    from wasmforge.report.paper import Paper

_HERE = Path()


def explain(
    label: Annotated[str, Argument(help="A label such as matmul@web/release:link, or how one begins.")],
    other: Annotated[str | None, Argument(help="Another: say how their keys differ, as both were last done.")] = None,
    profile: options.Profile = None,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Say what a build would do with an action and why, or with two labels how they differ."""
    from wasmforge import forge
    from wasmforge.ground import Settings
    from wasmforge.plan import Request
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.explain import show_explain

    settings = Settings(start=options.folder(directory))
    if other is not None:
        _compare(forge.compare(settings, label, other), output, options.paper(color))
        return
    said_profile = label.partition("/")[2].partition(":")[0] or None
    with options.quiet_reporter() as tell:
        explained = forge.explain(settings, Request(profile=profile or said_profile), label, tell)
    paper = options.paper(color)
    for explanation in explained:
        if output is options.Output.JSON:
            show_json(explanation, paper)
        else:
            show_explain(explanation, paper)


def _compare(found: "tuple[Comparison, ...]", output: options.Output, paper: "Paper") -> None:
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.explain import show_comparison

    for comparison in found:
        if output is options.Output.JSON:
            show_json(comparison, paper)
        else:
            show_comparison(comparison, paper)

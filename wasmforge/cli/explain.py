"""`wasmforge explain`: why an action was run, or would be."""

from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.params import Argument
from wasmforge.model.label import Label

_HERE = Path()


def explain(
    label: Annotated[str, Argument(help="A label such as matmul@web/release:link, or its beginning.")],
    other: Annotated[
        str | None, Argument(help="Another label: show how their keys differ, as both were last run.")
    ] = None,
    profile: options.Profile = None,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Explain what a build would do with an action and why, or how two labels differ."""
    from wasmforge.app import explain as use_case
    from wasmforge.app.workspace import Settings
    from wasmforge.model.request import Request
    from wasmforge.report.views.explain import show_comparison, show_explain

    settings = Settings(start=options.folder(directory))
    if other is not None:
        for comparison in use_case.compare(settings, label, other):
            options.show(comparison, show_comparison, output, color)
        return
    said_profile = Label.parse(label).profile or None
    with options.quiet_reporter() as emit:
        explained = use_case.explain(settings, Request(profile=profile or said_profile), label, emit)
    for explanation in explained:
        options.show(explanation, show_explain, output, color)

"""One line per finished thing, for pipes and CI; no cursor tricks."""

from wasmforge.model.events import Event, Finished
from wasmforge.report.paper import Paper
from wasmforge.report.table import page
from wasmforge.report.words import Detail, words


class PlainReporter:
    """Tells events as lines, each as one piece."""

    def __init__(self, paper: Paper, detail: Detail = "normal") -> None:
        self._paper = paper
        self._detail = detail

    def __call__(self, event: Event) -> None:
        """Tell one event."""
        if isinstance(event, Finished):
            paper = self._paper
            paper.print(page(event.report, paper.width, self._detail, fold=paper.isatty()))
        else:
            self._paper.print(words(event, self._detail))

    def close(self) -> None:
        """Nothing is open."""

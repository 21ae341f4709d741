"""The page of the corpus: what was run, what was not, and why cells fail."""

from tests.corpus import cells, page
from tests.corpus.cells import Cell


def test_passed_failed_and_not_run_cells() -> None:
    project = cells.projects()[0]
    recipe = cells.recipes(project)[0]
    made = [
        Cell(project=project, recipe=recipe, target="web", size=2048, seconds=1.5, tests=1),
        Cell(project=project, recipe=recipe, target="node", why="/any/where/work-x1/a.c: `bad`"),
        Cell(project=project, recipe=recipe, target="wasi", why="/any/where/work-x2/a.c: `bad`"),
    ]
    text = page.render({(c.project, c.recipe, c.target): c for c in made})
    assert "**1 of the 3 cells that were run pass (33 %).**" in " ".join(text.split())
    assert f"| {project} | {cells.lines(project)} | {recipe} | 2 KiB, 1.5 s | **fails** | **fails** |" in text
    assert f"- {project} with {recipe}, node, wasi: `a.c: 'bad'`" in text
    assert "Not run for this page" in text


def test_no_forge_toml_is_longer_than_25_lines() -> None:
    assert {p: cells.lines(p) for p in cells.projects() if cells.lines(p) > 25} == {}

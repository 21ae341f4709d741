"""The page that `init` ends with."""

from tests.support.factories.report import Stream
from wasmforge.model.discovery import ForgeEntry, FoundComponent, InitResult, SkippedFolder
from wasmforge.report.output import Output
from wasmforge.report.views.init import show_init


def entry(name: str, *exports: str, command: bool = False, problem: str = "") -> ForgeEntry:
    component = FoundComponent(
        name=name, path=f"libs/{name}", language="c", kind="command" if command else "reactor", exports=exports
    )
    return ForgeEntry(component=component, targets=() if problem else ("node", "wasi"), problem=problem)


def shown(done: InitResult) -> str:
    stream = Stream()
    show_init(done, Output(stream, width=100))
    return stream.text


def test_what_was_written_and_what_comes_next() -> None:
    done = InitResult(
        file="forge.toml",
        status="written",
        entries=(
            entry("sum", "a", "b", "c", "d", "e"),
            entry("count", command=True),
            entry("old", problem="no recipe"),
        ),
        skipped=(SkippedFolder(path="vendor/", why="looks like code of others"),),
        next="wasmforge build --target web",
    )
    assert shown(done).splitlines() == [
        "wrote forge.toml with 2 components",
        "",
        "  component  language  folder      targets     exports",
        "  sum        c         libs/sum    node, wasi  a, b, c, d, … 1 more",
        "  count      c         libs/count  node, wasi  runs main",
        "",
        "found, and written as a comment",
        "  old  libs/old  no recipe",
        "",
        "not looked into",
        "  vendor/  looks like code of others",
        "",
        "next: wasmforge build --target web",
    ]


def test_a_component_that_exports_nothing_is_pointed_out() -> None:
    text = shown(InitResult(file="forge.toml", status="extended", entries=(entry("mute"),), next="wasmforge build"))
    assert text.startswith("added 1 component to forge.toml\n")
    assert "none found" in text
    assert "name what the host calls in `exports` of mute\nnext: wasmforge build\n" in text


def test_a_dry_run_shows_the_text() -> None:
    done = InitResult(file="f", status="written", dry_run=True, entries=(entry("a", "x"),), text="format = 1\n\n[b]\n")
    text = shown(done)
    assert text.startswith("would write f with 1 component\n")
    assert "f would have\n  format = 1\n\n  [b]\n" in text


def test_nothing_new_and_nothing_that_can_be_built() -> None:
    same = InitResult(file="forge.toml", status="unchanged", next="wasmforge build")
    assert shown(same).startswith("forge.toml has all components that were found; nothing was changed\n")
    none = InitResult(file="forge.toml", status="written", entries=(entry("r", problem="no recipe"),))
    assert "nothing can be built yet" in shown(none)

"""`explain`: why something was run last, and how two keys differ."""

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import assert_refused, write_wat_project


def test_two_profiles_and_what_was_last_new(project: ProjectFixture) -> None:
    write_wat_project(project)
    assert_refused(
        project.run("explain", "hello@wasi/dev", "hello@wasi/release"), 2, "nothing is recorded of 'hello@wasi/dev'"
    )
    project.build("--profile", "dev")
    project.build()
    said = project.run("explain", "hello@wasi/dev", "hello@wasi/release").output
    assert "hello@wasi/dev:parse  ->  hello@wasi/release:parse" in said
    assert "- argument: --generate-dwarf" in said
    assert "+ hello@wasi/release:strip  has nothing to compare it with" in said
    source = project.root / "hello" / "hello.wat"
    source.write_text(source.read_text().replace("42", "43"))
    project.build()
    said = project.run("explain", "hello@wasi/release:parse").output
    assert "up to date" in said
    assert "last run because" in said
    assert "hello.wat changed" in said

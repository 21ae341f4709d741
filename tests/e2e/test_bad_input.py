"""Bad requests get one readable error with a place, a hint and the right exit code; what stood in dist stays."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import CommandResult, ProjectFixture, make_project
from tests.support.toy_toolchain import WAT, WAT_FORGE, assert_refused, write_toys, write_wat_project

Built = tuple[ProjectFixture, dict[str, bytes]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """A project that was built well, and its dist; when all tests are over, a build finds nothing to do."""
    project = make_project(tmp_path_factory.mktemp("built"))
    write_wat_project(project)
    project.build()
    yield project, project.dist()
    write_wat_project(project)
    assert project.build().executed() == []


def spoiled(built: Built, forge: str | bytes) -> CommandResult:
    """Build with this forge.toml; what an earlier build delivered must still be there after that."""
    project, before = built
    project.write({"forge.toml": forge})
    ended = project.run("build")
    assert project.dist() == before
    return ended


CASES: dict[str, tuple[str | bytes, list[str]]] = {
    "unknown key": (
        WAT_FORGE + 'langauge = "wat"\n',
        ["forge.toml:9: components.hello.langauge: unknown key", "hint: did you mean 'language'?"],
    ),
    "wrong type": (
        WAT_FORGE.replace('["f"]', '"f"'),
        ["forge.toml:8: components.hello.exports: expected a list, got a string", 'hint: write ["f"]'],
    ),
    "a table where there is a list of them": (
        WAT_FORGE + '[components.hello.smoke]\ncall = "f"\n',
        ["components.hello.smoke: expected a list, got a table", "hint: write [[components.hello.smoke]]"],
    ),
    "a key that is missing": (
        WAT_FORGE.replace('path = "hello"\n', ""),
        ["forge.toml:5: components.hello: 'path' is missing"],
    ),
    "no format": (WAT_FORGE.replace("format = 1", ""), ["forge.toml: no format is given", "hint: write `format = 1`"]),
    "another format": (WAT_FORGE.replace("format = 1", "format = 2"), ["forge.toml: format 2 is not known"]),
    "not TOML": (WAT_FORGE + "[components", ["forge.toml: not valid TOML", "end of document"]),
    "two tables of one name": (
        WAT_FORGE + '[components.hello]\npath = "x"\n',
        ["forge.toml: not valid TOML", "line 9"],
    ),
    "tables in tables in tables": ("format = 1\nx = " + "[" * 5000 + "]" * 5000, ["forge.toml: not valid TOML"]),
    "not UTF-8": (
        WAT_FORGE.encode() + b"# \xff\n",
        ["forge.toml:9: byte", "is not UTF-8", "hint: save the file as UTF-8"],
    ),
    "missing folder": (
        WAT_FORGE.replace('path = "hello"', 'path = "helo"'),
        ["forge.toml:6: components.hello.path: 'helo': no such folder"],
    ),
    "a file for a folder": (
        WAT_FORGE.replace('path = "hello"', 'path = "hello/hello.wat"'),
        ["forge.toml:6: components.hello.path: 'hello/hello.wat': is a file, not a folder"],
    ),
    "a path out of the project": (
        WAT_FORGE.replace('path = "hello"', 'path = "../.."'),
        ["forge.toml:6: components.hello.path: '../..' leads outside the project", "hint: write a path inside"],
    ),
    "an absolute path": (
        WAT_FORGE.replace('path = "hello"', 'path = "/usr"'),
        ["forge.toml:6: components.hello.path: '/usr' is an absolute path", "hint: "],
    ),
    "a path with a NUL": (
        WAT_FORGE.replace('path = "hello"', r'path = "a\u0000b"'),
        ["forge.toml:6: components.hello.path: the path holds a NUL"],
    ),
    "a path that is too long": (
        WAT_FORGE.replace('path = "hello"', f'path = "{"x" * 300}"'),
        ["forge.toml:6: components.hello.path: ", "cannot be followed: File name too long"],
    ),
    "dist out of the project": (
        WAT_FORGE.replace("[build]", '[build]\ndist = "../dist"'),
        ["forge.toml:4: build.dist: '../dist' leads outside the project"],
    ),
    "dist over everything": (
        WAT_FORGE.replace("[build]", '[build]\ndist = "."'),
        ["forge.toml:4: build.dist: '.' is the project's own folder", "hint: name one in it"],
    ),
    "dist over the sources": (
        WAT_FORGE.replace("[build]", '[build]\ndist = "hello"'),
        ["forge.toml:7: components.hello.path: 'hello' lies in 'hello', which builds replace", "hint: move it"],
    ),
    "unknown target": (
        WAT_FORGE.replace('["wasi"]', '["wasm"]'),
        ["forge.toml:4: build.targets: unknown target 'wasm'", "hint: did you mean 'wasi'?"],
    ),
    "unknown recipe": (
        WAT_FORGE + 'recipe = "wot"\n',
        ["forge.toml:9: components.hello.recipe: unknown recipe 'wot'", "hint: did you mean 'wat'?"],
    ),
    "unknown language": (
        WAT_FORGE.replace('"wat"', '"assemblyscipt"'),
        [
            "forge.toml:7: components.hello.language: unknown language 'assemblyscipt'",
            "hint: did you mean 'assemblyscript'?",
        ],
    ),
    "unknown feature": (
        WAT_FORGE + 'features = ["thread"]\n',
        ["forge.toml:9: components.hello.features: unknown feature 'thread'", "hint: did you mean 'threads'?"],
    ),
    "a feature that the target lacks": (
        WAT_FORGE + 'features = ["threads"]\n',
        ["forge.toml:9: components.hello.features: target 'wasi' has no threads", 'hint: drop "threads" from', "web"],
    ),
    "unknown profile": (
        WAT_FORGE.replace("[build]", '[build]\nprofile = "relase"'),
        ["forge.toml:4: build.profile: unknown profile 'relase'", "hint: did you mean 'release'?"],
    ),
    "unknown toolchain": (
        WAT_FORGE + "[toolchains.zigg]\n",
        ["forge.toml:9: toolchains.zigg: unknown toolchain 'zigg'", "hint: did you mean 'zig'?"],
    ),
    "unknown option": (
        WAT_FORGE + "options = { fast = true }\n",
        ["forge.toml:9: components.hello.options.fast: recipe 'wat' has no such option"],
    ),
    "unknown group of sources": (
        WAT_FORGE + 'sources = { modul = ["x"] }\n',
        ["forge.toml:9: components.hello.sources.modul: recipe 'wat' has no such group", "did you mean 'module'?"],
    ),
    "a glob that matches nothing": (
        WAT_FORGE + 'sources = { module = ["*.watt"] }\n',
        ["forge.toml:9: components.hello.sources.module.0: '*.watt' matches no file in hello/", "known: hello.wat"],
    ),
    "a source outside": (
        WAT_FORGE + 'sources = { module = ["../forge.toml"] }\n',
        ["forge.toml:9: components.hello.sources.module.0: '../forge.toml' matches no file in hello/"],
    ),
    "a component needing itself": (
        WAT_FORGE + 'needs = ["hello"]\n',
        ["forge.toml:9: components.hello.needs: a component cannot need itself", "hint: break the circle"],
    ),
    "components needing each other": (
        WAT_FORGE
        + 'needs = ["b"]\n[components.b]\npath = "hello"\nlanguage = "wat"\nexports = ["f"]\nneeds = ["hello"]\n',
        [": components.", ".needs: ", "hello", " needs ", "hint: break the circle"],
    ),
    "a need that is not there": (
        WAT_FORGE + 'needs = ["helo"]\n',
        ["forge.toml:9: components.hello.needs: unknown component 'helo'", "hint: did you mean 'hello'?"],
    ),
    "a name that is no file name": (
        WAT_FORGE + '[components."a/b"]\npath = "hello"\nlanguage = "wat"\n',
        ["forge.toml:9: components.a/b: 'a/b' cannot be a component's name", "hint: letters, digits"],
    ),
    "a member that is not there": (
        WAT_FORGE.replace("format = 1", 'format = 1\nmembers = ["services/*"]'),
        ["forge.toml:3: members.0: 'services/*' matches no folder with a forge.toml"],
    ),
    "an absolute member": (
        WAT_FORGE.replace("format = 1", 'format = 1\nmembers = ["/etc"]'),
        ["forge.toml:3: members.0: '/etc' is an absolute path"],
    ),
    "a size that is none": (
        WAT_FORGE + 'limits = { size = "64 Kilo" }\n',
        ["forge.toml:9: components.hello.limits.size: ", "hint: write bytes"],
    ),
    "a command on Lambda@Edge": (
        WAT_FORGE.replace('exports = ["f"]', 'targets = ["lambda-edge"]'),
        ["forge.toml:5: components.hello: target 'lambda-edge' does not run a command", "hint: name its `exports`"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_forge_toml_is_refused_with_place_and_hint(built: Built, case: str) -> None:
    text, words = CASES[case]
    assert_refused(spoiled(built, text), 2, *words)


def test_all_mistakes_are_told_at_once(built: Built) -> None:
    text = WAT_FORGE + 'kidn = "command"\nfeatures = 3\n[bild]\n'
    ended = spoiled(built, text)
    assert_refused(ended, 2, "components.hello.kidn", "components.hello.features", "bild")
    assert ended.output.count("error: ") == 3


def test_a_component_declared_twice_names_both_files(project: ProjectFixture) -> None:
    write_wat_project(project)
    top = WAT_FORGE.replace("format = 1", 'format = 1\nmembers = ["m"]')
    project.write({"forge.toml": top, "m/forge.toml": 'format = 1\n[components.hello]\npath = "."\nlanguage = "wat"\n'})
    assert_refused(
        project.run("build"),
        2,
        "m/forge.toml:2: components.hello: forge.toml has a component of that name already",
        "hint: component names are unique in a project",
    )


def test_a_link_out_of_the_project_is_refused(project: ProjectFixture) -> None:
    write_wat_project(project)
    outside = project.root.parent / "outside"
    outside.mkdir()
    (outside / "hello.wat").write_text(WAT)
    (project.root / "away").symlink_to(outside)
    project.write({"forge.toml": WAT_FORGE.replace('path = "hello"', 'path = "away"')})
    assert_refused(
        project.run("build"), 2, "components.hello.path: 'away' leads outside the project through a symbolic link"
    )
    project.write({"forge.toml": WAT_FORGE})
    (project.root / "hello" / "hello.wat").unlink()
    (project.root / "hello" / "hello.wat").symlink_to(outside / "hello.wat")
    assert_refused(
        project.run("build"), 2, "hello/hello.wat: is a symbolic link that leads outside the project", "hint: copy"
    )
    assert not (project.root / "dist").exists()


def test_a_circle_of_links_is_refused(project: ProjectFixture) -> None:
    write_wat_project(project)
    (project.root / "a").symlink_to("b")
    (project.root / "b").symlink_to("a")
    project.write({"forge.toml": WAT_FORGE.replace('path = "hello"', 'path = "a"')})
    assert_refused(project.run("build"), 2, "components.hello.path: 'a'")


def test_a_missing_source_and_an_empty_folder(project: ProjectFixture) -> None:
    write_wat_project(project)
    (project.root / "hello" / "hello.wat").unlink()
    assert_refused(
        project.run("build"),
        2,
        "forge.toml:5: components.hello: no source files in hello/",
        "hint: recipe 'wat' looks for *.wat, src/*.wat",
    )


def test_sources_that_are_no_files(project: ProjectFixture) -> None:
    write_wat_project(project)
    (project.root / "hello" / "hello.wat").unlink()
    os.mkfifo(project.root / "hello" / "hello.wat")
    assert_refused(project.run("build", timeout=60), 2, "hello/hello.wat: is not a file")


def test_a_dangling_source_is_refused(project: ProjectFixture) -> None:
    write_wat_project(project)
    (project.root / "hello" / "hello.wat").unlink()
    (project.root / "hello" / "hello.wat").symlink_to("nowhere.wat")
    assert_refused(project.run("build"), 2, "hello/hello.wat: cannot be read: No such file or directory")


def test_file_names_of_all_kinds(project: ProjectFixture) -> None:
    write_toys(project, {"a": r"printf '\000asm\001\000\000\000' > $1; ls"})
    for name in (b"\xff\xfe.txt", b"-rf.txt", b"@x.txt", b"{each}.txt", "grün.txt".encode(), b"a b.txt"):
        (Path(os.fsencode(project.root / "a").decode()) / os.fsdecode(name)).write_bytes(b"x")
    ended = project.run("build", "-v")
    assert ended.exit == 0, ended.output
    assert project.run("build", "-o", "json").exit == 0
    assert project.run("build", "--dry-run", "-o", "json").exit == 0


def test_forge_toml_is_a_folder(project: ProjectFixture) -> None:
    (project.root / "forge.toml").mkdir()
    assert_refused(project.run("build"), 2, "forge.toml: is a folder, not a file")


def test_no_project(project: ProjectFixture) -> None:
    assert_refused(project.run("build"), 2, "no forge.toml here or in any folder above", "hint: ")


def test_an_unreadable_forge_toml(project: ProjectFixture) -> None:
    write_wat_project(project)
    (project.root / "forge.toml").chmod(0)
    if os.access(project.root / "forge.toml", os.R_OK):
        pytest.skip("root may read everything")
    assert_refused(project.run("build"), 2, "forge.toml: cannot be read: Permission denied")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty (0 bytes)"),
        (b"\0asm\1\0\0\0\1\7\1", "not a WebAssembly module"),
        (b"\0as", "not a WebAssembly module"),
        (b"\x7fELF" + bytes(60), "not a WebAssembly module"),
        (b"\0asm\1\0\0\0\1\4\1\x60\0\0\3\2\1\0\x0a\4\1\2\0\x6a", "not valid"),
    ],
)
def test_inspect_refuses_what_is_no_module(project: ProjectFixture, content: bytes, words: str) -> None:
    (project.root / "x.wasm").write_bytes(content)
    assert_refused(project.run("inspect", "x.wasm"), 2, "x.wasm: " + words)


def test_inspect_of_a_folder_and_of_nothing(project: ProjectFixture) -> None:
    assert_refused(project.run("inspect", "."), 2, ".: is a folder, not a file")
    assert_refused(project.run("inspect", "x.wasm"), 2, "x.wasm: no such file")


def test_the_cache_is_a_file(project: ProjectFixture) -> None:
    write_wat_project(project)
    (project.root / "cache").write_text("")
    ended = project.run("build", WASMFORGE_CACHE=str(project.root / "cache"))
    assert_refused(ended, 3, str(project.root / "cache"), "hint: ", "WASMFORGE_CACHE")
    assert not (project.root / "dist").exists()
    project.build()

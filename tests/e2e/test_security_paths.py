"""A hostile repository: links, names and files that would have us read, write or delete outside of the project."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.project import CommandResult, ProjectFixture
from tests.support.toy_toolchain import write_wat_project
from wasmforge import process
from wasmforge.store.cache_dirs import CacheDirs

LINK = "is a symbolic link"


@pytest.fixture
def built(project: ProjectFixture) -> ProjectFixture:
    """A project with one WAT component that was built twice: also the record of a build without work is there."""
    write_wat_project(project)
    project.build()
    assert project.run("build").exit == 0
    return project


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that no build has any business in."""
    folder = tmp_path / "outside"
    (folder / "hello").mkdir(parents=True)
    (folder / "hello" / "precious").write_text("mine")
    (folder / "passwd").write_text("root:x:0:0")
    return folder


def everything(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every entry below a folder: its mode, its inode and what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[path.relative_to(folder).as_posix()] = (path.lstat().st_mode, path.lstat().st_ino, data)
    return found


def refused(ended: CommandResult, *words: str) -> None:
    """Asked wrongly, said in words, and with a next step."""
    assert ended.exit == 2, ended.output
    assert all(word in ended.output for word in words), ended.output
    assert "hint: " in ended.output


def test_no_folder_that_dist_leads_to_is_replaced(project: ProjectFixture, outside: Path) -> None:
    write_wat_project(project)
    before = everything(outside)
    (project.root / "dist").mkdir()
    (project.root / "dist" / "wasi").symlink_to(outside)
    refused(project.run("build"), f"dist/wasi: {LINK}", "build.dist")
    assert everything(outside) == before


def test_every_folder_that_a_build_made_is_ours_or_is_refused(built: ProjectFixture, tmp_path: Path) -> None:
    """Each of them in turn is moved out of the project, with a link in its place: whatever comes, nothing out there
    is touched. Only a delivery's own folder is taken down as the link that it is, and made anew.
    """
    root, away = built.root, tmp_path / "away"
    folders = [p for top in (".wasmforge", "dist") for p in (root / top, *(root / top).rglob("*")) if p.is_dir()]
    named = {p.relative_to(root).as_posix() for p in folders}
    assert {".wasmforge", ".wasmforge/history", ".wasmforge/unchanged", "dist", "dist/wasi/hello"} <= named
    for folder in folders:
        name = folder.relative_to(root).as_posix()
        folder.rename(away)
        folder.symlink_to(away)
        before = everything(away)
        for argv in (("build",), ("build", "--no-smoke", "--jobs", "1")):  # by the record, and without one
            ended = built.run(*argv)
            assert everything(away) == before, name
            if name.startswith("dist/wasi/hello"):
                assert ended.exit == 0, ended.output
                assert not folder.is_symlink()
            else:
                refused(ended, "symbolic link")
        if folder.is_symlink():
            folder.unlink()
            away.rename(folder)
        else:
            shutil.rmtree(away)
    assert built.run("build").exit == 0


def test_no_file_that_a_link_leads_to_is_written_or_made(built: ProjectFixture, outside: Path) -> None:
    for name in (".wasmforge/lock", ".wasmforge/times.json", ".wasmforge/history/seen.json", "dist/manifest.json"):
        path = built.root / name
        path.unlink(missing_ok=True)
        path.symlink_to(outside / "new")
        ended = built.run("build", "--no-smoke")
        assert sorted(p.name for p in outside.iterdir()) == ["hello", "passwd"], name
        path.unlink(missing_ok=True)
        path.symlink_to(outside / "passwd")
        ended = built.run("build", "--no-smoke")
        assert (outside / "passwd").read_text() == "root:x:0:0", name
        assert ended.exit in (0, 2), ended.output
        if path.is_symlink():
            path.unlink()


@pytest.mark.parametrize("command", ["check", "smoke", "clean", "explain", "ci-matrix", "verify"])
def test_other_commands_follow_no_link_either(command: str, built: ProjectFixture, outside: Path) -> None:
    before = everything(outside)
    words = {"explain": ("hello@wasi/release:strip",), "ci-matrix": ("--shards", "2")}.get(command, ())
    shutil.rmtree(built.root / ".wasmforge")
    (built.root / ".wasmforge").symlink_to(outside)
    shutil.rmtree(built.root / "dist" / "wasi")
    (built.root / "dist" / "wasi").symlink_to(outside)
    ended = built.run(command, *words)
    assert everything(outside) == before
    assert "mine" not in ended.output
    assert ended.exit == 2, ended.output


def test_clean_deletes_links_and_not_what_they_lead_to(built: ProjectFixture, outside: Path) -> None:
    before = everything(outside)
    for name in (".wasmforge/history", "dist/wasi"):
        shutil.rmtree(built.root / name)
        (built.root / name).symlink_to(outside)
    assert built.run("clean").exit == 0
    assert everything(outside) == before
    assert not (built.root / "dist").exists()
    (built.root / "dist").symlink_to(outside)
    refused(built.run("clean"), "leads outside the project")
    assert everything(outside) == before


def test_dist_may_be_a_link_within_the_project(project: ProjectFixture) -> None:
    write_wat_project(project)
    (project.root / "out" / "here").mkdir(parents=True)
    (project.root / "dist").symlink_to("out/here")
    project.build()
    assert (project.root / "out/here/wasi/hello/hello.wasm").is_file()
    assert project.run("check").exit == 0
    assert project.run("clean").exit == 0
    assert not (project.root / "out/here").exists()


AUDIT = """
import os, shutil, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
really = os.open
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

def note(path):
    os.write(log, path.encode() + b"\\n")

def logged(path, flags, mode=0o777, *, dir_fd=None):
    opened = really(path, flags, mode, dir_fd=dir_fd)
    if flags & WRITES:
        note(os.readlink(f"/proc/self/fd/{opened}"))
    return opened

os.open = logged  # the event of its name does not tell of `dir_fd`

def at(path, directory):
    path = os.fspath(path)
    path = path.decode() if isinstance(path, bytes) else path
    if not path.startswith("/"):
        base = os.getcwd() if directory in (-1, None) else os.readlink(f"/proc/self/fd/{directory}")
        path = f"{base}/{path}"
    above, _, name = path.rpartition("/")
    return f"{os.path.realpath(above)}/{name}"

def hook(event, args):
    if event == "open" and isinstance(args[0], str) and set("wax+") & set(args[1] or ""):
        note(os.path.realpath(at(args[0], None)))
    elif event in ("os.mkdir", "os.chmod") and not isinstance(args[0], int):
        note(at(args[0], args[2]))
    elif event in ("os.remove", "os.rmdir"):
        note(at(args[0], args[1]))
    elif event in ("os.rename", "os.link"):
        note(at(args[0], args[2]))
        note(at(args[1], args[3]))
    elif event == "os.symlink":
        note(at(args[1], args[2]))
    elif event == "os.utime" and not isinstance(args[0], int):
        note(at(args[0], args[3]))
    elif event == "os.truncate" and isinstance(args[0], str):
        note(at(args[0], None))

sys.addaudithook(hook)
del sys.argv[1]
from wasmforge.__main__ import main
main()
"""
"""Notes every path that is opened for writing, made, renamed, linked or deleted, as the system resolves it."""


def test_a_build_writes_below_the_project_the_cache_and_the_temporary_folder(
    project: ProjectFixture, tmp_path: Path
) -> None:
    write_wat_project(project)
    log, temporary, home = tmp_path / "log", tmp_path / "temporary", tmp_path / "home"
    temporary.mkdir()
    env = {**os.environ, "WASMFORGE_CACHE": str(project.cache), "TMPDIR": str(temporary), "HOME": str(home)}
    for argv in (("build",), ("build", "-p", "dev"), ("smoke",), ("clean",)):
        done = process.run([sys.executable, "-c", AUDIT, str(log), *argv], cwd=project.root, env=env, timeout=120)
        assert done.exit == 0, done.text
    touched = {Path(line) for line in log.read_text().splitlines()}
    ours = (project.root, project.cache, CacheDirs().cache, temporary, Path("/dev/null"))
    assert {p for p in touched if not any(p.is_relative_to(o.resolve()) for o in ours)} == set()
    for part in ("dist/manifest.json", ".wasmforge/lock", "dist/.staging", "dist/wasi/hello", ".wasmforge/times.json"):
        assert project.root / part in touched, part


@pytest.mark.parametrize("where", ["smoke", "on.wasi.smoke"])
def test_no_test_is_given_a_folder_that_a_link_leads_to(where: str, project: ProjectFixture, outside: Path) -> None:
    write_wat_project(project)
    forge = (project.root / "forge.toml").read_text()
    forge += f'\n[[components.hello.{where}]]\npreopen = "src/pre"\n'
    project.write({"forge.toml": forge})
    (project.root / "hello" / "src").mkdir(exist_ok=True)
    (project.root / "hello" / "src" / "pre").symlink_to(outside)
    refused(project.run("build"), "forge.toml:", "preopen", "leads outside the project through a symbolic link")


def test_no_link_out_of_a_folder_that_a_test_sees_is_given_to_it(project: ProjectFixture, outside: Path) -> None:
    project.write(
        {
            "forge.toml": 'format = 1\n[build]\ntargets = ["wasi"]\n[components.hello]\npath = "hello"\n'
            'language = "wat"\n[[components.hello.smoke]]\npreopen = "pre"\n',
            "hello/hello.wat": '(module (memory (export "memory") 1) (func (export "_start")))',
            "hello/pre/file": "",
        }
    )
    (project.root / "hello/pre/in").symlink_to("file")
    assert project.run("build").exit == 0
    (project.root / "hello/pre/sub").symlink_to(outside)
    ended = project.run("build")
    assert ended.exit == 1
    assert "sub is a symbolic link that leads out of it" in ended.output


@pytest.mark.parametrize(("key", "value"), [("args = [{ file = ", "]"), ("javascript = ", "")])
def test_no_bench_reads_a_file_that_a_link_leads_to(
    key: str, value: str, project: ProjectFixture, outside: Path
) -> None:
    write_wat_project(project)
    end = " }]" if value else ""
    forge = (project.root / "forge.toml").read_text()
    project.write({"forge.toml": f'{forge}\n[[components.hello.bench]]\ncall = "f"\n{key}"in.mjs"{end}\n'})
    (project.root / "hello" / "in.mjs").symlink_to(outside / "passwd")
    refused(project.run("bench"), "forge.toml", "leads outside the project through a symbolic link")


def test_names_in_the_catalog_are_names(project: ProjectFixture) -> None:
    write_wat_project(project)
    project.write({"targets/...toml": "format = 1\n", "targets/x$(id).toml": "format = 1\n"})
    for command in ("build", "ci-matrix", "graph"):
        refused(
            project.run(command),
            "targets/",
            "'..' is not a name for a target",
            "'x$(id)' is not a name",
            "letters, digits",
        )


def test_a_name_of_a_source_is_no_option_and_no_response_file(project: ProjectFixture) -> None:
    project.write(
        {
            "forge.toml": 'format = 1\n[build]\ntargets = ["wasi"]\n'
            '[components.a]\npath = "a"\nlanguage = "wat"\nexports = ["f"]\n'
            '[components.b]\npath = "b"\nlanguage = "wat"\nexports = ["f"]\n',
            "a/-oevil.wat": '(module (func (export "f")))',
            "b/@x.wat": '(module (func (export "f")))',
        }
    )
    project.build()
    assert sorted(p.name for p in (project.root / "dist/wasi").rglob("*.wasm")) == ["a.wasm", "b.wasm"]
    assert "./-oevil.wat" in project.run("build", "--dry-run").output


def pipe(path: Path) -> None:
    """A pipe that nobody writes to."""
    os.mkfifo(path)


def zeros(path: Path) -> None:
    """A file that never ends."""
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [pipe, zeros])
@pytest.mark.parametrize(
    ("name", "argv"),
    [
        ("forge.toml", ("graph",)),
        ("forge.lock", ("build", "--locked")),
        ("recipes/beside.txt", ("graph",)),
        ("dist/manifest.json", ("check",)),
    ],
)
def test_what_is_no_file_is_read_by_nobody(
    make: object, name: str, argv: tuple[str, ...], project: ProjectFixture
) -> None:
    """No command waits for a pipe, or reads for ever."""
    assert callable(make)
    write_wat_project(project)
    if name == "recipes/beside.txt":
        project.write({"recipes/b.toml": 'format = 1\nname = "b"\nfiles = { x = "beside.txt" }\n'})
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)
    ended = project.run(*argv, timeout=60)
    assert ended.exit == 2, ended.output
    assert "bug" not in ended.output


def test_a_file_that_is_too_large_is_told(project: ProjectFixture) -> None:
    write_wat_project(project)
    with (project.root / "forge.toml").open("ab") as file:
        file.truncate(17 << 20)
    ended = project.run("graph")
    assert ended.exit == 2
    assert "more than 16 MiB" in ended.output


def test_no_pattern_hangs_a_build(project: ProjectFixture) -> None:
    write_wat_project(project)
    forge = (project.root / "forge.toml").read_text()
    project.write(
        {"forge.toml": f'{forge}\n[components.hello.sources]\nmodule = ["{"*a" * 14}b"]\n', f"hello/{'a' * 200}": ""}
    )
    ended = project.run("build", "--dry-run", timeout=60)
    assert ended.exit == 2
    assert "matches no file" in ended.output


def test_what_is_printed_is_no_command_of_github_actions(project: ProjectFixture) -> None:
    project.write({"forge.toml": 'format = 1\n"::add-path::/evil" = 1\n"\\n::stop-commands::x" = 2\n'})
    ended = project.run("graph", GITHUB_ACTIONS="true")
    assert ended.exit == 2
    assert not [line for line in ended.output.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_no_file_named_on_the_command_line_is_written_through_a_link(built: ProjectFixture, outside: Path) -> None:
    before = everything(outside)
    (built.root / "trace.json").symlink_to(outside / "passwd")
    (built.root / "reports").symlink_to(outside)
    refused(built.run("build", "--trace", "trace.json"), "--trace trace.json: leads out of this folder")
    refused(built.run("smoke", "--junit", "reports/new.xml"), "--junit reports/new.xml: leads out of this folder")
    assert everything(outside) == before
    assert built.run("smoke", "--junit", str(outside / "mine.xml")).exit == 0  # as it was said


def test_a_record_is_no_way_around(built: ProjectFixture, tmp_path: Path) -> None:
    """What was written down for a build without work is believed only where it lies in the project."""
    (built.root / "dist").rename(tmp_path / "dist")
    (built.root / "dist").symlink_to(tmp_path / "dist")
    refused(built.run("build"), "leads outside the project")
    assert json.loads((tmp_path / "dist" / "manifest.json").read_text())

"""What a project itself brings to the catalog: which files that are, and that trust holds for that content alone."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.config_files import problems_of, write
from tests.support.project import PARSED
from wasmforge.app.trust import Trust, description, local_catalog, remember, revoke, runs_of, trust_of
from wasmforge.app.trust_file import change_trusted, read_trusted, trust_file
from wasmforge.config import bundled, load_catalog
from wasmforge.containers.image_files import dockerfile, folder_digest
from wasmforge.errors import Exit, ForgeError, UntrustedError
from wasmforge.model.toolchain import NpmOrigin, ResolvedToolchain
from wasmforge.model.trust import LocalCatalog, TrustedCatalog
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains.file_digests import FileDigests
from wasmforge.toolchains.origins.base import OriginContext, OriginUnavailable
from wasmforge.toolchains.origins.npm import NpmFinder

RECIPE = """
format = 1
name = "toy"
toolchain = "box"
files = { start = "toy/start.txt", shared = "toy/shared.txt" }
[languages.toy]
[[steps]]
name = "build"
run = ["tool", "{files.start}", "{files.shared}"]
outputs = { module = "x" }
"""

NPM = """
format = 1
name = "box"
needs = ["node"]
[[origins]]
kind = "npm"
tools = { tool = ["{node.node}"] }
"""

IMAGE = """
format = 1
name = "crate"
[[origins]]
kind = "container"
image = "wasmforge/crate"
program = "cc"
tools = { tool = ["cc", "-O"] }
[[origins]]
kind = "path"
program = "cc"
tries = [{ run = ["-E", "-"], why-not = "cannot" }]
tools = { tool = ["{program}", "-O"] }
"""

PROJECT = {
    "recipes/toy.toml": RECIPE,
    "recipes/fragments/words.toml": 'format = 1\nname = "words"\n[environments.shared]\nA = "1"\n',
    "recipes/toy/start.txt": "start",
    "recipes/toy/shared.txt": "shared",
    "toolchains/box/box.toml": NPM,
    "toolchains/box/package.json": "{}",
    "toolchains/box/package-lock.json": "{}",
    "toolchains/crate.toml": IMAGE,
    "toolchains/crate/Dockerfile": "FROM scratch",
    "toolchains/crate/patches/one.patch": "-",
    "targets/mine.toml": 'format = 1\nname = "mine"\ndelivers = ["module"]\nfeatures = { permitted = [] }\n'
    'runtimes = ["wasmtime"]\nrecipes = { toy = "toy" }\n',
    "runtimes/own.toml": 'format = 1\nname = "own"\ndriver = "command-line"\ntests = ["call"]\ntoolchain = "box"\n'
    'tool = "tool"\n',
}
"""A project that brings one of each, and whose every file is used."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return write(tmp_path / "project", PROJECT)


def trusted(root: Path) -> Trust:
    return trust_of(root, load_catalog(root, PARSED))


def local(root: Path) -> LocalCatalog:
    return local_catalog(root, load_catalog(root, PARSED))


def trust_now(root: Path) -> None:
    remember(root, local(root))


def test_the_files_are_those_in_force_and_those_that_they_use(root: Path) -> None:
    found = local(root)
    assert sorted(found.files) == sorted(PROJECT)
    assert found.in_force == tuple(sorted(name for name in PROJECT if name.endswith(".toml")))
    assert found.toolchains == {"box": "toolchains/box/box.toml", "crate": "toolchains/crate.toml"}


OPENED: list[str] | None = None


def _audit(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and OPENED is not None and isinstance(args[0], str | os.PathLike):
        OPENED.append(os.fspath(args[0]))


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """Every file that is opened meanwhile. The hook stays, as hooks do; it notes nothing afterwards."""
    global OPENED  # noqa: PLW0603 - a hook cannot be taken away
    sys.addaudithook(_audit)
    OPENED = []
    yield OPENED
    OPENED = None


def test_what_is_read_of_a_project_is_what_is_trusted(root: Path, opened: list[str], tmp_path: Path) -> None:
    catalog = load_catalog(root)
    cache_dirs = CacheDirs(tmp_path / "cache")
    node = ResolvedToolchain(toolchain="node", origin="path", identity="node", location="", tools={})
    context = OriginContext(
        cache_dirs=cache_dirs,
        store=Store(cache_dirs.store),
        emit=lambda _: None,
        offline=True,
        fetch=False,
        file=Path(catalog.lookup_order["toolchain box"][0]),
        toolchains={"node": node},
        digests=FileDigests(Store(cache_dirs.store), ()),
    )
    (origin,) = catalog.toolchains["box"].origins
    assert isinstance(origin, NpmOrigin)
    with pytest.raises(OriginUnavailable, match="not installed"):
        NpmFinder().find(catalog.toolchains["box"], origin, context, lambda *_: None)
    built = dockerfile(Path(catalog.lookup_order["toolchain crate"][0]), "wasmforge/crate")
    assert built
    folder_digest(built.parent)
    read = {os.path.relpath(path, root) for path in opened if Path(path).is_relative_to(root)}
    assert read >= {"recipes/toy.toml", "toolchains/box/package-lock.json", "toolchains/crate/Dockerfile"}
    assert read <= local_catalog(root, catalog).files.keys()


@pytest.mark.parametrize("name", PROJECT)
def test_a_change_of_any_file_ends_the_trust_and_its_old_content_has_it_again(root: Path, name: str) -> None:
    trust_now(root)
    before = (root / name).read_text()
    assert trusted(root).trusted
    (root / name).write_text(before + "\n")
    changed = trusted(root)
    assert not changed.trusted
    assert changed.before
    ((where, what, hint),) = problems_of(changed.demand)
    assert (where, what) == (name, f"not trusted: changed since {changed.before.date}, when it was trusted")
    assert "wasmforge trust" in hint
    (root / name).write_text(before)
    trusted(root).demand()


def test_another_file_more_or_less_ends_the_trust(root: Path) -> None:
    write(root, {"recipes/more.toml": RECIPE.replace('name = "toy"', 'name = "more"').replace("[languages.toy]\n", "")})
    trust_now(root)
    (root / "recipes/more.toml").unlink()
    assert [(where, what[:26]) for where, what, _ in problems_of(trusted(root).demand)] == [
        ("recipes/more.toml", "not trusted without it: go")
    ]
    trust_now(root)
    trusted(root).demand()
    write(root, {"toolchains/crate/more.patch": ""})
    assert [where for where, _, _ in problems_of(trusted(root).demand)] == ["toolchains/crate/more.patch"]


def test_a_project_that_was_never_trusted_names_its_files_and_refuses_its_toolchains(root: Path) -> None:
    found = trusted(root)
    assert found.refused == {"box": "toolchains/box/box.toml", "crate": "toolchains/crate.toml"}
    with pytest.raises(UntrustedError) as caught:
        found.demand()
    assert caught.value.exit_code == Exit.USAGE
    assert caught.value.root == root
    assert str(caught.value.problems[0]) == (
        "recipes/fragments/words.toml, recipes/toy.toml, runtimes/own.toml, targets/mine.toml, toolchains/box/box.toml "
        "and 1 more: not trusted: what a project brings itself is not run unasked"
    )
    once = trust_of(root, load_catalog(root, PARSED), this_once=True)
    once.demand()
    assert once.refused == {}
    assert not trust_file().exists()


def test_the_bundled_catalog_needs_no_trust(tmp_path: Path) -> None:
    for root in (None, tmp_path, bundled()):
        found = trust_of(root, load_catalog(root, PARSED))
        found.demand()
        assert (found.local, found.refused, found.inputs) == (None, {}, ())


def test_a_checkout_of_ours_is_bundled_by_whatever_way_it_is_reached(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(bundled(), target_is_directory=True)
    assert load_catalog(link, PARSED).local == {}


def test_a_catalog_that_is_a_link_out_of_the_project_is_its_own_all_the_same(root: Path, tmp_path: Path) -> None:
    (root / "toolchains").rename(tmp_path / "elsewhere")
    (root / "toolchains").symlink_to(tmp_path / "elsewhere")
    assert sorted(local(root).files) == sorted(PROJECT)


def test_the_fingerprint_tells_paths_from_contents() -> None:
    def of(files: dict[str, str]) -> str:
        return LocalCatalog(files=files, in_force=(), toolchains={}).fingerprint

    assert len({of({}), of({"a": "1"}), of({"a": "2"}), of({"b": "1"}), of({"a": "1", "b": "1"}), of({"a1": ""})}) == 6
    assert of({"a": "1", "b": "2"}) == of({"b": "2", "a": "1"})


def test_what_is_remembered_is_the_users_alone(root: Path) -> None:
    trust_now(root)
    path = trust_file()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    (one,) = read_trusted(path).trusted
    assert (one.project, one.files) == (str(root), local(root).files)
    assert sorted(p.name for p in path.parent.iterdir()) == ["lock", "trusted.json"]


def test_what_holds_already_is_not_written_again(root: Path) -> None:
    trust_now(root)
    before = trust_file().stat()
    trust_now(root)
    assert trust_file().stat() == before


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (lambda path: path.write_text("{"), "is damaged"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "is damaged"),
        (lambda path: path.write_text('{"format": 1, "trusted": [{}]}'), "is damaged"),
        (lambda path: path.write_text('{"format": 2, "trusted": []}'), "format 2 is not known"),
        (lambda path: path.chmod(0o620), "can be written by others"),
        (lambda path: path.chmod(0o602), "can be written by others"),
        (lambda path: path.parent.chmod(0o777), "can be written by others"),
        (lambda path: (path.unlink(), path.mkdir()), "cannot be read: is a directory"),
    ],
)
def test_a_file_that_cannot_be_believed_is_told_and_trusts_nothing(root: Path, harm: object, what: str) -> None:
    trust_now(root)
    harm(trust_file())  # type: ignore[operator]
    found = trusted(root)
    assert not found.trusted
    assert found.refused
    first, *rest = problems_of(found.demand)
    assert what in first[1]
    assert first[0] in (str(trust_file()), str(trust_file().parent))
    assert len(rest) == 1
    with pytest.raises(ForgeError, match=what):
        trust_now(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_file_of_another_user_is_not_believed(root: Path) -> None:
    trust_now(root)
    os.chown(trust_file(), 4711, -1)
    assert "belongs to another user" in problems_of(trusted(root).demand)[0][1]


def test_a_file_that_came_with_the_project_is_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / ".config"))
    trust_now(root)
    assert "lies in this project" in problems_of(trusted(root).demand)[0][1]


def test_trust_is_taken_back_for_all_that_the_project_ever_was(root: Path, tmp_path: Path) -> None:
    trust_now(root)
    write(root, {"recipes/toy/shared.txt": "other"})
    trust_now(root)
    other = TrustedCatalog(fingerprint="f" * 64, project=str(tmp_path / "other"), date="2001-01-01", files={})
    change_trusted(trust_file(), add=(other,))
    assert revoke(root, local(root)) == 2
    assert read_trusted(trust_file()).trusted == (other,)
    assert not trusted(root).trusted
    assert revoke(root, local(root)) == 0


def test_the_same_content_is_trusted_wherever_it_lies(root: Path, tmp_path: Path) -> None:
    trust_now(root)
    elsewhere = write(tmp_path / "elsewhere", PROJECT)
    trusted(elsewhere).demand()
    assert revoke(elsewhere, local(elsewhere)) == 1
    assert not trusted(root).trusted


def test_each_file_is_shown_with_its_state_and_what_is_run_because_of_it(root: Path) -> None:
    trust_now(root)
    write(
        root, {"recipes/toy/shared.txt": "other", "recipes/more.toml": RECIPE.replace('name = "toy"', 'name = "more"')}
    )
    catalog = load_catalog(root, PARSED)
    found = {file.path: (file.state, file.runs) for file in description(trust_of(root, catalog), catalog)}
    assert found["recipes/toy/shared.txt"] == ("changed", ())
    assert found["recipes/more.toml"] == ("new", ("tool {files.start} {files.shared}",))
    assert found["toolchains/box/box.toml"] == ("trusted", ("npm ci", "{node.node}"))
    assert found["toolchains/crate.toml"] == ("trusted", ("cc --version", "cc -O", "cc -E -"))
    assert found["runtimes/own.toml"] == ("trusted", ("tool, for tests",))
    assert found["targets/mine.toml"] == ("trusted", ())
    assert found.keys() == {*PROJECT, "recipes/more.toml"}


def test_a_long_command_is_shown_by_its_beginning() -> None:
    lines = runs_of("recipe zig", load_catalog(None, PARSED))
    assert all(line.startswith(("zig ", "libraries ")) and len(line) <= 60 for line in lines)
    assert any(line.endswith("…") for line in lines)


LIKE = 'format = 1\nname = "{name}"\nlike = "{like}"\n[env]\nA = "1"\n'


def test_a_file_that_is_like_a_bundled_one_is_the_projects_own_and_shows_what_it_runs(tmp_path: Path) -> None:
    """Its commands are those of the bundled file; only the project's file has to be trusted."""
    root = write(tmp_path / "project", {"toolchains/mine.toml": LIKE.format(name="mine", like="assemblyscript")})
    catalog = load_catalog(root)
    trust = trust_of(root, catalog)
    assert trust.refused == {"mine": "toolchains/mine.toml"}
    assert set(local_catalog(root, catalog).files) == {"toolchains/mine.toml"}
    assert runs_of("toolchain mine", catalog) == runs_of("toolchain assemblyscript", catalog) != ()


def test_a_projects_file_under_a_bundled_name_changes_no_bundled_file_that_is_like_it(tmp_path: Path) -> None:
    """rust-bindings is like rust: it stays what it is, and needs no trust."""
    root = write(tmp_path / "project", {"toolchains/rust.toml": LIKE.format(name="rust", like="zig")})
    catalog = load_catalog(root)
    assert set(trust_of(root, catalog).refused) == {"rust"}
    assert catalog.toolchains["rust-bindings"] == load_catalog(None).toolchains["rust-bindings"]


def test_a_change_of_a_file_that_a_trusted_one_is_like_is_a_change(tmp_path: Path) -> None:
    files = {"toolchains/a.toml": LIKE.format(name="a", like="crate"), "toolchains/crate.toml": IMAGE}
    root = write(tmp_path / "project", files)
    before = local_catalog(root, load_catalog(root))
    write(root, {"toolchains/crate.toml": IMAGE.replace("-O", "-O2")})
    assert local_catalog(root, load_catalog(root)).fingerprint != before.fingerprint

"""Sources of others, from servers on loopback: fetched once, verified, patched, built, and never fetched unasked."""

import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_affected import git
from tests.support.file_server import FileServer, Served, file_server
from tests.support.project import CommandResult, ProjectFixture
from tests.support.published import crate_registry, git_repository, npm_registry, sha256, tar_gz, zip_of
from wasmforge import process
from wasmforge.fetch import download

ANSWER = '(module (func (export "answer") (result i32) i32.const {}))'

ARCHIVE = tar_gz({"answer.wat": ANSWER.format(42), "examples/other.wat": ANSWER.format(1), "README": "words"})

HEAD = """
format = 1
[build]
targets = ["wasi"]
[components.app]
path = "app"
language = "wat"
exports = ["answer"]
[[components.app.smoke]]
call = "answer"
returns = 42
[components.app.fetch.lib]
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(download, "RETRY_DELAY_S", 0.01)
    with file_server() as found:
        yield found


def write(project: ProjectFixture, fetch: str, **files: str | bytes) -> None:
    """A component with nothing of its own, whose top folder is what it fetches."""
    named = {name.replace("__", "/").replace("_", "."): content for name, content in files.items()}
    project.write({"forge.toml": f'{HEAD}path = "."\n{fetch}\n', "app/.keep": "", **named})


def pinned(server: FileServer, data: bytes = ARCHIVE, more: str = "") -> str:
    """The keys for an archive with its digest."""
    return f'url = "{server.add("/lib-1.0.tar.gz", data)}"\nsha256 = "{sha256(data)}"\n{more}'


def refused(ended: CommandResult, code: int, *words: str) -> None:
    assert ended.exit == code, ended.output
    for word in words:
        assert word in ended.output
    assert "Traceback" not in ended.output


def test_an_address_without_a_digest_is_told_which_to_write_and_not_asked_again(
    project: ProjectFixture, server: FileServer
) -> None:
    url = server.add("/lib-1.0.tar.gz", ARCHIVE)
    write(project, f'url = "{url}"')
    refused(project.run("build", "--dry-run"), 2, "names no sha256", "`wasmforge fetch app`")
    refused(project.run("build", "--offline"), 2, "names no sha256", "`wasmforge fetch app`")
    assert not server.requests
    refused(project.run("fetch"), 2, "forge.toml:12: components.app.fetch.lib", f'sha256 = "{sha256(ARCHIVE)}"')
    write(project, pinned(server))
    assert "1/1 passed" in project.run("build", "--offline").output
    assert len(server.requests) == 1


def test_a_build_fetches_once_and_commands_that_only_look_never(project: ProjectFixture, server: FileServer) -> None:
    write(project, pinned(server))
    looks = (["build", "--dry-run"], ["build", "--offline"], ["explain", "app@wasi"], ["graph", "--actions"])
    for words in (*looks, ["fetch", "--offline"], ["build", "--frozen"]):
        refused(project.run(*words), 3, "is not fetched yet", "hint: `wasmforge fetch app` fetches it")
    assert not server.requests
    events = project.build().events()
    assert next(e["done"] for e in events if e["event"] == "Downloading") == 0
    assert len(server.requests) == 1
    assert "Using" not in project.run("build", "--dry-run").output
    for words in looks:
        assert project.run(*words).exit == 0
    project.run("clean")
    assert not project.build().executed()
    assert len(server.requests) == 1


def test_what_fetch_prints(project: ProjectFixture, server: FileServer) -> None:
    write(project, pinned(server))
    shown = project.run("fetch", "app").output
    assert [*shown.splitlines()[1].split()][:1] == ["app/lib"]
    assert f"in .  {sha256(ARCHIVE)[:12]}  3 files" in shown
    assert "fetched" in shown
    assert "was here" in project.run("fetch").output
    shown = project.run("fetch", "--files").output
    assert shown.splitlines() == ["app: README", "app: answer.wat", "app: examples/other.wat"]
    (row,) = project.run("fetch", "-o", "json").output.splitlines()
    assert sha256(ARCHIVE) in row
    assert '"new":false' in row
    refused(project.run("fetch", "ap"), 2, "unknown component 'ap'", "did you mean 'app'?")


def test_another_digest_is_an_error_that_shows_both(project: ProjectFixture, server: FileServer) -> None:
    url = server.add("/a.tar.gz", ARCHIVE)
    write(project, f'url = "{url}"\nsha256 = "{"0" * 64}"')
    for command in ("fetch", "build"):
        ended = project.run(command)
        refused(ended, 2, "forge.toml:15: components.app.fetch.lib.sha256", sha256(ARCHIVE), "0" * 64)
    assert not (project.root / "dist").exists()


def test_a_server_that_has_nothing_is_a_matter_of_the_machine(project: ProjectFixture, server: FileServer) -> None:
    write(project, f'url = ["{server.url}/none", "http://127.0.0.1:9/a"]\nsha256 = "{"0" * 64}"')
    refused(project.run("fetch"), 3, "the server answered 404", "connection refused", "components.app.fetch.lib.url")
    server.files["/b"] = Served(ARCHIVE, cuts=[100])
    write(project, f'url = ["{server.url}/none", "{server.url}/b"]\nsha256 = "{sha256(ARCHIVE)}"')
    assert project.run("fetch").exit == 0
    assert ("/b", "bytes=100-") in server.requests
    assert not [*(project.cache / "downloads").rglob("*.part")]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../../../../out": "x"}, "leads out of its folder"),
        ({"link": "-> /etc", "a": "x"}, "absolute path"),
        ({"link": "-> ../../../..", "link/out": "x"}, "behind a link"),
    ],
)
def test_a_hostile_archive_writes_nothing_outside(
    files: dict[str, str | bytes], said: str, project: ProjectFixture, server: FileServer
) -> None:
    write(project, pinned(server, tar_gz(files)))
    refused(project.run("build"), 2, "the archive cannot be extracted", said)
    assert not [*project.cache.rglob("out")]
    assert not [*(project.cache / "work").iterdir()]


def test_an_archive_of_the_project_needs_no_network_and_no_digest(project: ProjectFixture) -> None:
    write(project, 'url = "//vendor/lib.tgz"', vendor__lib_tgz=ARCHIVE)
    assert "1/1 passed" in project.run("build", "--offline").output
    (project.root / "vendor/lib.tgz").write_bytes(tar_gz({"answer.wat": ANSWER.format(7)}))
    refused(project.run("build", "--offline"), 1, "returned 7, expected 42")
    write(project, f'url = "//vendor/lib.tgz"\nsha256 = "{sha256(ARCHIVE)}"')
    refused(project.run("build"), 2, "has SHA-256", "components.app.fetch.lib.sha256")
    (project.root / "vendor/lib.tgz").unlink()
    (project.root / "vendor/lib.tgz").symlink_to("/etc/passwd")
    refused(project.run("build"), 2, "vendor/lib.tgz cannot be read")


def test_patterns_choose_files_and_clashes_are_refused(project: ProjectFixture, server: FileServer) -> None:
    write(project, pinned(server, more='files = ["**", "!examples/**"]'))
    assert project.run("fetch").exit == 0
    assert project.run("fetch", "--files").output.split() == ["app:", "README", "app:", "answer.wat"]
    write(project, pinned(server, more='files = ["*.c"]'))
    refused(project.run("fetch"), 2, "forge.toml:16: components.app.fetch.lib.files.0", "matches no file of it")
    write(project, pinned(server), app__answer_wat=ANSWER.format(1))
    refused(project.run("build"), 2, "brings answer.wat, and app/ has a file of that name", "path = …")
    (project.root / "app/answer.wat").unlink()
    write(project, pinned(server) + '[components.app.fetch.more]\npath = "."\n' + pinned(server))
    refused(project.run("build"), 2, "has README, as another source has")
    write(project, pinned(server, more="strip = 3"))
    refused(project.run("build"), 2, "components.app.fetch.lib.strip", "nothing is left", "lib-1.0/README")


PATCH = f"--- a/answer.wat\n+++ b/answer.wat\n@@ -1 +1 @@\n-{ANSWER.format(41)}\n+{ANSWER.format(42)}\n"


def test_patches_are_sources_and_must_fit(project: ProjectFixture, server: FileServer) -> None:
    old = tar_gz({"answer.wat": ANSWER.format(41) + "\n"})
    write(project, pinned(server, old, 'patches = ["fix.patch"]'), app__fix_patch=PATCH)
    assert "1/1 passed" in project.run("build").output
    assert "up to date" in project.run("explain", "app@wasi").output
    (project.root / "app/fix.patch").write_text(PATCH.replace("const 42", "const 43"))
    refused(project.run("build"), 1, "returned 43, expected 42")
    (project.root / "app/fix.patch").write_text(PATCH.replace("const 41", "const 40"))
    ended = project.run("build")
    refused(ended, 2, "forge.toml:16: components.app.fetch.lib.patches.0", "hunk 1 does not fit answer.wat:1")
    (project.root / "app/fix.patch").unlink()
    refused(project.run("build"), 2, "fix.patch cannot be read: no such file")
    assert len(server.requests) == 1


def test_a_changed_patch_affects_the_component(project: ProjectFixture, server: FileServer) -> None:
    old = tar_gz({"answer.wat": ANSWER.format(41) + "\n"})
    write(project, pinned(server, old, 'patches = ["//fix.patch"]'), fix_patch=PATCH)
    project.write({".gitignore": "dist\n.wasmforge\n"})
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "one")
    assert project.run("build", "--affected").exit == 0
    assert not server.requests
    (project.root / "fix.patch").write_text(PATCH + "\n")
    assert "fix.patch changed" in project.run("build", "--affected").output


def test_a_git_commit(project: ProjectFixture, server: FileServer, tmp_path: Path) -> None:
    first: dict[str, str | bytes] = {
        "answer.wat": ANSWER.format(42),
        ".gitattributes": "* text eol=crlf export-ignore\n",
        "a.txt": "a\nb\n",
    }
    address, ids = git_repository(tmp_path / "git", server, [first, {"answer.wat": ANSWER.format(1)}])
    write(project, f'git = "{address}"\nrev = "{ids[0]}"')
    assert "1/1 passed" in project.run("build").output
    assert sorted(project.run("fetch", "--files").output.split()) == sorted(
        ["app:", ".gitattributes", "app:", "a.txt", "app:", "answer.wat"]
    )
    count = len(server.requests)
    project.run("lock")
    locked = tomllib.loads((project.root / "forge.lock").read_text())["fetched"]["app"]["lib"]
    assert locked["source"] == f"git {address} {ids[0]}"
    assert len(locked["tree"]) == 64
    assert len(server.requests) == count
    write(project, f'git = "{address}"\nrev = "{"0" * 40}"')
    refused(project.run("fetch"), 2, f"has no commit {'0' * 40}", "components.app.fetch.lib.rev")
    write(project, f'git = "{server.url}/none.git"\nrev = "{ids[0]}"')
    refused(project.run("fetch"), 3, "git: ", "none.git")


def reachable(*argv: str) -> bool:
    """Whether a registry answers its own client here, with the settings of whoever runs the tests."""
    if shutil.which(argv[0]) is None:
        return False
    return process.run(argv, cwd=Path("/"), env=os.environ, timeout=120).ok


LIBZ_SYS = "d2d16453e800a8cf6dd2fc3eb4bc99b786a9b90c663b8559a5b1a041bf89e472"
"""What crates' Cargo.lock files say of version 1.1.20."""


@pytest.mark.parametrize(
    ("keys", "asked", "file"),
    [
        (
            f'crate = "libz-sys"\nversion = "=1.1.20"\nsha256 = "{LIBZ_SYS}"',
            ("cargo", "info", "libz-sys@1.1.20"),
            "app: src/zlib/inflate.c",
        ),
        ('npm = "left-pad"\nversion = "1.3.0"', ("npm", "view", "left-pad@1.3.0", "version"), "app: index.js"),
    ],
    ids=["crate", "npm"],
)
def test_what_the_registries_of_this_machine_have(
    keys: str, asked: tuple[str, ...], file: str, project: ProjectFixture
) -> None:
    if not reachable(*asked):
        pytest.skip(f"`{' '.join(asked)}` has no answer here")
    write(project, keys)
    assert project.run("fetch").exit == 0
    assert file in project.run("fetch", "--files", "--offline").output.splitlines()


def test_a_server_of_git_gives_one_commit_or_else_all(
    project: ProjectFixture, server: FileServer, tmp_path: Path
) -> None:
    files: list[dict[str, str | bytes]] = [{"answer.wat": ANSWER.format(n)} for n in (42, 1)]
    address, ids = git_repository(tmp_path / "git", server, files)
    smart = address.replace("/lib.git", "/git/lib.git")
    write(project, f'git = "{smart}"\nrev = "{ids[0]}"')
    assert "1/1 passed" in project.run("build").output
    posts = [path for path, what in server.requests if what == "POST"]
    assert posts
    write(project, f'git = "{smart}"\nrev = "{ids[1]}"')
    refused(project.run("build"), 1, "returned 1, expected 42")


needs_cargo = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not on PATH")


@needs_cargo
def test_a_crate_from_the_configured_registry(project: ProjectFixture, server: FileServer, tmp_path: Path) -> None:
    manifest = '[package]\nname = "answer-sys"\nversion = "1.2.3"\n'
    crate = tar_gz({"Cargo.toml": manifest, "src/lib.rs": "", "src/answer.wat": ANSWER.format(42)}, "answer-sys-1.2.3")
    project.env.update(crate_registry(server, tmp_path / "cargo", "answer-sys", "1.2.3", crate))
    other = tmp_path / "cargo/registry/cache/0-other"
    other.mkdir(parents=True)
    (other / "answer-sys-1.2.3.crate").write_bytes(tar_gz({"src/answer.wat": ANSWER.format(1)}, "answer-sys-1.2.3"))
    write(project, 'crate = "answer-sys"\nversion = "=1.2.3"')
    assert "1/1 passed" in project.run("build").output
    project.run("lock")
    assert project.run("build", "--frozen").exit == 0
    locked = tomllib.loads((project.root / "forge.lock").read_text())["fetched"]["app"]["lib"]
    assert locked == {"source": "crate answer-sys 1.2.3", "sha256": sha256(crate)}
    write(project, f'crate = "answer-sys"\nversion = "1.2.3"\nsha256 = "{"0" * 64}"')
    refused(project.run("build"), 2, sha256(crate), "0" * 64, "components.app.fetch.lib.sha256")
    write(project, 'crate = "answer-sys"\nversion = "1.2.4"')
    refused(project.run("build"), 3, "cargo: ", "answer-sys")


def test_a_package_from_the_configured_registry(project: ProjectFixture, server: FileServer, tmp_path: Path) -> None:
    package = tar_gz(
        {"package.json": '{"name":"answer","version":"1.2.3"}', "answer.wat": ANSWER.format(42)}, "package"
    )
    project.env.update(npm_registry(server, tmp_path / "npm", "answer", "1.2.3", package))
    write(project, 'npm = "answer"\nversion = "1.2.3"')
    assert "1/1 passed" in project.run("build").output
    project.run("lock")
    locked = tomllib.loads((project.root / "forge.lock").read_text())["fetched"]["app"]["lib"]
    assert locked == {"source": "npm answer 1.2.3", "sha256": sha256(package)}
    assert project.run("build", "--frozen").exit == 0
    write(project, 'npm = "answer"\nversion = "9.9.9"')
    refused(project.run("build"), 3, "npm: ")


def test_a_package_that_is_not_as_its_registry_says(
    project: ProjectFixture, server: FileServer, tmp_path: Path
) -> None:
    package = tar_gz({"package.json": '{"name":"answer"}', "answer.wat": ANSWER.format(42)}, "package")
    project.env.update(npm_registry(server, tmp_path / "npm", "answer", "1.2.3", package))
    server.add("/npm/answer/-/answer-1.2.3.tgz", tar_gz({"package.json": '{"name":"answer"}'}, "package"))
    write(project, 'npm = "answer"\nversion = "1.2.3"')
    refused(project.run("build"), 3, "npm: ", "integrity")


@needs_cargo
def test_settings_of_the_project_lead_no_client_elsewhere(
    project: ProjectFixture, server: FileServer, tmp_path: Path
) -> None:
    """A project brings settings for cargo, npm and Git, and the cache lies in it."""
    manifest = '[package]\nname = "answer-sys"\nversion = "1.2.3"\n'
    crate = tar_gz({"Cargo.toml": manifest, "src/lib.rs": "", "src/answer.wat": ANSWER.format(42)}, "answer-sys-1.2.3")
    package = tar_gz({"package.json": '{"name":"answer","version":"1.2.3"}', "b.txt": "x"}, "package")
    project.env.update(crate_registry(server, tmp_path / "cargo", "answer-sys", "1.2.3", crate))
    project.env.update(npm_registry(server, tmp_path / "npm", "answer", "1.2.3", package))
    evil = f"{server.url}/evil/"
    write(
        project, 'crate = "answer-sys"\nversion = "=1.2.3"\n[components.app.fetch.b]\nnpm = "answer"\nversion = "1.2.3"'
    )
    project.write(
        {
            ".cargo/config.toml": f'[source.near]\nregistry = "sparse+{evil}"\n[env]\nRUSTC = "/bin/false"\n',
            ".npmrc": f"registry={evil}\n",
            "package.json": "{}",
            "rust-toolchain.toml": '[toolchain]\npath = "/nonexistent"\n',
        }
    )
    inside = project.root / "cache"
    ended = project.run("fetch", WASMFORGE_CACHE=str(inside))
    assert ended.exit == 0, ended.output
    assert not [path for path, _ in server.requests if "evil" in path]


def test_the_lock_names_what_was_fetched_and_is_held(project: ProjectFixture, server: FileServer) -> None:
    write(project, pinned(server))
    assert project.run("lock").exit == 0
    text = (project.root / "forge.lock").read_text()
    url = f"{server.url}/lib-1.0.tar.gz"
    assert tomllib.loads(text)["fetched"] == {"app": {"lib": {"source": url, "sha256": sha256(ARCHIVE)}}}
    assert project.run("build", "--frozen").exit == 0
    other = tar_gz({"answer.wat": ANSWER.format(42)})
    write(project, pinned(server, other))
    ended = project.run("build")
    refused(ended, 2, "forge.lock", "fetched.app.lib", sha256(ARCHIVE), sha256(other), "`wasmforge lock` accepts it")
    assert project.run("lock").exit == 0
    assert project.run("build", "--locked").exit == 0
    (project.root / "forge.lock").write_text(text.partition("[fetched")[0])
    refused(project.run("build", "--locked"), 2, "fetched.app.lib", "is not locked")
    refused(project.run("fetch", "--locked"), 2, "is not locked")
    assert project.run("build").exit == 0


def test_a_damaged_file_of_the_store_is_fetched_again_or_told(project: ProjectFixture, server: FileServer) -> None:
    write(project, pinned(server))
    project.build()
    text = ANSWER.format(42).encode()
    blob = project.cache / "store/blobs" / sha256(text)[:2] / sha256(text)
    blob.write_bytes(text.replace(b"42", b"43"))
    project.write({"app/note.txt": ""})
    refused(project.run("build", "--offline", "-p", "dev"), 3, "is not fetched yet")
    project.build("-p", "dev")
    assert blob.read_bytes() == text
    assert len(server.requests) == 2
    assert project.run("cache", "verify").exit == 0


def test_fetched_files_are_the_same_in_verify_and_go_when_they_are_not_used(
    project: ProjectFixture, server: FileServer
) -> None:
    write(project, pinned(server))
    assert project.run("verify").exit == 0
    assert "sources" in project.run("cache", "stats").output
    project.run("cache", "prune", "--older-than", "0s")
    refused(project.run("build", "--offline"), 3, "is not fetched yet")


LIBRARY = {
    "include/twice.h": "#define TIMES 3\nint twice(int n);\n",
    "src/twice.c": '#include "twice.h"\nint twice(int n) { return TIMES * n; }\n',
    "test/main.c": "int main(void) { return 1; }\n",
}

FIX = (
    "--- a/include/twice.h\n+++ b/include/twice.h\n@@ -1,2 +1,2 @@\n"
    "-#define TIMES 3\n+#define TIMES 2\n int twice(int n);\n"
)


def test_a_c_library_by_address_patched_and_built(project: ProjectFixture, server: FileServer) -> None:
    """A library that has no file of its own, and a unit beside the component's in `fetch/NAME`."""
    half = server.add("/half.zip", zip_of({"half-2/half.c": '#include "half.h"\nint half(int n) { return n / BY; }\n'}))
    project.write(
        {
            "forge.toml": f"""
format = 1
[build]
targets = ["wasi", "node"]
[components.twice]
kind = "library"
path = "twice"
language = "c"
[components.twice.fetch.twice]
{pinned(server, tar_gz(LIBRARY), 'patches = ["fix.patch"]')}
path = "."
[components.app]
path = "app"
language = "c"
needs = ["twice"]
exports = ["answer"]
options = {{ includes = ["fetch/half"] }}
sources = {{ c-units = ["answer.c", "fetch/**/*.c"] }}
[components.app.fetch.half]
url = "{half}"
sha256 = "{sha256(server.files["/half.zip"].data)}"
patches = ["half.patch"]
[[components.app.smoke]]
call = "answer"
returns = 42
""",
            "app/answer.c": "#include <half.h>\n#include <twice.h>\nint answer(void) { return half(twice(42)); }\n",
            "app/half.patch": "--- /dev/null\n+++ b/half.h\n@@ -0,0 +1,2 @@\n+#define BY 2\n+int half(int n);\n",
            "twice/fix.patch": FIX,
        }
    )
    ended = project.run("build")
    assert ended.exit == 0, ended.output
    assert "2 smoke tests passed" in ended.output
    assert "compile-c[fetch/half/half.c]" in ended.output
    (project.root / "twice/fix.patch").write_text(FIX.replace("+#define TIMES 2", "+#define TIMES 2 // twice"))
    again = project.build().executed()
    assert {label.partition(":")[2] for label in again} == {"compile-c[src/twice.c]", "compile-c[answer.c]"}

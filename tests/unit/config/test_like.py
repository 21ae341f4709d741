"""Toolchain files that are `like` another one have its keys, and origins those of origins; variables are put in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.config_files import problems_of, write
from wasmforge.config import bundled, load_catalog
from wasmforge.model.toolchain import ContainerOrigin, PathOrigin, RustupOrigin, Toolchain

BASE = """
format = 1
name = "base"
summary = "base"
pool = 2
chatter = ["a"]
[vars]
version = "1.0"
TRIPLE = "WASM"
[env]
A = "base"
"B_{vars.TRIPLE}" = "base"
[[origins]]
name = "program"
kind = "path"
program = "tool"
at-least = "{vars.version}"
tools = { tool = ["{program}"], other = ["{program}", "x"] }
[[origins]]
kind = "rustup"
like = "program"
[[origins]]
kind = "container"
image = "base:{vars.version}"
tools = { tool = ["tool"] }
"""


def load(root: Path, **files: str) -> Callable[[str], Toolchain]:
    """The toolchains of a project with these files, by name."""
    write(root, {f"toolchains/{name}.toml": text for name, text in {"base": BASE, **files}.items()})
    return load_catalog(root).toolchains.__getitem__


def head(name: str, like: str = "base") -> str:
    return f'format = 1\nname = "{name}"\nlike = "{like}"\n'


def test_a_file_has_the_keys_of_the_one_it_is_like(tmp_path: Path) -> None:
    get = load(tmp_path, a=head("a") + 'chatter = ["b"]\n[vars]\nversion = "2.0"\n[env]\nA = "own"\nC = "own"\n')
    a = get("a")
    assert (a.name, a.like, a.pool, a.chatter, a.summary) == ("a", "base", 2, ("b",), "base")
    assert a.env == {"A": "own", "B_WASM": "base", "C": "own"}
    path, rustup, container = a.origins
    assert isinstance(path, PathOrigin)
    assert isinstance(rustup, RustupOrigin)
    assert isinstance(container, ContainerOrigin)
    assert (path.at_least, rustup.at_least, container.image) == ("2.0", "2.0", "base:2.0")
    assert path.tools == rustup.tools
    assert get("base").origins[0].tools == path.tools


def test_origins_that_a_file_writes_replace_the_others_or_are_like_them(tmp_path: Path) -> None:
    own = '[[origins]]\nlike = "program"\nprogram = "mine"\ntools = { other = ["{bin}/y"] }\n'
    a = load(tmp_path, a=head("a") + own, b=head("b", "a") + '[[origins]]\nlike = "program"\nat-least = "3"\n')
    (origin,) = a("a").origins
    assert isinstance(origin, PathOrigin)
    assert (origin.program, origin.at_least, origin.name) == ("mine", "1.0", "program")
    assert origin.tools == {"tool": ("{program}",), "other": ("{bin}/y",)}
    (origin,) = a("b").origins
    assert isinstance(origin, PathOrigin)
    assert (origin.program, origin.at_least) == ("mine", "3")


@pytest.mark.parametrize(
    ("text", "line", "what", "hint"),
    [
        ('like = "bse"', "3: like", "unknown toolchain 'bse'", "did you mean 'base'?"),
        ("like = 1", "3: like", "expected a string", 'like = "NAME"'),
        ('like = "a"', "3: like", "is like itself", ""),
        ('like = "base"\n[vars]\nversio = "1"', "5: vars.versio", "is mentioned nowhere", ""),
        (
            'like = "base"\n[env]\nX = "{vars.versio}"',
            "5: env.X",
            "unknown variable 'versio'",
            "did you mean 'version'?",
        ),
        ('like = "base"\n[[origins]]\nlike = "pro"', "5: origins.0.like", "unknown origin 'pro'", ""),
        ('like = "base"\n[[origins]]\nlike = []', "5: origins.0.like", "expected a string", ""),
        (
            'like = "base"\n[[origins]]\nkind = "rustup"\nlike = "program"\nprogram = "x"',
            "7: origins.0.program",
            "",
            "",
        ),
        ('like = "base"\nlinks = 1', "4: links", "unknown key", ""),
        ('like = "base"\n[vars]\nversion = 1', "5: vars.version", "expected a string, got a whole number", ""),
        (
            'like = "base"\n[[origins]]\nlike = "program"\n[[origins]]\nlike = "program"\nname = "program"',
            "8: origins.1.name",
            "two origins are named 'program'",
            "rename one",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: str, what: str, hint: str) -> None:
    found = problems_of(lambda: load(tmp_path, a=f'format = 1\nname = "a"\n{text}\n'))
    places = [where.removeprefix(f"{tmp_path}/toolchains/a.toml:") for where, _, _ in found]
    assert line in places
    _, message, next_step = found[places.index(line)]
    assert what in message
    assert hint in next_step


def test_cycles_are_refused(tmp_path: Path) -> None:
    found = problems_of(lambda: load(tmp_path, a=head("a", "b"), b=head("b", "a"), c=head("c", "a")))
    assert {what for _, what, _ in found} >= {"a is like b is like a", "b is like a is like b"}
    assert all(hint == "break the cycle" for _, _, hint in found)


def test_a_bundled_file_is_not_like_a_file_of_the_project(tmp_path: Path) -> None:
    """rust-bindings is like rust: a project that has a rust of its own does not change what rust-bindings means."""
    rust = BASE.replace('"base"\nsummary', '"rust"\nsummary')
    write(tmp_path, {"toolchains/rust.toml": rust})
    catalog = load_catalog(tmp_path)
    assert catalog.toolchains["rust"].summary == "base"
    assert catalog.toolchains["rust-bindings"] == load_catalog(None).toolchains["rust-bindings"]
    assert set(catalog.project_toolchains) == {"rust"}
    assert catalog.origin_file("rust-bindings", 0) == str(bundled() / "toolchains" / "rust" / "rust.toml")


def test_a_file_of_the_project_may_be_like_the_bundled_one_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"toolchains/rust.toml": head("rust", "rust") + '[env]\nMINE = "1"\n'})
    catalog = load_catalog(tmp_path)
    ours = load_catalog(None).toolchains["rust"]
    assert catalog.toolchains["rust"].env == {**ours.env, "MINE": "1"}
    assert catalog.toolchains["rust"].origins == ours.origins
    assert list(catalog.local) == [str(tmp_path / "toolchains" / "rust.toml")]
    assert catalog.origin_file("rust", 3) == str(bundled() / "toolchains" / "rust" / "rust.toml")


def test_what_an_origin_reads_lies_beside_the_file_that_it_was_written_in(tmp_path: Path) -> None:
    npm = 'needs = ["node"]\n[[origins]]\nkind = "npm"\ntools = { t = ["{node.node}"] }\n'
    write(tmp_path, {"toolchains/n/n.toml": f'format = 1\nname = "n"\n{npm}', "toolchains/n/package.json": "1"})
    write(tmp_path, {"toolchains/a.toml": head("a", "n")})
    catalog = load_catalog(tmp_path)
    before = catalog.project_toolchains
    assert catalog.origin_file("a", 0) == str(tmp_path / "toolchains" / "n" / "n.toml")
    write(tmp_path, {"toolchains/n/package.json": "2"})
    after = load_catalog(tmp_path).project_toolchains
    assert all(before[name] != after[name] for name in ("n", "a"))

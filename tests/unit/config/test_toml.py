"""Reading TOML strictly: every mistake at once, each with its line and a hint."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.config.schema_errors import convert
from wasmforge.config.toml import read
from wasmforge.config.toml_lines import line_of
from wasmforge.errors import Exit, ForgeError
from wasmforge.model.manifest import ManifestFile
from wasmforge.model.recipe import Recipe
from wasmforge.model.toolchain import Toolchain

MISTAKES = """\
format = 1
[build]
profil = "x"
[components.a]
path = 3
language = "c"
features = ["simd", 4]
[components.a.on.web]
feature = []
[[components.a.smoke]]
call = "x"
[[components.a.smoke]]
call = 4
args = [{ utf = "x" }]
[components.b]
kind = "librry"
path = "x"
"""


def problems(tmp_path: Path, text: str | bytes) -> list[str]:
    file = tmp_path / "forge.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ForgeError) as caught:
        read(file, ManifestFile, shown="forge.toml")
    assert caught.value.exit_code == Exit.USAGE
    return [f"{p} ({p.hint})" if p.hint else str(p) for p in caught.value.problems]


def test_all_mistakes_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    assert problems(tmp_path, MISTAKES) == [
        "forge.toml:3: build.profil: unknown key (did you mean 'profile'?)",
        "forge.toml:5: components.a.path: expected a string, got a whole number",
        "forge.toml:7: components.a.features.1: expected a string, got a whole number",
        "forge.toml:9: components.a.on.web.feature: unknown key (did you mean 'features'?)",
        "forge.toml:13: components.a.smoke.1.call: expected a string, got a whole number",
        "forge.toml:14: components.a.smoke.1.args.0.utf: unknown key (did you mean 'utf8'?)",
        "forge.toml:16: components.b.kind: invalid enum value 'librry' (known: command, reactor, library)",
        "forge.toml:15: components.b: 'language' is missing",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"format = 1\n\xff\xfe", "forge.toml:2: byte 11 is not UTF-8 (save the file as UTF-8)"),
        ("format = ", "forge.toml: not valid TOML: invalid value (at end of document)"),
        ("", "forge.toml: no format is given (write `format = 1` at the top)"),
        ("format = 2", "forge.toml: format 2 is not known (write `format = 1` at the top)"),
        ("format = 1\nformat = 1\n", "forge.toml: not valid TOML: cannot overwrite a value (at line 2, column 11)"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert problems(tmp_path, text) == [said]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match=r"x\.toml: no such file"):
        read(tmp_path / "x.toml", ManifestFile, shown="x.toml")
    with pytest.raises(ForgeError, match="is a folder"):
        read(tmp_path, ManifestFile, shown="here")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["format", "components", "build", "steps", "name", "path", "language", "smoke", "run", "args"])


@given(st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON, max_size=3), max_size=5))
def test_fit_says_why_exactly_when_msgspec_refuses(table: dict[str, Any]) -> None:
    for shape in (ManifestFile, Recipe):
        value, mistakes = convert(table, shape)
        try:
            expected = msgspec.convert(table, shape)
        except msgspec.ValidationError:
            assert mistakes
            assert value is None
        else:
            assert not mistakes
            assert value == expected


ORIGIN_KEYS = st.sampled_from(["kind", "tools", "image", "program", "targets", "distribution", "tries", "no"])
ORIGIN_VALUES = st.sampled_from(["path", "python", "npm", "rustup", "container", "", 1, [], ["a"], {}, {"a": ["b"]}])


@given(st.lists(st.dictionaries(ORIGIN_KEYS, ORIGIN_VALUES, max_size=4) | JSON, max_size=3))
def test_fit_says_why_of_one_of_several_kinds_of_table(origins: list[Any]) -> None:
    table = {"format": 1, "name": "a", "origins": origins}
    value, mistakes = convert(table, Toolchain)
    try:
        expected = msgspec.convert(table, Toolchain)
    except msgspec.ValidationError:
        assert mistakes
        assert value is None
    else:
        assert not mistakes
        assert value == expected


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (
            "kind = 'path'\nimage = 'box'",
            "x.toml:6: origins.0.image: unknown key (a key of kind container, not of path)",
        ),
        (
            "kind = 'python'\nprogram = 'a'",
            "x.toml:6: origins.0.program: unknown key (a key of kind path or container, not of python)",
        ),
        ("kind = 'path'\nprogam = 'a'", "x.toml:6: origins.0.progam: unknown key (did you mean 'program'?)"),
        ("kind = 'paht'", "x.toml:5: origins.0.kind: invalid value 'paht' (known: {kinds})"),
        ("kind = 1", "x.toml:5: origins.0.kind: expected a string (known: {kinds})"),
        ("program = 'a'", "x.toml:3: origins.0: 'kind' is missing (known: {kinds})"),
        ("kind = 'container'", "x.toml:3: origins.0: 'image' is missing"),
        (
            "kind = 'path'\ntries = [{ image = 'x' }]",
            "x.toml:6: origins.0.tries.0.image: unknown key (known: run, why-not)",
        ),
    ],
)
def test_a_key_of_another_kind_of_origin_is_refused(tmp_path: Path, origin: str, said: str) -> None:
    text = f"format = 1\nname = 'x'\n[[origins]]\ntools = {{}}\n{origin}\n"
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(ForgeError) as e:
        read(tmp_path / "x.toml", Toolchain, shown="x.toml")
    problem = e.value.problems[0]
    told = f"{problem} ({problem.hint})" if problem.hint else str(problem)
    assert told == said.format(kinds="path, python, npm, rustup, container")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("format",), 1),
        (("build", "profil"), 3),
        (("components", "a"), 4),
        (("components", "a", "smoke", 0, "call"), 11),
        (("components", "a", "smoke", 1, "call"), 13),
        (("components", "a", "smoke", 1), 12),
        (("components", "b", "nothing"), 15),
        (("components",), 4),
        (("components", "a", "on"), 8),
        (("nothing",), 0),
    ],
)
def test_line_of(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(MISTAKES, path) == line


@given(st.text(max_size=60), st.lists(st.text(max_size=4), max_size=3))
def test_line_of_never_fails(text: str, path: list[str]) -> None:
    assert 0 <= line_of(text, path) <= len(text.splitlines())

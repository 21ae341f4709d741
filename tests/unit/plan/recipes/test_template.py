"""The recipe language: one rule, tried from every side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.plan.recipes.template import TemplateError, UnknownNameError, expand, expand_all, expand_one, references

SCOPE = {
    "name": ("app",),
    "units": ("src/a.c", "src/deep/b.c"),
    "unset": (),
    "target.triple": ("wasm32-wasi",),
}

NAMES = st.sampled_from([*SCOPE])
VALUES = st.text(alphabet="abc/.-", max_size=6)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("-O3", ("-O3",)),
        ("{name}.wasm", ("app.wasm",)),
        ("-c{units}", ("-csrc/a.c", "-csrc/deep/b.c")),
        ("-std={unset}", ()),
        (("-I", "{units.parent}"), ("-I", "src", "-I", "src/deep")),
        (("-x", "{unset}"), ()),
        ("{units.stem}.o", ("a.o", "b.o")),
        ("{units.name}", ("a.c", "b.c")),
        ("-mcpu=x{units.joined}", ("-mcpu=xsrc/a.csrc/deep/b.c",)),
        ("-mcpu=x{unset.joined}", ("-mcpu=x",)),
        ("{{name}}", ("{name}",)),
        ("{{{name}}}", ("{app}",)),
        ("--target={target.triple}", ("--target=wasm32-wasi",)),
        ("{name}{units.stem}", ("appa", "appb")),
    ],
)
def test_expand(template: str | tuple[str, ...], words: tuple[str, ...]) -> None:
    assert expand(template, SCOPE) == words


@pytest.mark.parametrize("word", ["{", "}", "a{b", "{}", "{ name }", "{a{b}}", "}{"])
def test_words_that_are_not_in_the_language(word: str) -> None:
    with pytest.raises(TemplateError):
        expand(word, SCOPE)


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"\{nmae\} names nothing"):
        expand("{nmae}", SCOPE)


def test_one_word_is_due() -> None:
    assert expand_one("{name}.o", SCOPE) == "app.o"
    with pytest.raises(TemplateError, match="0 words where one is needed"):
        expand_one("{unset}", SCOPE)
    with pytest.raises(TemplateError, match="2 words where one is needed"):
        expand_one("{units}", SCOPE)


@pytest.mark.parametrize(
    ("path", "stem"), [("a.c", "a"), ("d/a.b.c", "a.b"), (".c", ".c"), ("..c", "..c"), ("d/...c", "...c"), ("", "")]
)
def test_a_stem_is_never_a_folder(path: str, stem: str) -> None:
    assert expand("{each.stem}", {"each": (path,)}) == (stem,)


def test_references_are_each_named_once() -> None:
    assert references("{a}{b}{a}{{c}}") == ("a", "b")


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.lists(VALUES, max_size=4).map(tuple), min_size=2, max_size=2))
def test_a_word_has_as_many_copies_as_its_list_has_items(scope: dict[str, tuple[str, ...]]) -> None:
    assert expand("x{a}y", scope) == tuple(f"x{v}y" for v in scope["a"])
    assert len(expand(("-p", "{a}"), scope)) == 2 * len(scope["a"])
    assert len(expand("{a}{b}", scope)) == len(scope["a"]) * len(scope["b"])


@given(st.text(alphabet="abc{}. ", max_size=12))
def test_any_text_either_expands_or_says_why_not(word: str) -> None:
    try:
        words = expand(word, {"a": ("1",), "b": (), "c": ("2", "3")})
    except TemplateError as e:
        assert str(e)
    else:
        assert all("{a}" not in w or "{{" in word for w in words)


@given(st.text(st.characters(exclude_characters="\0"), max_size=20))
def test_escaping_braces_gives_any_text_back(text: str) -> None:
    assert expand(text.replace("{", "{{").replace("}", "}}"), {}) == (text,)


@given(st.lists(st.text(alphabet="ab-", max_size=4), max_size=5))
def test_words_without_references_are_themselves(words: list[str]) -> None:
    assert expand_all(words, {}) == tuple(words)

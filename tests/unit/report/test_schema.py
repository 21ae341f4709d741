"""Keys of our TOML files: every one is described, and the documents have these descriptions.

`RENEW_DOCS=1 pytest tests/unit/report/test_schema.py` writes the tables of the documents anew.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
import pytest

from wasmforge.app.catalog import schemas
from wasmforge.model.base import Seconds, TomlStruct
from wasmforge.model.catalog_kinds import KINDS
from wasmforge.report.schema import json_schema, markdown_reference

DOCS = Path(__file__).parents[3] / "docs"

SECTION = re.compile(r"(<!-- generated: wasmforge schema --format markdown (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def structs_in(kind: Any) -> Iterator[type[TomlStruct]]:
    """Every table in a type, and in the types of its keys."""
    if isinstance(kind, type) and issubclass(kind, TomlStruct):
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from structs_in(field.type)
    for inner in get_args(kind):
        yield from structs_in(inner)


PENDING: frozenset[str] = frozenset()
"""Modules whose keys are still to be described."""

STRUCTS = tuple(dict.fromkeys(struct for root in schemas().values() for struct in structs_in(root)))


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda s: s.__name__)
def test_every_key_is_described(struct: type[TomlStruct]) -> None:
    if struct.__module__ in PENDING:
        pytest.skip("to be described")
    for field in msgspec.structs.fields(struct):
        notes = get_args(field.type)[1:] if get_origin(field.type) is Annotated else ()
        text = " ".join(n.description for n in notes if isinstance(n, msgspec.Meta) and n.description)
        assert text.endswith("."), f"{struct.__name__}.{field.name} has no description that is a sentence"


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda s: s.__name__)
def test_every_example_is_a_value(struct: type[TomlStruct]) -> None:
    for field in msgspec.structs.fields(struct):
        for note in get_args(field.type)[1:] if get_origin(field.type) is Annotated else ():
            for example in (note.examples or ()) if isinstance(note, msgspec.Meta) else ():
                msgspec.convert(example, field.type)


@pytest.mark.parametrize("file", ["forge-toml.md", "reference.md"])
def test_the_documents_have_the_keys_of_today(file: str) -> None:
    path = DOCS / file
    text = path.read_text()
    today = SECTION.sub(lambda m: f"{m[1]}\n{markdown_reference(schemas()[m[2]])}\n{m[4]}", text)
    if os.environ.get("RENEW_DOCS"):
        path.write_text(today)
    elif today != text:
        pytest.fail(f"docs/{file} is out of date: RENEW_DOCS=1 .venv/bin/pytest {__file__}")


def test_every_kind_of_file_is_documented_once() -> None:
    documented = [
        m[2] for file in ("forge-toml.md", "reference.md") for m in SECTION.finditer((DOCS / file).read_text())
    ]
    structs = [schemas()[name] for name in documented]
    assert set(structs) == set(schemas().values())
    assert len(structs) == len(set(structs))


def test_there_is_a_schema_for_forge_toml_and_for_each_kind() -> None:
    assert list(schemas()) == ["forge", *(kind.name for kind in KINDS)]
    for struct in schemas().values():
        assert json.loads(json_schema(struct))["$ref"] == f"#/$defs/{struct.__name__}"


class Inner(TomlStruct, frozen=True, kw_only=True):
    """A table."""

    wait_for: Annotated[Seconds, msgspec.Meta(description="Seconds.")] = 1.5


class Circle(TomlStruct, frozen=True, kw_only=True, tag_field="kind", tag="circle"):
    """It is round."""


class Square(TomlStruct, frozen=True, kw_only=True, tag_field="kind", tag="square"):
    """It has | four sides."""

    side: Annotated[int | None, msgspec.Meta(description="a | b.", examples=[3])] = None


class Sample(TomlStruct, frozen=True, kw_only=True):
    """The whole file."""

    flag: bool = False
    need: Annotated[Literal["a", "b"], msgspec.Meta(description="One of two.", examples=["a"])]
    one: Inner = Inner()
    named: dict[str, Inner] = {}  # noqa: RUF012 - msgspec copies it for each instance
    words: tuple[str | tuple[str, ...], ...] = ("x",)
    shapes: tuple[Circle | Square, ...] = ()


def test_the_reference_of_a_sample() -> None:
    assert markdown_reference(Sample).splitlines() == [
        "### At the top",
        "",
        "The whole file.",
        "",
        "| key | value | default | meaning |",
        "|---|---|---|---|",
        '| `need` | `a`, `b` | required | One of two. Example: `"a"` |',
        "| `flag` | boolean | `false` |  |",
        "| `one` | table |  |  |",
        "| `named` | table of tables |  |  |",
        '| `words` | list of strings or lists of strings | `["x"]` |  |',
        "| `shapes` | list of tables |  |  |",
        "",
        "### `[one]`, `[named.NAME]`",
        "",
        "A table.",
        "",
        "| key | value | default | meaning |",
        "|---|---|---|---|",
        "| `wait-for` | number | `1.5` | Seconds. |",
        "",
        '### `[[shapes]]` with `kind = "circle"`',
        "",
        "It is round.",
        "",
        '### `[[shapes]]` with `kind = "square"`',
        "",
        "It has | four sides.",
        "",
        "| key | value | default | meaning |",
        "|---|---|---|---|",
        "| `side` | whole number |  | a \\| b. Example: `3` |",
    ]

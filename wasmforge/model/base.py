"""The two kinds of data class: nouns inside the program, and shapes that a person writes in TOML."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]
"""A time that somebody waits for: more than nothing, at most a day; never "not a number", which no clock reaches."""


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen fact; hashable and comparable by value when its fields are."""


class Shape(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table in a TOML file: strict, with its keys in kebab-case."""

"""Base classes of all data: `Struct` inside the program, `TomlStruct` for tables that people write."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]
"""A timeout: more than zero, at most a day, never NaN."""


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen struct; hashable and comparable by value if its fields are."""


class TomlStruct(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table in a TOML file: strict, with its keys in kebab-case."""

"""What a contract check says: verdicts of the validator, and findings about a delivery."""

from typing import Literal

from wasmforge.model.base import Struct

Rule = Literal["features", "imports", "exports", "entry", "limits", "memory", "start", "debug", "kind", "valid", "aot"]
"""The name of a contract rule."""


class Verdict(Struct, frozen=True, kw_only=True):
    """The answer of the reference validator about a module and exactly one set of features."""

    valid: bool
    output: str
    validator: str


class Finding(Struct, frozen=True, kw_only=True):
    """A contract rule that does not hold, about `item` (a feature, an import, an export, a limit).

    `place` is the function and source line, if the validator names them; `waived` is the reason of a waiver.
    """

    component: str
    target: str
    rule: Rule
    item: str
    what: str
    place: str = ""
    hint: str = ""
    waived: str = ""

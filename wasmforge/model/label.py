"""The name of a build, delivery or action, `matmul@web/release:compile[src/a.c]`: written and read here alone."""

from typing import NamedTuple


class Label(NamedTuple):
    """`COMPONENT@TARGET`, and as far as they are known `/PROFILE`, `/VARIANT`, `:STEP` and `[SOURCE]`.

    `source` is the file of a step that has one action per file.
    """

    component: str
    target: str = ""
    profile: str = ""
    variant: str = ""
    step: str = ""
    source: str = ""

    def __str__(self) -> str:
        """As text."""
        text = f"{self.component}@{self.target}" if self.target else self.component
        for part in (self.profile, self.variant):
            text += f"/{part}" if part else ""
        text += f":{self.step}" if self.step else ""
        return f"{text}[{self.source}]" if self.source else text

    @classmethod
    def parse(cls, text: str) -> "Label":
        """A label from text; what the text does not say is empty."""
        unit, _, action = text.partition(":")
        component, _, where = unit.partition("@")
        target, _, build = where.partition("/")
        profile, _, variant = build.partition("/")
        step, _, source = action.partition("[")
        return cls(component, target, profile, variant, step, source.removesuffix("]"))

    @property
    def on_target(self) -> "Label":
        """The component and target alone."""
        return Label(self.component, self.target)

    @property
    def delivery(self) -> "Label":
        """What is delivered: without variant and action."""
        return self._replace(variant="", step="", source="")

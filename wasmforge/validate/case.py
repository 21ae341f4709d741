"""One delivery with all that is known of its bytes, and how a rule says that something is wrong with it."""

from fnmatch import fnmatchcase

from wasmforge.model.artifact import Finding, Rule, Verdict
from wasmforge.model.base import Noun
from wasmforge.model.module import Module
from wasmforge.model.plan import Contract, Delivery


class Case(Noun, frozen=True, kw_only=True):
    """What rules look at. `sizes` are those of the delivered module in bytes: `size` raw, `gzip` and
    `brotli` compressed; `brotli` is only there when a limit asks for it. `natives` are the files of native code
    beside the module, by name, as their headers say: `wamr 6 for x86_64`, or empty when they are none.
    """

    delivery: Delivery
    module: Module
    verdicts: tuple[Verdict, ...]
    sizes: dict[str, int]
    natives: dict[str, str]

    @property
    def contract(self) -> Contract:
        """What must hold."""
        return self.delivery.contract

    def because(self, rule: Rule, *items: str) -> str:
        """Why the component may break `rule` about any of these names of one thing; empty when it may not."""
        for waiver in self.contract.waive:
            if waiver.rule in {rule, "*"} and any(fnmatchcase(item, waiver.item) for item in items):
                return waiver.because
        return ""

    def finding(self, rule: Rule, item: str, what: str, *, place: str = "", hint: str = "") -> Finding:
        """A finding about `item`, waived when the contract says so."""
        return self.found(rule, item, what, place=place, hint=hint, waived=self.because(rule, item))

    def found(self, rule: Rule, item: str, what: str, *, place: str = "", hint: str = "", waived: str = "") -> Finding:
        """A finding whose waiver was looked up already."""
        return Finding(
            component=self.delivery.component,
            target=self.delivery.target,
            rule=rule,
            item=item,
            what=what,
            place=place,
            hint=hint,
            waived=waived,
        )

"""`RuleContext`: all facts about one delivered module that contract rules need; it also makes their findings."""

from fnmatch import fnmatchcase

from wasmforge.model.base import Struct
from wasmforge.model.finding import Finding, Rule, Verdict
from wasmforge.model.import_supply import ImportSupply
from wasmforge.model.module import Module
from wasmforge.model.plan import Contract, Delivery


class RuleContext(Struct, frozen=True, kw_only=True):
    """The input of every rule.

    `sizes` are the bytes of the delivered module: `size` raw, `gzip` and `brotli` compressed (`brotli` only if a limit
    needs it). `natives` maps files of native code beside the module to their headers' description (`wamr 6 for x86_64`,
    empty if the file is not native code). `supply` is what the JavaScript beside the module provides, None without
    JavaScript. `data` is the module's bytes. `linked` is the linker's module if passes changed it, else empty.
    """

    delivery: Delivery
    module: Module
    verdicts: tuple[Verdict, ...]
    sizes: dict[str, int]
    natives: dict[str, str]
    supply: ImportSupply | None = None
    data: bytes = b""
    linked: bytes = b""

    @property
    def contract(self) -> Contract:
        """The contract to check."""
        return self.delivery.contract

    def waiver_reason(self, rule: Rule, *items: str) -> str:
        """The reason of the first waiver that covers `rule` for any of `items`; empty without one."""
        for waiver in self.contract.waive:
            if waiver.rule in {rule, "*"} and any(fnmatchcase(item, waiver.item) for item in items):
                return waiver.because
        return ""

    def finding(
        self, rule: Rule, item: str, what: str, *, place: str = "", hint: str = "", waived: str | None = None
    ) -> Finding:
        """A finding about `item`; `waived` is the reason of its waiver, looked up by `item` if not given."""
        return Finding(
            component=self.delivery.component,
            target=self.delivery.target,
            rule=rule,
            item=item,
            what=what,
            place=place,
            hint=hint,
            waived=self.waiver_reason(rule, item) if waived is None else waived,
        )

"""The result of a run: artifacts, failures, findings and smoke outcomes."""

from wasmforge.model.artifact import Artifact
from wasmforge.model.base import Struct
from wasmforge.model.finding import Finding
from wasmforge.model.smoke import Outcome


class Failure(Struct, frozen=True, kw_only=True):
    """An action that did not succeed: the reason in one line, the tool's output, and how to see the command.

    `exit_code` is wasmforge's exit code for it; `status` is the command's exit code, negative for a signal.
    """

    label: str
    reason: str
    output: str = ""
    command: str = ""
    exit_code: int = 1
    status: int | None = None
    hint: str = ""


class LeftOut(Struct, frozen=True, kw_only=True):
    """A delivery that was left out on request, because its toolchain is not on this machine."""

    label: str
    reason: str
    fix: str = ""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that a run produced.

    `contracts_held` are the labels of deliveries whose contract was checked and holds. `loads` has an outcome per
    delivery and variant: whether it loads in a runtime. `withheld` are labels of artifacts that were not delivered
    because they break their contract or do not load. `skipped` are labels of what was not built, `not_started` those
    of them that did not depend on a failure. `only_smoke`: nothing was built or checked, only smoke tests were run.
    """

    artifacts: tuple[Artifact, ...] = ()
    failures: tuple[Failure, ...] = ()
    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    loads: tuple[Outcome, ...] = ()
    contracts_held: tuple[str, ...] = ()
    executed: int = 0
    cached: int = 0
    withheld: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    not_started: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    only_smoke: bool = False
    seconds: float = 0.0

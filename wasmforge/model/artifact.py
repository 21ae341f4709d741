"""What came out: delivered files, findings about them, and the report of a whole run."""

from typing import Literal

from wasmforge.model.base import Noun
from wasmforge.model.smoke import Outcome

Rule = Literal["features", "imports", "exports", "limits", "memory", "start", "debug", "kind", "valid", "aot"]
"""What a finding can be about."""


class DeliveredFile(Noun, frozen=True, kw_only=True):
    """One file in dist: its role and name, SHA-256, and sizes in bytes. `native` says what native code was made by
    and for (`wasmtime 50 for x86_64-unknown-linux-gnu`); empty for what is none.
    """

    role: str
    name: str
    sha256: str
    size: int
    gzip: int
    native: str = ""


class Verdict(Noun, frozen=True, kw_only=True):
    """What the reference validator said of a module under exactly one set of features."""

    valid: bool
    output: str
    validator: str


class Finding(Noun, frozen=True, kw_only=True):
    """A contract rule that does not hold, about `item` (a feature, an import, an export, a limit).

    `place` is the function and source line where the validator names them; `waived` holds the reason given.
    """

    component: str
    target: str
    rule: Rule
    item: str
    what: str
    place: str = ""
    hint: str = ""
    waived: str = ""


class Artifact(Noun, frozen=True, kw_only=True):
    """One component delivered for one target; `run` is the command line that starts it, if there is one.

    `notes` say what the features that it uses need of their host.
    """

    label: str
    component: str
    target: str
    profile: str
    folder: str
    files: tuple[DeliveredFile, ...]
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    seconds: float = 0.0
    run: str = ""


class Failure(Noun, frozen=True, kw_only=True):
    """An action that did not succeed: the reason in one line, the tool's output, and how to see the command.

    `exit_code` is what it makes of ours; `status` is how the command ended, negative for a signal, if it was one.
    """

    label: str
    reason: str
    output: str = ""
    command: str = ""
    exit_code: int = 1
    status: int | None = None
    hint: str = ""


class Missing(Noun, frozen=True, kw_only=True):
    """A delivery that was left out, as was asked, because its toolchain is not on this machine."""

    label: str
    reason: str
    fix: str = ""


class Report(Noun, frozen=True, kw_only=True):
    """What a run came to; `proved` are the labels of the deliveries whose contract was judged and holds.

    `unbegun` are those of the skipped that only the failure of something else kept from being built.
    `only_tested`: nothing was built or proved, smoke tests were run.
    """

    artifacts: tuple[Artifact, ...] = ()
    failures: tuple[Failure, ...] = ()
    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    proved: tuple[str, ...] = ()
    ran: int = 0
    cached: int = 0
    skipped: tuple[str, ...] = ()
    unbegun: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    only_tested: bool = False
    seconds: float = 0.0

"""The events of a run, as data. Reporters receive them; nothing waits for a reporter."""

from typing import Literal

from wasmforge.model.affected import AffectedComponent
from wasmforge.model.artifact import Artifact
from wasmforge.model.base import Struct
from wasmforge.model.finding import Finding
from wasmforge.model.report import Failure, Report
from wasmforge.model.smoke import Outcome


class Event(Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Base of all events; `event` in JSON is the name of the class."""


class LocalFiles(Event, frozen=True, kw_only=True):
    """The project's own catalog files that are used (paths from the root): recipes, toolchains, …"""

    files: tuple[str, ...]


class BuildStarted(Event, frozen=True, kw_only=True):
    """The plan is made: how many actions it has, and which toolchains (name to identity) it uses."""

    actions: int
    tools: dict[str, str]
    workers: int


class SandboxChosen(Event, frozen=True, kw_only=True):
    """The sandbox for commands and smoke tests on this machine; for `none`, the reason."""

    sandbox: Literal["bubblewrap", "landlock", "none"]
    version: str = ""
    reason: str = ""


class Affected(Event, frozen=True, kw_only=True):
    """The components that a change affects. `commit` is the merge base of `since` and `head` (empty: the working tree).

    `files` is the number of files that differ from it.
    """

    since: str
    commit: str
    head: str
    files: int
    components: tuple[AffectedComponent, ...]


class Watching(Event, frozen=True, kw_only=True):
    """A build has ended; the next one starts when something below `root` changes."""

    root: str


class Changed(Event, frozen=True, kw_only=True):
    """These files have changed (paths from the root); a build of what they affect follows."""

    paths: tuple[str, ...]


class Provisioning(Event, frozen=True, kw_only=True):
    """A toolchain is being fetched; this may take a while and needs the network."""

    toolchain: str
    what: str


class Downloading(Event, frozen=True, kw_only=True):
    """Something is fetched: `done` of `total` bytes are here. It begins with 0, and ends with both equal.

    `name` is what it is for, `what` where it comes from.
    """

    name: str
    what: str
    done: int
    total: int | None = None


class ImageStep(Event, frozen=True, kw_only=True):
    """A step of building or pulling an image, and its progress (`3/7`, `40 %`)."""

    toolchain: str
    what: str
    progress: str


class ImageOutput(Event, frozen=True, kw_only=True):
    """Output of a step of an image's build."""

    toolchain: str
    output: str


class ImageReady(Event, frozen=True, kw_only=True):
    """The engine has the image; `identity` is its id."""

    toolchain: str
    image: str
    identity: str
    seconds: float


class Waiting(Event, frozen=True, kw_only=True):
    """We wait for something else to end."""

    what: str


class Notice(Event, frozen=True, kw_only=True):
    """Something unusual that does not stop the work."""

    what: str


class ActionStarted(Event, frozen=True, kw_only=True):
    """The command of an action starts. `note` is what its recipe says of a step that takes long."""

    label: str
    command: str
    note: str = ""


class Timing(Event, frozen=True, kw_only=True):
    """A part of the work has ended after this many seconds; only traces show it. `what` may be a label."""

    what: str
    seconds: float


class ActionFinished(Event, frozen=True, kw_only=True):
    """An action has its outputs (`size` bytes of them), from its command (`cached` false) or from the store."""

    label: str
    cached: bool
    seconds: float
    output: str = ""
    size: int = 0


class ActionFailed(Event, frozen=True, kw_only=True):
    """An action failed."""

    failure: Failure


class Delivered(Event, frozen=True, kw_only=True):
    """The files of a component are in dist; `changed` is false if they were there already."""

    artifact: Artifact
    changed: bool


class RuleViolated(Event, frozen=True, kw_only=True):
    """A contract rule does not hold (or is waived)."""

    finding: Finding


class Withheld(Event, frozen=True, kw_only=True):
    """A build that violates its contract or does not load was not delivered; it is in the artifact's folder.

    `previous_delivered`: dist still has an earlier build.
    """

    artifact: Artifact
    previous_delivered: bool


class Differs(Event, frozen=True, kw_only=True):
    """Delivered files (by name) have changed since they were built."""

    component: str
    target: str
    files: tuple[str, ...]


class ContractHolds(Event, frozen=True, kw_only=True):
    """A delivery's contract holds on its bytes; `features` are those that it uses. `cached`: checked earlier."""

    component: str
    target: str
    features: tuple[str, ...] = ()
    cached: bool = False


class Loaded(Event, frozen=True, kw_only=True):
    """A delivery was loaded in a runtime, or could not be; nothing of it was called."""

    outcome: Outcome


class SmokeFinished(Event, frozen=True, kw_only=True):
    """A smoke test ended."""

    outcome: Outcome


class Finished(Event, frozen=True, kw_only=True):
    """The run has ended."""

    report: Report

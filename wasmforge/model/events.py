"""What happens during a run, as data. Reporters listen to these; nothing waits for a reporter."""

from wasmforge.model.affected import Touched
from wasmforge.model.artifact import Artifact, Failure, Finding, Report
from wasmforge.model.base import Noun
from wasmforge.model.smoke import Outcome


class Event(Noun, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Something that happened; `event` in JSON is the class's name."""


class BuildStarted(Event, frozen=True, kw_only=True):
    """The plan is made: how many actions it has, and which toolchains (name to identity) it uses."""

    actions: int
    tools: dict[str, str]
    workers: int


class Affected(Event, frozen=True, kw_only=True):
    """What a change touches: since `commit`, where `head` (empty: the working tree) left `since`; `files` differ."""

    since: str
    commit: str
    head: str
    files: int
    components: tuple[Touched, ...]


class Watching(Event, frozen=True, kw_only=True):
    """A build is over, and the next begins when something below `root` changes."""

    root: str


class Changed(Event, frozen=True, kw_only=True):
    """These files have changed (paths from the root), and what they touch is built."""

    paths: tuple[str, ...]


class Provisioning(Event, frozen=True, kw_only=True):
    """A toolchain is being fetched; this may take a while and needs the network."""

    toolchain: str
    what: str


class ImageStep(Event, frozen=True, kw_only=True):
    """An image is being built or pulled: what is done now, and how far that is (`3/7`, `40 %`)."""

    toolchain: str
    what: str
    progress: str


class ImageOutput(Event, frozen=True, kw_only=True):
    """What a step of an image's build printed."""

    toolchain: str
    output: str


class ImageReady(Event, frozen=True, kw_only=True):
    """The engine has the image; `identity` is its id."""

    toolchain: str
    image: str
    identity: str
    seconds: float


class Waiting(Event, frozen=True, kw_only=True):
    """Nothing goes on until something else is over."""

    what: str


class ActionStarted(Event, frozen=True, kw_only=True):
    """An action's command begins."""

    label: str
    command: str


class Timing(Event, frozen=True, kw_only=True):
    """A part of the work is over that took this long until now; only traces tell it. `what` may be a label."""

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
    """An action did not succeed."""

    failure: Failure


class Delivered(Event, frozen=True, kw_only=True):
    """A component's files are in dist; `changed` is false when they were there already."""

    artifact: Artifact
    changed: bool


class Found(Event, frozen=True, kw_only=True):
    """A contract rule does not hold (or is waived)."""

    finding: Finding


class Proved(Event, frozen=True, kw_only=True):
    """A delivery's contract holds on its bytes; `features` are those really used. `cached`: the verdict was known."""

    component: str
    target: str
    features: tuple[str, ...] = ()
    cached: bool = False


class Tested(Event, frozen=True, kw_only=True):
    """A smoke test ended."""

    outcome: Outcome


class Finished(Event, frozen=True, kw_only=True):
    """The run is over."""

    report: Report

"""Options that narrow what is asked for: to what a change touches, to one job's share of the work."""

from typing import TYPE_CHECKING, Annotated

from wasmforge.cli.declare import Option
from wasmforge.errors import usage

if TYPE_CHECKING:
    from wasmforge.plan import Request

BASE = "main"

Affected = Annotated[bool, Option("--affected", help="Only what a change touches, and what needs that; asks git.")]
Base = Annotated[str | None, Option("--base", metavar="REV", help=f"With --affected: the change began here; {BASE}.")]
Head = Annotated[str | None, Option("--head", metavar="REV", help="With --affected: and ends here; the working tree.")]
JobNumber = Annotated[
    int | None, Option("--job", metavar="I", help="Only this job's share of the work, from 0; with --job-total.")
]
JobTotal = Annotated[int | None, Option("--job-total", metavar="N", help="Among how many jobs it is shared.")]


def request(
    components: list[str] | None,
    targets: list[str] | None,
    profile: str | None = None,
    *,
    affected: bool = False,
    base: str | None = None,
    head: str | None = None,
    job: int | None = None,
    total: int | None = None,
) -> "Request":
    """What the command line asks for. Raises ForgeError for words that do not go together."""
    from wasmforge.model.affected import Shard, Since
    from wasmforge.plan import Request

    if not affected and (base or head) is not None:
        raise usage(
            "says what --affected compares", where="--base" if base is not None else "--head", hint="add --affected"
        )
    shared(job, total)
    return Request(
        components=tuple(components or ()),
        targets=tuple(targets or ()),
        profile=profile,
        since=Since(base=BASE if base is None else base, head=head) if affected else None,
        shard=None if job is None or total is None else Shard(job=job, of=total),
    )


def shared(job: int | None, total: int | None) -> None:
    """Refuse jobs that there are not."""
    if total is not None and total < 1:
        raise usage(f"{total} jobs share nothing", where="--job-total", hint="at least 1")
    if job is not None and total is None:
        raise usage("is one of how many?", where=f"--job {job}", hint="add --job-total N")
    if job is not None and total is not None and not 0 <= job < total:
        raise usage(f"there is no job {job} of {total}", where="--job", hint=f"they count from 0 to {total - 1}")

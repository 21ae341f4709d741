"""Options that restrict a request: to the components a change affects, to the share of one job."""

from typing import TYPE_CHECKING, Annotated

from wasmforge.cli.params import Option
from wasmforge.errors import usage_error

if TYPE_CHECKING:
    from wasmforge.model.request import Request

BASE = "main"

Affected = Annotated[bool, Option("--affected", help="Only what differs in git, and what depends on it.")]
Base = Annotated[str | None, Option("--base", metavar="REV", help=f"With --affected: the change began here; {BASE}.")]
Head = Annotated[
    str | None,
    Option("--head", metavar="REV", help="With --affected: where the comparison ends; by default the working tree."),
]
JobNumber = Annotated[
    int | None, Option("--job", metavar="I", help="Only this job's share of the work, from 0; with --job-total.")
]
JobTotal = Annotated[int | None, Option("--job-total", metavar="N", help="How many jobs share the work.")]


def request_of(
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
    """The request of a command line. Raises ForgeError for options that exclude each other."""
    from wasmforge.model.affected import Shard, Since
    from wasmforge.model.request import Request

    if not affected and (base or head) is not None:
        raise usage_error(
            "says what --affected compares", where="--base" if base is not None else "--head", hint="add --affected"
        )
    check_shard(job, total)
    return Request(
        components=tuple(components or ()),
        targets=tuple(targets or ()),
        profile=profile,
        since=Since(base=BASE if base is None else base, head=head) if affected else None,
        shard=None if job is None or total is None else Shard(job=job, of=total),
    )


def check_shard(job: int | None, total: int | None) -> None:
    """Raise ForgeError for a job number that does not exist."""
    if total is not None and total < 1:
        raise usage_error(f"{total} jobs are too few", where="--job-total", hint="at least 1")
    if job is not None and total is None:
        raise usage_error("needs --job-total", where=f"--job {job}", hint="add --job-total N")
    if job is not None and total is not None and not 0 <= job < total:
        raise usage_error(f"there is no job {job} of {total}", where="--job", hint=f"they count from 0 to {total - 1}")

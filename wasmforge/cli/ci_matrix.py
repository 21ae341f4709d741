"""`wasmforge ci-matrix`: the work as a matrix for a CI's jobs."""

from pathlib import Path
from typing import TYPE_CHECKING

from wasmforge.cli import options, selection_options
from wasmforge.cli.selection_options import check_shard

if TYPE_CHECKING:
    from wasmforge.model.affected import MatrixJob

_HERE = Path()


def ci_matrix(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    affected: selection_options.Affected = False,
    base: selection_options.Base = None,
    head: selection_options.Head = None,
    job: selection_options.JobNumber = None,
    job_total: selection_options.JobTotal = None,
    quiet: options.Quiet = False,
    directory: options.Directory = _HERE,
) -> None:
    """Print {"include": […]} for a CI: an entry per component and target, or with --job-total one per job."""
    from wasmforge.app.ci_matrix import ci_matrix as split_jobs
    from wasmforge.app.workspace import Settings
    from wasmforge.report.json_lines import show_json

    check_shard(job, job_total)
    mine = job_total if job is not None else None
    request = selection_options.request_of(
        components, target, profile, affected=affected, base=base, head=head, job=job, total=mine
    )
    settings = Settings(start=options.folder(directory))
    with options.quiet_reporter(quiet=quiet) as emit:
        jobs = split_jobs(settings, request, job_total if job is None else None, emit)
    show_json({"include": [_entry(one) for one in jobs]}, options.open_output())


def _entry(job: "MatrixJob") -> dict[str, object]:
    """An entry without empty values; expressions of a CI take lists and numbers as they are."""
    values = {name.replace("_", "-"): getattr(job, name) for name in job.__struct_fields__}
    return {name: value for name, value in values.items() if value not in (None, "")}

"""`wasmforge ci-matrix`: the work as a matrix for a CI's jobs."""

from pathlib import Path
from typing import TYPE_CHECKING

from wasmforge.cli import narrow, options
from wasmforge.cli.narrow import shared

if TYPE_CHECKING:
    from wasmforge.model.affected import Job

_HERE = Path()


def ci_matrix(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    affected: narrow.Affected = False,
    base: narrow.Base = None,
    head: narrow.Head = None,
    job: narrow.JobNumber = None,
    job_total: narrow.JobTotal = None,
    quiet: options.Quiet = False,
    directory: options.Directory = _HERE,
) -> None:
    """Print {"include": […]} for a CI: an entry per component and target, or with --job-total one per job."""
    from wasmforge import forge
    from wasmforge.ground import Settings
    from wasmforge.report.json_lines import show_json

    shared(job, job_total)
    mine = job_total if job is not None else None
    asked = narrow.request(components, target, profile, affected=affected, base=base, head=head, job=job, total=mine)
    settings = Settings(start=options.folder(directory))
    with options.quiet_reporter(quiet=quiet) as tell:
        jobs = forge.ci_matrix(settings, asked, job_total if job is None else None, tell)
    show_json({"include": [_entry(one) for one in jobs]}, options.paper())


def _entry(job: "Job") -> dict[str, object]:
    """An entry without what it has no value for; a CI's expressions take lists and numbers as they are."""
    values = {name.replace("_", "-"): getattr(job, name) for name in job.__struct_fields__}
    return {name: value for name, value in values.items() if value not in (None, "")}

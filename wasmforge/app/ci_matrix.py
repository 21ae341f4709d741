"""Splits the work of a CI into jobs."""

from wasmforge.app.selection import matrix
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.model.affected import MatrixJob
from wasmforge.plan import Request


def ci_matrix(settings: Settings, request: Request, of: int | None, emit: EventSink) -> tuple[MatrixJob, ...]:
    """The work as entries of a CI's matrix, see `selection.matrix`."""
    return matrix(Workspace(settings, emit, read_only=True), request, of)

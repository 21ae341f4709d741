"""Reads from how a command-line runtime ended, and what it said, what became of the module; pure."""

import re

from wasmforge.model.runtime import RuntimeFile
from wasmforge.process import Done
from wasmforge.smoke.wire import Answer, Job


def ending(file: RuntimeFile, job: Job, done: Done, stdout: bytes, stderr: bytes) -> Answer | None:
    """The answer, but for the results of a call; None when the process tells nothing of the module."""
    if done.timed_out:
        return Answer(ended="timeout")
    if done.cancelled or done.too_much:
        return None
    if done.exit != 0 and (trouble := _trouble(file, f"{_text(stderr)}\n{_text(stdout)}")):
        return trouble
    if done.exit < 0:
        return None
    if job.call is None:
        return Answer(ended="exited", exit=done.exit)
    if done.exit != 0:
        lines = [line.strip() for line in f"{_text(stdout)}\n{_text(stderr)}".splitlines() if line.strip()]
        said = f": {lines[-1]}" if lines else ""
        return Answer(ended="refused", message=f"{file.name} ended with exit code {done.exit}{said}")
    return Answer(ended="returned")


def numbers(file: RuntimeFile, stdout: bytes, count: int) -> list[int]:
    """The last `count` whole numbers in what a call printed; fewer when there are not so many."""
    found = re.findall(file.says.result, _text(stdout)) if count else []
    return [int(n, 0) for n in found[-count:]]


def _trouble(file: RuntimeFile, said: str) -> Answer | None:
    """What a runtime says of a run that did not end well."""
    says = file.says
    if says.lacks and (m := re.search(says.lacks, said)):
        what = f"{file.name} does not provide the import {m['module']}.{m['name']}"
        return Answer(ended="refused", message=what)
    if says.trap and (m := re.search(says.trap, said)):
        what = m["what"].strip()
        return Answer(ended="trapped", message=says.same.get(what, what))
    if says.refused and (m := re.search(says.refused, said)):
        return Answer(ended="refused", message=f"{file.name}: {m['what'].strip()}")
    return None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")

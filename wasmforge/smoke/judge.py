"""What a run's end means for its test: '' or the reason why it failed, in one line; pure."""

import hashlib

from wasmforge.model.module import FuncType, Module
from wasmforge.model.smoke import Expect, Smoke
from wasmforge.process import Done
from wasmforge.smoke import compare
from wasmforge.smoke.prepare import memory, missing
from wasmforge.smoke.replies import compare_reply
from wasmforge.smoke.wire import MOST_OUTPUT, MOST_RESIDENT, Answer, Value

LONGEST = 400
"""Characters of a reason."""


def judge(smoke: Smoke, module: Module, answer: Answer, stdout: bytes, stderr: bytes) -> str:
    """Judge an answered run by its answer and what it printed."""
    call = smoke.call
    if answer.ended == "returned":
        return compare.results(smoke, answer.results, _result_types(smoke, module)) or compare.buffers(
            smoke, answer.buffers
        )
    if answer.ended == "exited" and call is None:
        if answer.exit != smoke.exit:
            return f"exit code {answer.exit}, expected {smoke.exit}{_said(stderr)}"
        return compare.text("stdout", smoke.stdout, stdout) or compare.text("stderr", smoke.stderr, stderr)
    if answer.ended == "replied" and smoke.request is not None:
        return compare_reply(smoke.expect or Expect(), answer)
    if answer.ended == "missing":
        return missing(call or "run", answer.exports)
    reasons = {
        "replied": "answered a request that nobody sent",
        "exited": f"{call} ended the program with exit code {answer.exit}{_said(stderr)}",
        "trapped": f"trap: {answer.message}{_at(answer, module)}{_memory(answer, smoke)}{_said(stderr)}",
        "timeout": f"did not end within {smoke.timeout:g} s{_memory(answer, smoke)}",
        "printed": printed(),
        "swollen": f"took more memory than {(memory(smoke) + MOST_RESIDENT) / 2**20:.4g} MiB in all",
        "refused": answer.message,
    }
    return reasons[answer.ended]


def in_words(answer: Answer, stdout: bytes) -> str:
    """What came out, in one line; runtimes that did the same say the same."""
    if answer.ended == "returned":
        return f"returned {', '.join(_plain(v) for v in answer.results) or 'nothing'}"
    if answer.ended == "exited":
        return f"exit code {answer.exit}, printed {hashlib.sha256(stdout).hexdigest()[:12] if stdout else 'nothing'}"
    if answer.ended == "replied":
        body = hashlib.sha256(answer.body.encode()).hexdigest()[:12] if answer.body else "no"
        return f"status {answer.status}, body {body}"
    return f"trap: {answer.message}" if answer.ended == "trapped" else answer.message or answer.ended


def _plain(value: Value) -> str:
    """A result in one way of writing it: JavaScript has one kind of number, and its own way with exponents."""
    if value.kind == "bool":
        return str(int(value.text == "true"))
    if value.kind in {"f32", "f64", "number"}:
        number = float(value.text)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    return value.text


def unanswered(smoke: Smoke, runtime: str, done: Done, stderr: bytes) -> str:
    """Judge a run whose process ended without an answer."""
    if done.timed_out:
        return f"did not end within {smoke.timeout:g} s"
    lines = [line.strip() for line in (done.output + stderr).decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if "fatal" in line.lower() or "error" in line.lower()] or lines[-1:]
    return f"{runtime} ended before the test did: {': '.join([done.reason(smoke.timeout), *telling[:1]])}"


def printed() -> str:
    """The reason for a module that prints without end."""
    return f"printed more than {MOST_OUTPUT // 1024} KiB"


def one_line(reason: str) -> str:
    """A reason without line breaks, cut when very long."""
    line = " ".join(reason.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _result_types(smoke: Smoke, module: Module) -> tuple[str, ...] | None:
    for export in module.exports:
        if export.name == smoke.call and isinstance(export.type, FuncType):
            return export.type.results
    return None


def _at(answer: Answer, module: Module) -> str:
    """Where a trap happened: the function's name, else an export's, else its number."""
    if answer.function is None:
        return ""
    name = next((f.name for f in module.functions if f.index == answer.function and f.name), "")
    return f" at {name or f'function {answer.function}'}"


def _memory(answer: Answer, smoke: Smoke) -> str:
    """Say that memory was nearly used up, which is then the likely cause."""
    most = memory(smoke)
    if answer.memory < most // 8 * 7 or answer.memory == 0:
        return ""
    return f"; its memory had grown to {answer.memory / 2**20:.4g} of {most / 2**20:.4g} MiB"


def _said(stderr: bytes) -> str:
    """The first thing printed to standard error, which often says why."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return f"; stderr: {lines[0]}" if lines else ""

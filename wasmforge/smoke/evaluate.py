"""Evaluates the answer of a run: '' where the test passed, else the reason in one line. Pure."""

import base64
import hashlib

from wasmforge.model.module import FuncType, Module
from wasmforge.model.smoke import CString, Expect, Smoke
from wasmforge.model.traps import comparable, kind_of
from wasmforge.runtimes.arguments import quote
from wasmforge.runtimes.protocol import MAX_OUTPUT_BYTES, MAX_RESIDENT_BYTES, Answer, Value
from wasmforge.smoke import compare
from wasmforge.smoke.compare_http import compare_response
from wasmforge.smoke.job import memory_limit, missing_export

MAX_STDERR_LINES = 3
"""Lines of standard error that are part of a reason."""

MAX_LINE = 400
"""Characters of a reason."""


def evaluate(smoke: Smoke, module: Module, answer: Answer, stdout: bytes, stderr: bytes) -> str:
    """Evaluate an answer together with what the run printed."""
    call = smoke.call
    if answer.ended == "loaded":
        return ""
    if answer.ended == "returned":
        if isinstance(smoke.returns, CString) and (
            reason := compare.compare_cstring(smoke.returns, answer.results, answer.text)
        ):
            return reason
        return compare.compare_results(smoke, answer.results, _result_types(smoke, module)) or compare.compare_buffers(
            smoke, answer.buffers
        )
    if answer.ended == "exited" and call is None:
        if answer.exit != smoke.exit:
            return f"exit code {answer.exit}, expected {smoke.exit}{_printed(stderr)}"
        return compare.compare_text("stdout", smoke.stdout, stdout) or compare.compare_text(
            "stderr", smoke.stderr, stderr
        )
    if answer.ended == "replied" and smoke.request is not None:
        return compare_response(smoke.expect or Expect(), answer)
    if answer.ended == "missing":
        return missing_export(call or "run", answer.exports)
    trap = kind_of(answer.message) or answer.message
    reasons = {
        "replied": "answered a request that was not sent",
        "exited": f"{call} ended the program with exit code {answer.exit}{_printed(stderr)}",
        "trapped": f"trap: {trap}{_at(answer, module)}{_memory(answer, smoke)}{_printed(stderr)}",
        "timeout": f"did not end within {smoke.timeout:g} s{_memory(answer, smoke)}",
        "output-limit": output_limit_reason(),
        "memory-limit": f"took more memory than {(memory_limit(smoke) + MAX_RESIDENT_BYTES) / 2**20:.4g} MiB in all",
        "refused": answer.message,
        "unsupported": answer.message,
        "crashed": answer.message,
    }
    return reasons[answer.ended]


def summarize(answer: Answer, stdout: bytes) -> str:
    """The result in one line; equal results give equal lines in all runtimes."""
    if answer.ended == "loaded":
        return "loaded"
    if answer.ended == "returned" and answer.text is not None:  # its address may differ
        return f"returned the address of {quote(base64.b64decode(answer.text).decode('utf-8', 'replace'))}"
    if answer.ended == "returned":
        return f"returned {', '.join(_normalized(v) for v in answer.results) or 'nothing'}"
    if answer.ended == "exited":
        return f"exit code {answer.exit}, printed {hashlib.sha256(stdout).hexdigest()[:12] if stdout else 'nothing'}"
    if answer.ended == "replied":
        body = hashlib.sha256(answer.body.encode()).hexdigest()[:12] if answer.body else "no"
        return f"status {answer.status}, body {body}"
    if answer.ended == "crashed":
        return ""
    return f"trap: {comparable(answer.message)}" if answer.ended == "trapped" else answer.message or answer.ended


def _normalized(value: Value) -> str:
    """A result in one spelling: JavaScript has one type of number, and formats exponents differently."""
    if value.kind == "bool":
        return str(int(value.text == "true"))
    if value.kind in {"f32", "f64", "number"}:
        number = float(value.text)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    return value.text


def output_limit_reason() -> str:
    """The reason for a module that exceeded the output limit."""
    return f"printed more than {MAX_OUTPUT_BYTES // 1024} KiB"


def one_line(reason: str) -> str:
    """A reason without line breaks, cut when very long."""
    line = " ".join(reason.split())
    return line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…"


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
    most = memory_limit(smoke)
    if answer.memory < most // 8 * 7 or answer.memory == 0:
        return ""
    return f"; its memory had grown to {answer.memory / 2**20:.4g} of {most / 2**20:.4g} MiB"


def _printed(stderr: bytes) -> str:
    """The first lines printed to standard error, which often say why, and sometimes what to do."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return f"; stderr: {' / '.join(lines[:MAX_STDERR_LINES])}" if lines else ""

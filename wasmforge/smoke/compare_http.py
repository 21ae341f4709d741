"""Compares an HTTP response with what a test expects. Returns '' or one line. Pure."""

import base64

from wasmforge.model.smoke import Expect
from wasmforge.runtimes.arguments import quote
from wasmforge.runtimes.protocol import Answer
from wasmforge.smoke.compare import compare_text
from wasmforge.smoke.job import body_bytes


def compare_response(expect: Expect, reply: Answer) -> str:
    """Compare the status, the expected headers, the body. Raises BadArgumentError for a bad `body-hex`."""
    body = base64.b64decode(reply.body)
    if reply.status != expect.status:
        said = f": {quote(body.decode('utf-8', 'replace').strip())}" if body.strip() else ""
        return f"status {reply.status}, expected {expect.status}{said}"
    for name, expected_value in expect.headers.items():
        actual = [value for key, value in reply.headers if key == name.lower()]
        if expected_value not in actual and ", ".join(actual) != expected_value:
            shown = f"is {quote(', '.join(actual))}" if actual else "is missing"
            return f"header {name} {shown}, expected {quote(expected_value)}"
    want_body = body_bytes(expect.body, expect.body_hex, "expect")
    if want_body is None or want_body == body:
        return ""
    if expect.body is not None:
        return compare_text("body", expect.body, body)
    at = next(
        (i for i, (w, g) in enumerate(zip(want_body, body, strict=False)) if w != g), min(len(want_body), len(body))
    )
    return f"body: {len(body)} bytes, expected {len(want_body)}; they differ from byte {at} on"

"""Compares the answer to a request with what the test expects; '' or one line; pure."""

import base64

from wasmforge.model.smoke import Expect
from wasmforge.smoke.compare import text
from wasmforge.smoke.prepare import content
from wasmforge.smoke.values import quote
from wasmforge.smoke.wire import Answer


def compare_reply(expect: Expect, reply: Answer) -> str:
    """Status, then the headers that are expected, then the body. Raises Unfit for a body-hex that is none."""
    body = base64.b64decode(reply.body)
    if reply.status != expect.status:
        said = f": {quote(body.decode('utf-8', 'replace').strip())}" if body.strip() else ""
        return f"status {reply.status}, expected {expect.status}{said}"
    for name, want in expect.headers.items():
        got = [value for key, value in reply.headers if key == name.lower()]
        if want not in got and ", ".join(got) != want:
            shown = f"is {quote(', '.join(got))}" if got else "is missing"
            return f"header {name} {shown}, expected {quote(want)}"
    want_body = content(expect.body, expect.body_hex, "expect")
    if want_body is None or want_body == body:
        return ""
    if expect.body is not None:
        return text("body", expect.body, body)
    at = next(
        (i for i, (w, g) in enumerate(zip(want_body, body, strict=False)) if w != g), min(len(want_body), len(body))
    )
    return f"body: {len(body)} bytes, expected {len(want_body)}; they differ from byte {at} on"

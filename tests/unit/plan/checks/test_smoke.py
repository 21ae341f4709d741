"""Smoke tests in forge.toml: every mistake is found, with its place."""

import pytest

from tests.support.factories.plan import catalog, component, manifest
from wasmforge.errors import ForgeError
from wasmforge.model.smoke import Buffer, CString, Expect, Request, Smoke
from wasmforge.plan.checks.manifest import check
from wasmforge.plan.checks.smoke import check_smokes

ASK = Request(path="/")


@pytest.mark.parametrize(
    ("smoke", "place", "what"),
    [
        (Smoke(call="f", request=ASK), "request", "a test has `call` or `request`, not both"),
        (Smoke(call="f", stdin="x"), "stdin", "only goes with a command, not with `call`"),
        (Smoke(request=ASK, exit=3), "exit", "only goes with a command, not with `request`"),
        (Smoke(request=ASK, writes={"a": ""}), "writes", "only goes with a command, not with `request`"),
        (Smoke(request=ASK, returns=1), "returns", "`returns` goes with `call`"),
        (Smoke(returns=1), "returns", "`returns` goes with `call`"),
        (Smoke(expect=Expect()), "expect", "`expect` goes with `request`"),
        (Smoke(request=ASK, args=("x",)), "args", "a request has no arguments"),
        (Smoke(call="f", args=(1, Buffer(cstring="a\0b"))), "args.1.cstring", "a C string ends at its first NUL"),
        (
            Smoke(call="f", args=(Buffer(size=9, becomes_cstring="\0"),)),
            "args.0.becomes-cstring",
            "a C string ends at its first NUL",
        ),
        (Smoke(call="f", returns=CString(cstring="a\0")), "returns.cstring", "a C string ends at its first NUL"),
        (Smoke(args=(1,)), "args", "a command's arguments are strings"),
        (Smoke(writes={"../x": ""}), "writes", "'../x' is no file in the folder that the program sees as `/`"),
        (Smoke(writes={"/x": ""}), "writes", "'/x' is no file in the folder that the program sees as `/`"),
        (Smoke(request=Request(method="GE T")), "request.method", "'GE T' is no method"),
        (Smoke(request=Request(path="x")), "request.path", "'x' is no path"),
        (Smoke(request=Request(path="/ö")), "request.path", "'/ö' is no path"),
        (Smoke(request=Request(path="/a\r\nx")), "request.path", "'/a\\r\\nx' is no path"),
        (Smoke(request=Request(headers={"a b": ""})), "request.headers", "'a b' is no header's name"),
        (Smoke(request=Request(headers={"a": "x\ny"})), "request.headers.a", "its value holds what no header can"),
        (Smoke(request=Request(body="", body_hex="")), "request.body-hex", "`body` is given as well"),
        (Smoke(request=Request(body_hex="0g")), "request.body-hex", "is not hexadecimal"),
        (Smoke(request=ASK, expect=Expect(status=42)), "expect.status", "42 is no status"),
    ],
)
def test_mistakes(smoke: Smoke, place: str, what: str) -> None:
    (problem,) = check_smokes("here", (Smoke(), smoke))
    assert (problem.where, problem.what) == (f"here.smoke.1.{place}", what)
    assert problem.hint


@pytest.mark.parametrize(
    "smoke",
    [
        Smoke(call="f", args=(1,), returns=2, tolerance=0.5),
        Smoke(args=("x",), stdin="x", stdout="", exit=1, writes={"a/b.txt": "x"}),
        Smoke(
            request=Request(method="PURGE", path="/a?b=%20", headers={"x-a": "é"}, body_hex="00 ff"), expect=Expect()
        ),
    ],
)
def test_none(smoke: Smoke) -> None:
    assert not list(check_smokes("here", (smoke,)))


def test_a_test_that_no_runtime_can_run() -> None:
    asking = manifest(app=component(targets=("wasi",), smoke=(Smoke(), Smoke(request=ASK))))
    with pytest.raises(ForgeError) as e:
        check(asking, catalog())
    (problem,) = e.value.problems
    assert problem.where == "forge.toml: components.app.smoke.1"
    assert problem.what == "no runtime of wasi runs a test that sends a request"

"""Smoke tests as a JUnit file: a suite per delivery, a case per test and runtime.

Loads are not tests: they have suites of their own.
"""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from wasmforge.model.label import Label
from wasmforge.model.smoke import Outcome

FORBIDDEN = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def junit(outcomes: Sequence[Outcome], loads: Sequence[Outcome] = ()) -> bytes:
    """The file; times are in seconds, characters that XML cannot hold are replaced."""
    root = Xml.Element("testsuites", {"name": "wasmforge smoke", **_counts([*loads, *outcomes])})
    suites: dict[str, list[Outcome]] = {}
    for outcome in (*loads, *outcomes):
        name = str(Label(outcome.component, outcome.target))
        suites.setdefault(f"{name} loads" if outcome.load else name, []).append(outcome)
    for name, members in suites.items():
        suite = Xml.SubElement(root, "testsuite", {"name": name, **_counts(members)})
        for outcome in members:
            _case(suite, name.removesuffix(" loads"), outcome)
    Xml.indent(root)
    text: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _case(suite: Xml.Element, name: str, outcome: Outcome) -> None:
    case = Xml.SubElement(
        suite,
        "testcase",
        classname=f"{name}.{outcome.runtime}",
        name=_clean(outcome.test),
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.status != "passed":
        tag = "failure" if outcome.status == "failed" else "skipped"
        Xml.SubElement(case, tag, message=_clean(outcome.reason))


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {
        "tests": str(len(outcomes)),
        "failures": str(sum(o.status == "failed" for o in outcomes)),
        "skipped": str(sum(o.status == "skipped" for o in outcomes)),
        "time": f"{sum(o.seconds for o in outcomes):.3f}",
    }


def _clean(text: str) -> str:
    """Text without what XML 1.0 forbids."""
    return FORBIDDEN.sub("\ufffd", text)

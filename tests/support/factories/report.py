"""Events and nouns as a run might give them, for tests of the voice."""

import io

from wasmforge.model.artifact import Artifact, DeliveredFile
from wasmforge.model.finding import Finding
from wasmforge.model.report import Failure, Report
from wasmforge.model.smoke import Outcome

COMPILE = "matmul@web/release:compile[src/matmul.cpp]"


def artifact(
    component: str = "matmul", target: str = "web", size: int = 12595, features: tuple[str, ...] = ()
) -> Artifact:
    """A delivery of a module and a small glue file."""
    files = (
        DeliveredFile(role="glue", name=f"{component}.js", sha256="0" * 64, size=900, gzip=400),
        DeliveredFile(role="module", name=f"{component}.wasm", sha256="1" * 64, size=size, gzip=size // 2),
    )
    return Artifact(
        label=f"{component}@{target}/release",
        component=component,
        target=target,
        profile="release",
        folder=f"dist/{target}/{component}",
        files=files,
        features=features,
        seconds=1.24,
    )


def outcome(status: str = "passed", *, component: str = "matmul", reason: str = "", cached: bool = False) -> Outcome:
    """A smoke test in Node.js."""
    assert status in {"passed", "failed", "skipped"}
    return Outcome(
        label=f"{component}@web/release",
        component=component,
        target="web",
        runtime="node",
        test="identity",
        status=status,  # type: ignore[arg-type]
        reason=reason,
        seconds=0.012,
        cached=cached,
    )


def failure(output: str = "", label: str = COMPILE) -> Failure:
    """A compiler that ended with 1."""
    return Failure(label=label, reason="exit code 1", output=output, command="zig c++ -c src/matmul.cpp")


def finding(waived: str = "", component: str = "matmul") -> Finding:
    """A feature that is not permitted."""
    return Finding(
        component=component,
        target="web",
        rule="features",
        item="threads",
        what="uses threads, which web does not permit",
        place="func 12 (run) at src/run.c:10",
        hint="drop -pthread",
        waived=waived,
    )


def good_report() -> Report:
    """Two components, all well."""
    artifacts = (artifact(features=("mutable-global", "simd")), artifact("hello", size=120))
    return Report(
        artifacts=artifacts,
        outcomes=(outcome(), outcome(), outcome(component="hello")),
        contracts_held=tuple(a.label for a in artifacts),
        executed=3,
        cached=9,
        seconds=3.2,
    )


class Stream(io.TextIOWrapper):
    """A stream in memory, with an encoding, that may say it is a terminal."""

    def __init__(self, *, tty: bool = False, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, newline="\n")
        self._tty = tty

    def isatty(self) -> bool:
        """As told."""
        return self._tty

    @property
    def text(self) -> str:
        """All that was written."""
        self.flush()
        return self.bytes.getvalue().decode(self.encoding)

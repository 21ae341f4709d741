"""Fixtures for all tests."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import examples  # noqa: F401 - registers the profiles
from tests.support.project import ProjectFixture, make_project

settings.load_profile("busy")


def pytest_configure() -> None:
    """Children start with default signal handling, also where we are a background job (`nohup make test &`).

    An ignored signal stays ignored in whatever is started: a test that ends a command by Ctrl-C would wait for ever.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture
def project(tmp_path: Path) -> ProjectFixture:
    """An empty project with a cache of its own."""
    return make_project(tmp_path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--no-skips`: where everything was provisioned, a test that is skipped has failed."""
    parser.addoption("--no-skips", action="store_true", help="count skipped tests as failed")


WITHOUT = os.environ.get("WITHOUT", "").split()
"""Tools whose absence is permitted even then, because installing them takes too long for this run or is impossible."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure that says what was missing."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--no-skips"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if any(word in reason for word in WITHOUT):
            return report
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: not run, and --no-skips was asked for: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the summaries that tests recorded (`record_property("summary", …)`): how often they did what they do."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    for line in (value for r in reports for name, value in r.user_properties if name == "summary"):
        terminalreporter.write_line(str(line))

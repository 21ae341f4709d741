"""Fixtures for all tests."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.space import Space, make_space


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """An empty project with a cache of its own."""
    return make_space(tmp_path)


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
    """Print what tests told of themselves (`record_property("told", …)`): how often they did what they did."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    for line in (value for r in reports for name, value in r.user_properties if name == "told"):
        terminalreporter.write_line(str(line))

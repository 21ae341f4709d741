"""The page of `wasmforge serve` in a real browser, driven as a person would: threads run, and tests tell what came."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.test_rust import needs
from tests.e2e.test_serve import FORGE, SUM, serving
from tests.e2e.test_threads_emscripten import FORGE as THREADS
from tests.e2e.test_threads_emscripten import SOURCE
from tests.support.browser_page import CHROMIUM
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains


@pytest.fixture(name="page")
def _page() -> Iterator[Any]:
    """An open tab; a mistake of a page fails the test."""
    if CHROMIUM is None or shutil.which(CHROMIUM) is None:
        pytest.skip("there is no chromium on PATH to show a page")
    driver = pytest.importorskip("playwright.sync_api", reason="there is no playwright to drive a browser with")
    wrong: list[str] = []
    with driver.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        yield page
        browser.close()
    assert wrong == []


def test_a_person_runs_the_tests(project: ProjectFixture, page: Any) -> None:
    project.write({"forge.toml": FORGE, "sum/sum.wat": SUM})
    project.build("--no-smoke")
    with serving(project) as site:
        page.goto(f"http://127.0.0.1:{site.port}/")
        page.wait_for_selector("#component-sum")
        assert page.evaluate("crossOriginIsolated") is True
        assert "2 components for web; isolated" in page.inner_text("#summary")
        assert "add, endless" in page.inner_text("#component-sum")
        page.click("#component-sum button")
        page.wait_for_function("document.querySelectorAll('li.failed').length === 2")
        lines = page.locator("#component-sum li").all_inner_texts()
        assert lines[0].startswith("add(2, 3) passed in ")
        assert lines[1] == "a mistake of the test failed: returned 5, expected 6"
        assert lines[2].startswith("add(4 bytes, 3) failed: a buffer needs")
        assert page.inner_text("#tally") == "1 passed, 2 failed"
        page.goto("about:blank")  # else it complains that the server goes


def test_threads(project: ProjectFixture, page: Any) -> None:
    project.write({"forge.toml": THREADS, "sum/sum.cpp": SOURCE})
    needs(project, "emscripten", origin="container")
    project.build("--no-smoke", "--target", "web")
    with serving(project) as site:
        page.goto(f"http://127.0.0.1:{site.port}/#run")
        page.wait_for_selector("#tally:not(:empty)")
        assert page.inner_text("#tally") == "1 passed", page.locator("li").all_inner_texts()
        page.goto("about:blank")

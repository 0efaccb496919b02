"""The app in a real browser: it answers, in both languages and themes, and nothing leaves the machine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = os.environ.get("TIERLAB_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox",  # needed by root, who tests in containers
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 120_000  # milliseconds until a test gives up on the page

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need the package playwright")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not BROWSER,
        reason="no browser found: install chromium or name one in TIERLAB_BROWSER",
    ),
]


@dataclass
class Server:
    """The running app; ``trace`` is where its network calls are written, None without strace."""

    address: str
    trace: Path | None


@dataclass
class Screen:
    """A page and what it did behind the scenes."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def text(self) -> str:
        return self.page.inner_text("body")

    def wait_for(self, pattern: str) -> None:
        """Wait until the page says it."""
        self.page.get_by_text(re.compile(pattern)).first.wait_for(timeout=PATIENCE)

    def wait_for_charts(self, number: int) -> None:
        drawn = self.page.locator('[data-testid="stVegaLiteChart"] svg')
        playwright.expect(drawn).to_have_count(number, timeout=PATIENCE)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"]
    trace = folder / "connects" if _can_trace() else None
    if trace:
        command = ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace), *command]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_until_healthy(address, process, folder / "log")
        yield Server(address, trace)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _can_trace() -> bool:
    strace = shutil.which("strace")
    return bool(strace) and subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True).returncode == 0


def _wait_until_healthy(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_screen(server, browser):
    """Opens the app: ``open_screen(link, locale, theme, width, height)``; every request must stay on the machine."""
    contexts, screens = [], []

    def open_it(
        link: str = "", locale: str = "en-US", theme: str = "light", width: int = 1440, height: int = 900
    ) -> Screen:
        context = browser.new_context(locale=locale, color_scheme=theme, viewport={"width": width, "height": height})
        contexts.append(context)
        screen = Screen(context.new_page())
        screens.append(screen)
        screen.page.on("request", lambda request: screen.requests.append(request.url))
        screen.page.on("console", lambda line: line.type == "error" and screen.complaints.append(line.text))
        screen.page.on("pageerror", lambda error: screen.complaints.append(str(error)))
        screen.page.goto(server.address + link)
        return screen

    yield open_it
    for context in contexts:
        context.close()
    for screen in screens:
        assert [url for url in screen.requests if not re.match(r"(https?|wss?)://127\.0\.0\.1:|data:|blob:", url)] == []
        assert screen.complaints == []


@pytest.mark.parametrize(("locale", "theme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_a_comparison_in_both_languages_and_themes(open_screen, tmp_path, locale, theme):
    screen = open_screen("?seed=11&members=20000", locale, theme)
    chinese = locale == "zh-CN"
    screen.wait_for("30,080.名会员，.*守恒定律成立" if chinese else "30,080.members, .*conservation laws hold")
    screen.wait_for_charts(3)
    text = screen.text()
    assert ("基于所述假设" if chinese else "under the stated assumptions") in text
    ink = screen.page.locator('[data-testid="stVegaLiteChart"] svg text').evaluate_all(
        "texts => texts.map(each => each.getAttribute('fill'))"
    )
    assert ("#E9ECF2" if theme == "dark" else "#262B36") in ink
    screen.page.screenshot(path=tmp_path / f"compare-{locale}-{theme}.png", full_page=True)
    if chinese:
        assert any(url.endswith("workbench-sans-sc.woff2") for url in screen.requests)
        assert screen.page.evaluate("() => document.fonts.check('16px \"Workbench Sans SC\"', '会员')")


def test_the_language_switch_works_in_place(open_screen):
    screen = open_screen("?members=2000&seed=11")
    screen.wait_for("conservation laws hold")
    screen.page.get_by_text("简体中文", exact=True).click()
    screen.wait_for("守恒定律成立")
    playwright.expect(screen.page).to_have_url(re.compile("lang=zh"))
    screen.page.get_by_text("积分十二个月").first.wait_for()


def test_a_long_run_can_be_cancelled(open_screen):
    screen = open_screen("?members=1000000&seed=12")
    screen.wait_for("First answer from 3,008.members; refining with 1,504,000.members")
    screen.page.get_by_role("button", name="Cancel").click()
    screen.wait_for("Stopped. The result is of 3,008.members only")
    assert "under the stated assumptions" in screen.text()
    screen.page.get_by_text("100 k", exact=True).click()
    screen.wait_for("refining with 150,400|150,400.members, .*conservation laws hold")


def test_an_edit_in_the_table_answers_at_once(open_screen):
    screen = open_screen("?members=2000&seed=11")
    screen.wait_for("conservation laws hold")
    table = screen.page.get_by_test_id("stDataFrame").locator("canvas").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    # The cell under "Enter" in the row of the second tier.
    screen.page.mouse.dblclick(box["x"] + 135, box["y"] + 35 + 35 + 17)
    cell = screen.page.locator("#portal input")
    cell.fill("1500")
    cell.press("Enter")
    screen.wait_for(r"soft landing \(edited\) .*under the stated assumptions")
    playwright.expect(screen.page).to_have_url(re.compile("edit="))
    screen.wait_for("1,500 growth")


def test_nothing_is_wider_than_a_phone(open_screen, tmp_path):
    screen = open_screen("?members=2000&seed=11", "zh-CN", "light", 390, 844)
    screen.wait_for("守恒定律成立")
    screen.wait_for_charts(3)
    right_edges = screen.page.locator('[data-testid="stVegaLiteChart"] svg').evaluate_all(
        "charts => charts.map(each => each.getBoundingClientRect().right)"
    )
    assert max(right_edges) <= 390
    assert screen.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    screen.page.screenshot(path=tmp_path / "compare-phone.png", full_page=True)


def test_the_server_calls_nobody(server):
    """Runs last: what the app did over the network while the other tests used it."""
    if server.trace is None:
        pytest.skip("strace is absent or may not trace here; the browser's side is checked by the other tests")
    addresses = re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', server.trace.read_text())
    assert {each for pair in addresses for each in pair if each} <= {"127.0.0.1", "::1"}

"""The demo as a visitor sees it: `duban demo` in a process of its own, its page in a real browser."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ROOT = Path(__file__).parents[2]
WITHIN_A_SECOND = 1000
WITHIN_A_MOVE = 20_000


@pytest_asyncio.fixture(loop_scope="module")
async def address(unused_tcp_port: int, tmp_path: Path) -> AsyncIterator[str]:
    """Start the demo and yield the address it prints; when it is told to stop it leaves nothing behind."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--port",
        str(unused_tcp_port),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        printed = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+/", printed)
    assert found, printed
    yield found[0]
    process.terminate()
    assert await process.wait() == 0
    assert list(tmp_path.iterdir()) == []


async def test_a_report_is_answered_at_once_and_stands_in_the_evenings_digest(browser: Browser, address: str) -> None:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = await context.new_page()
    await page.goto(address)
    await page.locator("html[data-ready]").wait_for()
    mine, leaders = page.locator("[data-pane='0']"), page.locator("[data-pane='1']")
    await expect(leaders.locator(".message", has_text="攻坚日报").last).to_be_visible()  # some days are there already

    await page.locator(".roles .chip", has_text="武汉").click()
    await page.locator("#text-0").fill("今日批复7宗0.07万亩")
    await page.locator("#text-0").press("Enter")
    await expect(mine.locator(".message").last).to_contain_text("批复＋7宗", timeout=WITHIN_A_SECOND)

    await page.get_by_role("button", name="到18:00").click()
    digest = leaders.locator(".message", has_text="【攻坚日报】11月15日")
    await expect(digest).to_be_visible(timeout=WITHIN_A_MOVE)
    await expect(page.locator(".message", has_text="进度提醒").last).to_be_visible(timeout=WITHIN_A_MOVE)
    await context.close()

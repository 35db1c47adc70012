import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, expect

from bot.document import PostKind, say
from bot.pages.feed import Message, Person
from bot.pages.sandbox import make_app
from config.campaign import load
from storage.records import Role
from tests.fakes.sandbox import FakeSandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CAMPAIGN = load()
WITHIN_A_SECOND = 1000


@dataclass
class Office:
    """The page, open in a browser, over a fake sandbox."""

    page: Page
    sandbox: FakeSandbox
    server: TestServer
    faults: list[str]

    def pane(self, number: int) -> Locator:
        return self.page.locator(f"[data-pane='{number}']")

    @property
    def composer(self) -> Locator:
        return self.page.locator("#text-0")

    def last(self, number: int = 0) -> Locator:
        return self.pane(number).locator(".message").last

    def person(self, name: str) -> Locator:
        return self.page.locator(".roles .chip", has_text=name)

    async def become(self, name: str, *, group: str | None = None) -> None:
        if group:
            await self.page.locator(".roles summary", has_text=group).click()
        await self.person(name).click()

    async def move(self, step: str) -> None:
        await self.page.get_by_role("button", name=step).click()

    async def is_scrolled_sideways(self) -> bool:
        return bool(await self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


async def opened(browser: Browser, *, width: int = 1440, height: int = 900, phone: bool = False) -> Office:
    sandbox = FakeSandbox(CAMPAIGN)
    server = TestServer(make_app(sandbox, CAMPAIGN))
    await server.start_server()
    context = await browser.new_context(
        viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone, locale="zh-CN"
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type in {"error", "warning"} else None)
    home = str(server.make_url("/"))
    page.on("request", lambda request: None if request.url.startswith(home) else faults.append(request.url))
    await page.goto(home)
    await page.wait_for_selector("html[data-ready]")
    return Office(page, sandbox, server, faults)


async def closed(office: Office) -> None:
    await office.page.context.close()
    await office.server.close()
    assert office.faults == []


@pytest_asyncio.fixture(loop_scope="module")
async def office(browser: Browser) -> AsyncIterator[Office]:
    office = await opened(browser)
    yield office
    await closed(office)


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser) -> AsyncIterator[Office]:
    office = await opened(browser, width=390, height=844, phone=True)
    yield office
    await closed(office)


async def test_a_few_days_are_already_there_in_three_chats_side_by_side(office: Office) -> None:
    for number, text in ((0, "压覆矿产"), (1, "攻坚日报"), (2, "督办单·红色")):
        await expect(office.pane(number).locator(".message", has_text=text).last).to_be_visible()
    await expect(office.pane(0).locator(".day")).to_have_count(2)


async def test_a_liaison_reports_and_reads_the_answer_within_a_second(office: Office) -> None:
    await office.become("宜昌")
    await expect(office.page.locator(".me")).to_contain_text("宜昌市 · 市州联络员")
    await office.composer.fill("今日批复3宗0.12万亩")

    await office.composer.press("Enter")

    await expect(office.last()).to_contain_text("已登记｜宜昌市", timeout=WITHIN_A_SECOND)
    await expect(office.last().locator(".tag")).to_have_text("回执")
    await expect(office.pane(0).locator(".mine").last).to_contain_text("今日批复3宗0.12万亩")
    await expect(office.composer).to_have_value("")


async def test_shift_enter_begins_a_new_line_and_an_input_methods_enter_sends_nothing(office: Office) -> None:
    await office.composer.fill("批复3宗")
    await office.composer.press("Shift+Enter")
    await office.composer.press_sequentially("上报2宗")
    await office.composer.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert office.sandbox.said == []

    await office.composer.press("Enter")

    await expect(office.pane(0).locator(".mine").last.locator(".text")).to_have_text(
        "批复3宗\n上报2宗", use_inner_text=True
    )
    assert [text for _, _, text in office.sandbox.said] == ["批复3宗\n上报2宗"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=\"document.title='taken'\">批复",
        "</p><script>document.title='taken'</script>",
        "【<b onclick=alert(1)>粗</b>】{{ 7*7 }} javascript:alert(1)",
    ],
)
async def test_hostile_text_is_shown_as_the_text_it_is(office: Office, hostile: str) -> None:
    await office.composer.fill(hostile)

    await office.composer.press("Enter")

    await expect(office.pane(0).locator(".mine").last.locator(".text")).to_have_text(hostile)
    await expect(office.last()).to_contain_text(hostile)
    assert await office.pane(0).locator(".message :is(img, script, b[onclick])").count() == 0
    assert await office.page.title() == "督办机器人 · 演示沙盒"


async def test_hostile_names_are_shown_as_the_names_they_are(office: Office) -> None:
    name = "<img src=x onerror=alert(1)>"
    guest = Person(id="x", name=name, role=Role.ADMIN, title=name)
    office.sandbox.welcome(guest)

    await office.person(name).click()

    await expect(office.page.locator(".who b")).to_have_text(name)
    office.sandbox.feed.publish(Message(chat_id="x", at=office.sandbox.now(), text="好", title=name, mentions=(name,)))
    await expect(office.last().locator(".title")).to_have_text(name)
    assert await office.page.locator(".message img:not(.picture img), .people img").count() == 0


async def test_the_evening_brings_the_digest_the_missing_and_the_warnings(office: Office) -> None:
    await office.move("到18:00")

    await expect(office.page.locator(".clock-time")).to_have_text("18:10")
    await expect(office.last(1)).to_contain_text("【攻坚日报】11月15日")
    await expect(office.last(1).locator(".picture img")).to_have_js_property("complete", value=True)
    await expect(office.last(2)).to_have_class(re.compile("severity-red"))
    await expect(office.pane(2)).to_contain_text("暂未收到：鄂州市、随州市、天门市")
    await expect(office.page.locator("[data-chat='city/恩施州'] .unread")).to_have_text("1")
    await expect(office.page.locator(".chip.has-news")).to_have_text(["鄂州", "随州", "天门"])


async def test_an_unread_reminder_waits_for_the_one_it_is_for(office: Office) -> None:
    await office.move("+1小时")
    await office.move("+1小时")
    await office.move("+1小时")
    await expect(office.page.locator(".clock-time")).to_have_text("17:20")

    await office.become("鄂州")

    await expect(office.last()).to_contain_text("【报送提示】鄂州市今日用地进展暂未收到")
    await expect(office.last().locator(".mention")).to_have_text(f"@{office.sandbox.liaison('鄂州市').name}")
    await expect(office.page.locator(".chip.has-news")).to_have_text(["随州", "天门"])


async def test_while_the_clock_moves_its_buttons_rest(office: Office) -> None:
    await office.page.route("**/api/clock", lambda _: None)

    await office.move("下一天")

    for button in await office.page.locator("[data-step]").all():
        await expect(button).to_be_disabled()
    await expect(office.page.locator(".moving")).to_be_visible()
    await office.page.unroute_all(behavior="ignoreErrors")


async def test_the_next_day_has_its_date(office: Office) -> None:
    await office.move("下一天")

    await expect(office.page.locator(".clock")).to_contain_text("11月16日 星期四")
    await expect(office.page.locator(".clock")).to_contain_text("第16天，共61天")


async def test_a_picture_opens_in_full_and_closes_by_key(office: Office) -> None:
    await office.pane(1).locator(".picture").last.click()

    await expect(office.page.locator(".viewer")).to_be_visible()
    await expect(office.page.locator(".viewer-save")).to_have_attribute("download", "攻坚日报1115.png")
    await office.page.keyboard.press("Escape")
    await expect(office.page.locator(".viewer")).to_be_hidden()


async def test_a_file_is_a_download(office: Office) -> None:
    async with office.page.expect_download() as download:
        await office.pane(2).locator(".file", has_text="台账1115.xlsx").click()

    assert (await download.value).suggested_filename == "台账1115.xlsx"


async def test_panes_see_what_is_said_in_the_same_chat_and_two_browsers_see_each_other(office: Office) -> None:
    await office.page.locator("[data-chat='city/恩施州']").click()
    await office.pane(1).locator("select").select_option("city/恩施州")
    other = await office.page.context.new_page()
    await other.goto(str(office.server.make_url("/")))
    await other.wait_for_selector("html[data-ready]")
    await other.locator("[data-chat='city/恩施州']").click()

    await office.composer.fill("今日批复2宗")
    await office.composer.press("Enter")

    for pane in (office.pane(0), office.pane(1), other.locator("[data-pane='0']")):
        await expect(pane.locator(".message").last).to_contain_text("已登记｜恩施州", timeout=WITHIN_A_SECOND)
        await expect(pane.locator(".mine").last).to_contain_text("今日批复2宗")


async def test_who_is_not_in_a_group_only_looks_on(office: Office) -> None:
    await expect(office.pane(1).locator("textarea")).to_be_hidden()
    await expect(office.pane(1).locator(".pane-part")).to_have_text("旁观")

    await office.become("田五红", group="厅领导")

    await office.pane(1).locator("textarea").fill("日报")
    await office.pane(1).locator("textarea").press("Enter")
    await expect(office.last(1)).to_contain_text("日报", timeout=WITHIN_A_SECOND)
    assert office.sandbox.said == [("leader/田五红", "leaders", "日报")]


async def test_a_suggestion_fills_the_line_and_waits_for_enter(office: Office) -> None:
    await office.become("陌生人")

    await office.page.get_by_role("button", name="我是 恩施州 张三").click()

    await expect(office.composer).to_have_value("我是 恩施州 张三")
    await expect(office.composer).to_be_focused()
    assert office.sandbox.said == []


async def test_a_refused_message_stays_in_the_line_with_the_reason(office: Office) -> None:
    text = "宗" * 4001
    await office.composer.fill(text)

    await office.composer.press("Enter")

    await expect(office.pane(0).get_by_role("alert")).to_contain_text("最多4000字，现有4001字")
    await expect(office.composer).to_have_value(text)


async def test_a_draft_is_kept_while_one_is_somebody_else(office: Office) -> None:
    await office.composer.fill("写到一半")

    await office.become("宜昌")
    await expect(office.composer).to_have_value("")
    await office.become("恩施")

    await expect(office.composer).to_have_value("写到一半")


async def test_who_and_where_survive_a_reload(office: Office) -> None:
    await office.become("黄冈")
    await office.pane(2).locator("select").select_option("liaisons")

    await office.page.reload()
    await office.page.wait_for_selector("html[data-ready]")

    await expect(office.page.locator(".me")).to_contain_text("黄冈市")
    await expect(office.pane(2).locator("select")).to_have_value("liaisons")


async def test_one_who_was_just_let_in_can_be_chosen_at_once(office: Office) -> None:
    office.sandbox.welcome(Person(id="x", name="张三丰", role=Role.CITY_LIAISON, region="恩施州"))

    await office.become("恩施 张三丰")

    await expect(office.page.locator(".me")).to_contain_text("张三丰")


async def test_a_page_whose_server_began_anew_begins_anew(browser: Browser) -> None:
    office = await opened(browser)
    port = office.server.port
    await office.server.close()
    await expect(office.page.locator(".connection")).to_contain_text("重新连接")

    office.sandbox = FakeSandbox(CAMPAIGN)
    office.server = TestServer(make_app(office.sandbox, CAMPAIGN), port=port)
    await office.server.start_server()

    await expect(office.page.locator(".connection")).to_be_hidden(timeout=15_000)
    await expect(office.page.locator("[data-chat='leaders']")).to_be_visible()
    office.sandbox.feed.publish(
        Message.of(say("又见面了"), chat_id="leaders", at=office.sandbox.now(), kind=PostKind.ALERT)
    )
    await expect(office.last(1)).to_contain_text("又见面了")
    office.faults.clear()
    await closed(office)


async def test_everything_can_be_done_by_keyboard(office: Office) -> None:
    page = office.page
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="+1小时")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".clock-time")).to_have_text("15:20")
    await expect(page.get_by_role("button", name="+1小时")).to_be_focused()

    for _ in range(4):
        await page.keyboard.press("Tab")
    await expect(office.person("恩施").locator("input")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".me")).to_contain_text("荆门市")

    await page.locator(".skip").focus()
    await page.keyboard.press("Enter")
    await expect(office.composer).to_be_focused()
    await page.keyboard.type("进度")
    await page.keyboard.press("Enter")

    await expect(office.last()).to_contain_text("批次用地", timeout=WITHIN_A_SECOND)


@pytest.mark.parametrize("width", [320, 390, 600, 860, 1024, 1240, 1440, 1920])
async def test_no_width_scrolls_sideways(browser: Browser, width: int) -> None:
    office = await opened(browser, width=width, height=800)

    await office.composer.fill("今日批复" + "123456789" * 40)
    await office.composer.press("Enter")
    await expect(office.last()).to_contain_text("已登记", timeout=WITHIN_A_SECOND)

    assert not await office.is_scrolled_sideways()
    box = await office.composer.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    await closed(office)


async def test_on_a_phone_one_chat_fills_the_screen_and_the_others_are_a_touch_away(phone: Office) -> None:
    await expect(phone.pane(1)).to_be_hidden()
    assert not await phone.is_scrolled_sideways()

    await phone.move("到18:00")
    await expect(phone.page.locator("[data-chat='leaders'] .unread")).to_have_text("1")
    await phone.page.locator("[data-chat='leaders']").tap()

    await expect(phone.last()).to_contain_text("【攻坚日报】")
    await expect(phone.page.locator("[data-chat='leaders'] .unread")).to_be_hidden()
    assert not await phone.is_scrolled_sideways()


async def test_on_a_phone_one_chooses_who_to_be_in_a_drawer(phone: Office) -> None:
    await expect(phone.page.locator("#people")).to_be_hidden()
    await phone.page.locator(".me-button").tap()
    await expect(phone.page.locator("#people")).to_be_visible()

    await phone.person("潜江").tap()

    await expect(phone.page.locator("#people")).to_be_hidden()
    await expect(phone.page.locator(".me-button")).to_contain_text("潜江市")
    await phone.composer.fill("今日批复1宗")
    await phone.page.get_by_role("button", name="发送").tap()
    await expect(phone.last()).to_contain_text("已登记｜潜江市", timeout=WITHIN_A_SECOND)

import asyncio
import datetime as dt

import pytest

from bot.clock import SHANGHAI
from bot.document import Document, File, PostKind, Severity
from bot.pages.feed import Feed, GoneError, Message, Tick

AT = dt.datetime(2023, 11, 15, 18, 0, tzinfo=SHANGHAI)


def message(text: str = "日报", chat_id: str = "leaders") -> Message:
    return Message(chat_id=chat_id, at=AT, text=text)


async def test_events_are_numbered_and_can_be_taken_up_after_any_of_them() -> None:
    feed = Feed()
    for text in ("一", "二", "三"):
        feed.publish(message(text))

    fresh = await feed.after(1, wait_s=0)

    assert [(number, event.text) for number, event in fresh if isinstance(event, Message)] == [(2, "二"), (3, "三")]


async def test_who_waits_is_woken_by_the_next_event() -> None:
    feed = Feed()
    waiting = asyncio.create_task(feed.after(0, wait_s=60))
    await asyncio.sleep(0)

    feed.publish(Tick(now=AT))

    assert await waiting == ((1, Tick(now=AT)),)


async def test_a_silent_feed_gives_nothing_when_the_time_is_up() -> None:
    assert await Feed().after(0, wait_s=0) == ()


async def test_closing_wakes_everybody_at_once() -> None:
    feed = Feed()
    waiting = [asyncio.create_task(feed.after(0, wait_s=60)) for _ in range(3)]
    await asyncio.sleep(0)

    feed.close()

    assert await asyncio.gather(*waiting) == [(), (), ()]
    assert await feed.after(0, wait_s=60) == ()


async def test_one_who_fell_too_far_behind_is_told_to_begin_anew() -> None:
    feed = Feed(keep=2)
    for _ in range(5):
        feed.publish(message())

    assert len(await feed.after(3, wait_s=0)) == 2
    with pytest.raises(GoneError):
        await feed.after(2, wait_s=0)


async def test_a_number_of_another_run_is_not_believed() -> None:
    with pytest.raises(GoneError):
        await Feed().after(7, wait_s=0)


def test_history_is_per_chat_bounded_and_oldest_first() -> None:
    feed = Feed(keep_per_chat=3)
    for number in range(6):
        feed.publish(message(str(number), "leaders" if number % 2 else "headquarters"))

    assert [m.text for _, m in feed.history("leaders", limit=2)] == ["3", "5"]
    assert feed.history("nowhere", limit=5) == ()


def test_only_files_that_were_shown_are_known() -> None:
    feed = Feed()
    picture = File(name="日报.png", media_type="image/png", sha256="ab")
    document = Document(lines=("见图",), title="日报", picture=picture, severity=Severity.RED, mentions=("p1",))

    feed.publish(Message.of(document, chat_id="leaders", at=AT, kind=PostKind.DAILY))

    assert feed.file("ab") == picture
    assert feed.file("cd") is None
    shown = feed.history("leaders", limit=1)[0][1]
    assert (shown.title, shown.text, shown.severity, shown.mentions) == ("日报", "见图", Severity.RED, ("p1",))

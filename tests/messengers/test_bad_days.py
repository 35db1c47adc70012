"""When a platform fails: nothing is told in logs that should not be, the others go on, and the admins hear of it."""

import io
import logging
import re
from typing import Any

import pytest
import structlog

from bot.clock import ManualClock
from bot.document import Document, PostKind
from config.campaign import Campaign
from storage.records import Person, Role
from tests.messengers.platforms import ALL, ConnectionPlatform, Platform, Stage
from tests.messengers.platforms.generic import GenericPlatform
from tests.messengers.platforms.stage import ACK, REPORT


@pytest.mark.parametrize("platform", ALL, indirect=True, ids=lambda kind: kind.__name__)
async def test_no_secret_and_no_word_of_a_message_is_ever_logged(
    platform: Platform, sqlite_url: str, campaign: Campaign, clock: ManualClock
) -> None:
    logged = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(logged),
    )
    secrets = _secrets(platform.settings())
    stage = Stage(platform, url=sqlite_url, campaign=campaign, clock=clock)
    await stage.open()
    await stage.hears(REPORT)
    if not isinstance(platform, ConnectionPlatform):
        for call in (platform.unsigned(platform.call(REPORT)), platform.forged(platform.call(REPORT))):
            await stage.calls(call)
        await stage.calls(platform.believed(b"no message"))
    for bad_day in (platform.refuse_for_pace, platform.lose_next_answer, platform.end_tokens):
        bad_day()
        await stage.owes(Document(lines=("【攻坚日报】",)))
        await stage.passes(minutes=5)
    await platform.stop()
    await stage.owes(Document(lines=("【攻坚日报】",)))
    await stage.passes(minutes=5)
    await stage.close()
    structlog.reset_defaults()

    told = logged.getvalue()
    assert "delivered" in told
    assert [word for word in (*secrets, REPORT, "攻坚日报", "已登记") if word in told] == []


def _secrets(settings: dict[str, Any]) -> list[str]:
    """Every value of the settings that is a secret, by its name."""
    found = []
    for name, value in settings.items():
        if isinstance(value, dict):
            found += _secrets(value)
        elif re.search(r"secret|token|key", name):
            found.append(str(value))
    return found


@pytest.mark.parametrize("kind", [k for k in ALL if k is not GenericPlatform], ids=lambda kind: kind.__name__)
async def test_a_dead_robot_leaves_the_others_alone_and_the_admins_are_told_in_one_alert_an_hour(
    kind: type[Platform], sqlite_url: str, campaign: Campaign, clock: ManualClock
) -> None:
    dead, alive = kind(clock), GenericPlatform(clock)
    await dead.start()
    await alive.start()
    stage = Stage(dead, alive, url=sqlite_url, campaign=campaign, clock=clock)
    stage.people = [Person(messenger="generic", user_id="admin-1", name="陈主任", role=Role.ADMIN)]
    await stage.open()
    await stage.owes(Document(lines=("【攻坚日报】",)), chats=3, kind=PostKind.REMINDER)
    await dead.stop()

    await stage.calls(alive.call(REPORT), path=alive.path)
    await stage.settle()
    answered = list(alive.said)
    await stage.passes(hours=7)
    await stage.passes(hours=2)
    await stage.close()
    await alive.stop()

    assert [ACK in text for text in answered] == [True]
    alerts = [text for text in alive.said if dead.name in text]
    assert 1 <= len(alerts) <= 2
    assert "3条消息未能送达" in alerts[-1]

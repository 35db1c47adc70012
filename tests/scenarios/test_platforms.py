"""A day on each platform: a signed report in the group, its acknowledgement, the digest with its picture at 18:00."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import wiring
from bot.clock import SHANGHAI, ManualClock
from config import settings
from config.campaign import Campaign
from storage.database import Database
from storage.records import Chat, Person, Role
from tests.messengers.platforms import ALL, ConnectionPlatform, Platform, Stage
from tests.messengers.platforms.dingtalk import DingTalkPlatform
from tests.messengers.platforms.feishu import FeishuPlatform
from tests.messengers.platforms.generic import GenericPlatform
from tests.messengers.platforms.stage import ACK, REGION, REPORT
from tests.messengers.platforms.wecom import AppPlatform, WeComPlatform

GROUPS = [kind for kind in ALL if kind is not AppPlatform]
"""An app of WeCom hears no groups."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(dt.datetime(2023, 11, 15, 16, 40, tzinfo=SHANGHAI))


@pytest.fixture
async def platform(request: pytest.FixtureRequest, clock: ManualClock) -> AsyncIterator[Platform]:
    made: Platform = request.param(clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def stage(platform: Platform, sqlite_url: str, campaign: Campaign, clock: ManualClock) -> AsyncIterator[Stage]:
    stage = Stage(platform, url=sqlite_url, campaign=campaign, clock=clock)
    city, leaders = (chat_id for chat_id, _ in platform.chats(2))
    stage.bound = [
        Chat(messenger=platform.name, chat_id=city, kind="city", region=REGION, route=platform.route),
        Chat(messenger=platform.name, chat_id=leaders, kind="leaders", route=platform.route),
    ]
    await stage.open()
    yield stage
    await stage.close()


def pictures(platform: Platform) -> list[bytes]:
    """The pictures that people see."""
    if isinstance(platform, GenericPlatform):
        return [f["base64"].encode() for one in platform.got.values() for f in one["attachments"]]
    if isinstance(platform, DingTalkPlatform):
        shown = [said.content.get("photoURL") for said in platform.fake.said]
        return [platform.fake.media[name] for name in shown if name in platform.fake.media]
    if isinstance(platform, FeishuPlatform):
        return [one.data for one in platform.fake.uploads.values() if one.kind == "image"]
    assert isinstance(platform, WeComPlatform)
    return [_wecom_picture(platform, one["message"]) for one in platform.fake.said if "image" in one["message"]]


def files(platform: Platform) -> list[str]:
    """The names of the files that people see."""
    if isinstance(platform, GenericPlatform):
        return [f["name"] for one in platform.got.values() for f in one["attachments"]]
    if isinstance(platform, DingTalkPlatform):
        return [said.content["fileName"] for said in platform.fake.said if "fileName" in said.content]
    if isinstance(platform, FeishuPlatform):
        return [one.name for one in platform.fake.uploads.values() if one.kind == "file"]
    assert isinstance(platform, WeComPlatform)
    shown = [one["message"]["file"]["media_id"] for one in platform.fake.said if "file" in one["message"]]
    return [platform.fake.media[media_id][1] for media_id in shown]


def _wecom_picture(platform: WeComPlatform, message: dict[str, Any]) -> bytes:
    part = message["image"]
    return part["base64"].encode() if "base64" in part else platform.fake.media[part["media_id"]][2]


@pytest.mark.parametrize("platform", GROUPS, indirect=True, ids=lambda kind: kind.__name__)
async def test_a_day_in_the_group(stage: Stage, platform: Platform) -> None:
    city = stage.bound[0].chat_id

    await stage.hears(REPORT, group=city)
    await stage.settle()
    acknowledged = list(platform.said)
    await stage.passes(hours=1, minutes=30)

    assert [ACK in text for text in acknowledged] == [True]
    digests = [text for text in platform.said if "攻坚日报" in text]
    assert len(digests) == 1
    assert "今日＋2宗" in digests[0]
    assert len(pictures(platform)) == 1
    assert (await stage.posts()).get("dead") is None


@pytest.mark.parametrize("platform", GROUPS, indirect=True, ids=lambda kind: kind.__name__)
async def test_thursday_brings_the_weekly_with_its_sheet(stage: Stage, platform: Platform) -> None:
    await stage.hears(REPORT, group=stage.bound[0].chat_id)
    await stage.passes(hours=23, minutes=40)

    assert any("周" in text for text in platform.said)
    assert [name.rpartition(".")[2] for name in files(platform) if "xlsx" in name] != []
    assert (await stage.posts()).get("dead") is None


@pytest.mark.parametrize("platform", [AppPlatform], indirect=True)
async def test_a_day_with_an_app_that_hears_its_members_one_by_one(stage: Stage, platform: Platform) -> None:
    await stage.hears(REPORT)
    await stage.settle()

    assert [ACK in text for text in platform.said] == [True]


@pytest.mark.parametrize("platform", GROUPS, indirect=True, ids=lambda kind: kind.__name__)
async def test_a_reply_survives_a_restart_and_still_goes_where_it_was_asked(stage: Stage, platform: Platform) -> None:
    await stage.hears(REPORT, group=stage.bound[0].chat_id)
    while await stage.service.clerk.handle_next():
        pass

    await stage.restart()
    await stage.settle()
    await stage.settle()

    assert [ACK in text for text in platform.said] == [True]
    assert (await stage.posts())["doubled"] == 0


@pytest.mark.parametrize("platform", [FeishuPlatform], indirect=True)
async def test_whoever_joins_belongs_to_the_robot_that_was_spoken_to(stage: Stage, platform: Platform) -> None:
    await stage.restart()
    stage.people = [Person(messenger=platform.name, user_id="ou_2", name="陈主任", role=Role.ADMIN)]
    await stage.restart()

    await stage.calls(platform.call("我是 鄂州市 李四", message_id="j1", sender="ou_3"))
    await stage.settle()
    await stage.calls(platform.call("同意 1", message_id="j2", sender="ou_2"))
    await stage.settle()
    before = len(platform.said)
    await stage.calls(platform.call("今日批复3宗", message_id="j3", sender="ou_3"))
    await stage.settle()

    assert ["已登记｜鄂州市" in text for text in platform.said[before:]] == [True]


@pytest.mark.parametrize("platform", [ConnectionPlatform], indirect=True)
async def test_what_needs_the_connection_waits_for_its_holder_without_using_up_tries(
    stage: Stage, platform: Platform, sqlite_url: str, campaign: Campaign, clock: ManualClock
) -> None:
    """A second process may not send, nor count tries, while the first holds the robot's connection."""
    second = await wiring.service_of(
        settings.load(**platform.settings()), campaign, database=Database(sqlite_url), clock=clock, wall=clock
    )
    await stage.hears(REPORT)
    await second.clerk.handle_next()

    claimed = [await courier.deliver_next() for courier in second.couriers]
    waiting = await stage.posts()
    await second.close()
    await stage.settle()

    assert claimed == [False]
    assert waiting["waiting"] == 1
    assert [ACK in text for text in platform.said] == [True]

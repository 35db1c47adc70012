"""What every messenger keeps to, tried on all of them through the real door, database, Clerk and Couriers."""

import asyncio
import re
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import ManualClock
from bot.document import Document
from bot.receive import MAX_BODY_BYTES
from bot.rules.wording import hints
from tests.messengers.platforms import ALL, CALLING, ConnectionPlatform, Platform, Stage
from tests.messengers.platforms.generic import GenericPlatform
from tests.messengers.platforms.stage import ACK, REPORT

HOSTILE = (
    "@所有人 @all <@all> <@everyone>",
    '<at user_id="all">所有人</at> <at id=all></at>',
    "[点此领取](http://evil.example/x) ![图](http://evil.example/y.png)",
    "```\n# 标题\n```",
)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]><xml><Encrypt>&c;&d;</Encrypt></xml>'
)


callers = pytest.mark.parametrize("platform", CALLING, indirect=True, ids=lambda kind: kind.__name__)
everybody = pytest.mark.parametrize("platform", ALL, indirect=True, ids=lambda kind: kind.__name__)


@callers
class TestTheDoor:
    """Whom a messenger believes, and what becomes of a call."""

    async def test_a_signed_message_is_kept_and_answered(self, stage: Stage, platform: Platform) -> None:
        status, _ = await stage.calls(platform.call(REPORT))
        await stage.settle()

        assert status == 200
        assert [text.startswith(ACK) or ACK in text for text in platform.said] == [True]

    async def test_an_unsigned_call_is_not_believed(self, stage: Stage, platform: Platform) -> None:
        status, body = await stage.calls(platform.unsigned(platform.call(REPORT)))

        assert (status, body, await stage.kept()) == (401, b"", 0)

    async def test_a_forged_call_is_not_believed(self, stage: Stage, platform: Platform) -> None:
        status, _ = await stage.calls(platform.forged(platform.call(REPORT)))

        assert (status, await stage.kept()) == (401, 0)

    async def test_a_stale_call_is_not_believed(self, stage: Stage, platform: Platform, clock: ManualClock) -> None:
        call = platform.call(REPORT)
        clock.advance(seconds=platform.stale_after.total_seconds())

        status, _ = await stage.calls(call)

        assert (status, await stage.kept()) == (401, 0)

    async def test_a_call_replayed_right_away_counts_once(self, stage: Stage, platform: Platform) -> None:
        call = platform.call(REPORT)

        statuses = [(await stage.calls(call))[0] for _ in range(3)]
        await stage.settle()

        assert (statuses, await stage.kept(), len(platform.said)) == ([200, 200, 200], 1, 1)

    async def test_a_message_repeated_after_the_window_and_a_restart_counts_once(
        self, stage: Stage, platform: Platform, clock: ManualClock
    ) -> None:
        """The platform signs, and where it encrypts seals, its repetition anew."""
        await stage.calls(platform.call(REPORT))
        await stage.settle()
        clock.advance(seconds=platform.stale_after.total_seconds())
        await stage.restart()

        status, _ = await stage.calls(platform.call(REPORT))
        await stage.settle()

        assert (status, await stage.kept(), len(platform.said), await stage.flagged()) == (
            (409, 1, 1, 1) if isinstance(platform, GenericPlatform) else (200, 1, 1, 0)
        )

    async def test_the_same_id_with_other_words_is_flagged_and_not_recorded(
        self, stage: Stage, platform: Platform
    ) -> None:
        await stage.calls(platform.call(REPORT))

        status, _ = await stage.calls(platform.call("今日批复9宗900亩"))
        await stage.settle()

        assert (status, await stage.kept(), await stage.flagged()) == (platform.conflict_status, 1, 1)
        assert len(platform.said) == 1

    async def test_the_robots_own_words_told_to_it_are_neither_recorded_nor_answered(
        self, stage: Stage, platform: Platform
    ) -> None:
        await stage.calls(platform.call(REPORT))
        await stage.settle()
        (answer,) = platform.said

        anything = () if isinstance(platform, GenericPlatform) else ("今日批复5宗500亩",)  # it names no robot
        for number, text in enumerate((answer, hints.stranger(), *anything)):
            assert (await stage.calls(platform.echo(text, message_id=f"echo{number}")))[0] == 200
            await stage.settle()

        assert platform.said == [answer]

    async def test_an_oversize_call_is_refused_unread(self, stage: Stage, platform: Platform) -> None:
        call = platform.call(REPORT)

        status, _ = await stage.calls(replace(call, body=call.body + b" " * MAX_BODY_BYTES))

        assert (status, await stage.kept()) == (413, 0)

    @pytest.mark.parametrize("plain", [b"", b"no message", b"[]", b'"text"'])
    async def test_a_believed_call_that_is_no_message_is_malformed(
        self, stage: Stage, platform: Platform, plain: bytes
    ) -> None:
        status, _ = await stage.calls(platform.believed(plain))

        assert (status, await stage.kept()) == (422, 0)

    @pytest.mark.parametrize("plain", [b"{}", b"<xml></xml>", b'{"msgid":7,"type":"message"}', b'{"event":[]}'])
    async def test_what_is_only_half_a_message_is_never_kept(
        self, stage: Stage, platform: Platform, plain: bytes
    ) -> None:
        status, _ = await stage.calls(platform.believed(plain))

        assert status in {200, 401, 422}
        assert await stage.kept() == 0

    @pytest.mark.parametrize("plain", [b"[" * 20_000, b'{"a":' * 8_000, b"<a>" * 12_000, BOMB])
    async def test_depth_and_bombs_harm_nobody(self, stage: Stage, platform: Platform, plain: bytes) -> None:
        inside = await stage.calls(platform.believed(plain))
        outside = await stage.calls(replace(platform.call(REPORT), body=plain))

        assert {inside[0], outside[0]} <= {401, 422}
        assert b"root:" not in inside[1] + outside[1]
        assert await stage.kept() == 0

    async def test_the_consoles_handshake_is_answered(self, stage: Stage, platform: Platform) -> None:
        if (shaken := platform.handshake()) is None:
            pytest.skip("this messenger has no handshake")
        call, wanted = shaken

        status, body = await stage.calls(call)

        assert status == 200
        assert wanted in body

    async def test_a_forged_handshake_is_not_answered(self, stage: Stage, platform: Platform) -> None:
        if (shaken := platform.handshake()) is None:
            pytest.skip("this messenger has no handshake")
        call, wanted = shaken
        forged = replace(call, body=call.body.replace(b"a", b"b"), query={**call.query, "msg_signature": "0" * 40})

        status, body = await stage.calls(forged)

        assert status in {401, 422}
        assert wanted not in body

    async def test_a_robot_that_is_off_has_no_route(self, stage: Stage, platform: Platform) -> None:
        others = [kind.path for kind in CALLING if kind.path != platform.path]

        found = [(await stage.calls(platform.call(REPORT), path=path))[0] for path in [*others, f"{platform.path}x"]]

        assert set(found) == {404}


@everybody
class TestSpeaking:
    """How a messenger says what is owed."""

    async def test_a_report_is_acknowledged_where_it_was_said(self, stage: Stage, platform: Platform) -> None:
        await stage.hears(REPORT)
        await stage.settle()

        assert len(platform.said) == 1
        assert ACK in platform.said[0]

    async def test_the_same_id_with_other_words_is_flagged(self, stage: Stage, platform: Platform) -> None:
        await stage.hears(REPORT)
        if isinstance(platform, ConnectionPlatform):
            await platform.hear(REPORT)
            await platform.hear("今日批复9宗900亩")
            async with asyncio.timeout(5):
                while not await stage.flagged():  # noqa: ASYNC110 nobody rings when a frame is judged
                    await asyncio.sleep(0)
        else:
            await stage.calls(platform.call("今日批复9宗900亩"))

        assert (await stage.kept(), await stage.flagged()) == (1, 1)

    async def test_a_long_text_arrives_whole_and_is_cut_between_lines(self, stage: Stage, platform: Platform) -> None:
        lines = tuple(f"第{n:04}行恩施州今日无变化随州市今日无变化" for n in range(1, 1501))

        await stage.owes(Document(title="攻坚日报", lines=lines))
        await stage.passes(hours=2)

        shown = platform.said
        assert (await stage.posts()).get("sent") == 1
        assert [sum(line in text for text in shown) for line in lines] == [1] * len(lines)
        if not isinstance(platform, GenericPlatform):
            assert len(shown) > 1
            assert f"1/{len(shown)}" in shown[0]

    @pytest.mark.parametrize("title", [None, "攻坚日报"])
    async def test_hostile_words_are_shown_and_do_nothing(
        self, stage: Stage, platform: Platform, title: str | None
    ) -> None:
        """Without a title most messengers are given plain text, with one their markup."""
        await stage.owes(Document(title=title, lines=HOSTILE))
        await stage.settle()

        assert "所有人" in "\n".join(platform.said)
        assert "点此领取" in "\n".join(platform.said)
        assert platform.called_out == []
        for text in platform.marked_up:
            assert "](http://" not in text
            assert not re.search(r"^(```|# 标题)", text, re.MULTILINE)

    async def test_a_refusal_for_pace_is_waited_out(self, stage: Stage, platform: Platform) -> None:
        await stage.owes(Document(lines=("【攻坚日报】",)))
        platform.refuse_for_pace()

        await stage.settle()
        refused = list(platform.said)
        await stage.passes(minutes=10)

        assert refused == []
        assert ["【攻坚日报】" in text for text in platform.said] == [True]

    async def test_a_token_that_ends_in_a_burst_is_fetched_once(self, stage: Stage, platform: Platform) -> None:
        if not platform.has_tokens:
            pytest.skip("this messenger has no tokens")
        await stage.owes(Document(lines=("第一条",)))
        await stage.settle()
        platform.end_tokens()

        await stage.owes(Document(lines=("第二条",)), chats=8)
        await stage.settle()

        assert (platform.token_fetches, len(platform.said)) == (2, 9)

    async def test_an_answer_lost_after_accepting_is_never_a_lost_message(
        self, stage: Stage, platform: Platform
    ) -> None:
        """Sent again under the same key where there is one; else once more, counted as maybe doubled."""
        await stage.owes(Document(lines=("【攻坚日报】",)))
        platform.lose_next_answer()

        await stage.passes(hours=1)

        posts = await stage.posts()
        assert posts.get("sent") == 1
        assert (len(platform.said), posts["doubled"]) == ((1, 0) if platform.idempotent else (2, 1))

    async def test_a_slow_server_does_not_hold_up_the_door(self, stage: Stage, platform: Platform) -> None:
        await stage.owes(Document(lines=("【攻坚日报】",)))
        platform.hold()
        posting = asyncio.create_task(stage.settle())

        if isinstance(platform, ConnectionPlatform):
            await platform.hear(REPORT)
        else:
            assert (await stage.calls(platform.call(REPORT)))[0] == 200
        async with asyncio.timeout(5):
            while not await stage.kept():  # noqa: ASYNC110 nobody rings when a message is kept
                await asyncio.sleep(0)
        assert not posting.done()
        platform.release()
        await posting
        await stage.settle()

        assert len(platform.said) == 2


@callers
async def test_a_platform_that_leads_elsewhere_is_not_followed(stage: Stage, platform: Platform) -> None:
    """What is owed, and the keys it goes with, are for the hosts that the settings name."""
    met: list[str] = []

    async def meet(request: web.Request) -> web.Response:
        met.append(request.path)
        return web.json_response({})

    elsewhere = web.Application()
    elsewhere.add_routes([web.route("*", "/{any:.*}", meet)])
    async with TestServer(elsewhere) as server:
        platform.leads_to = str(server.make_url("/"))
        await stage.owes(Document(lines=("【攻坚日报】",)))
        await stage.passes(minutes=10)

    assert (met, platform.said) == ([], [])

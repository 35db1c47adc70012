"""The self-audit finds what must not be, and finds nothing where all is well."""

import datetime as dt
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import delete, update

from bot import server
from bot.demo.sandbox import Demo
from bot.pages.sandbox import Step
from bot.selfaudit import STALE_AFTER, Finding, SelfAudit, beat
from config.campaign import Campaign
from storage import outbox as outbox_
from storage import selfaudit, usage
from storage.database import Database
from storage.spool import Spool
from storage.tables import entries, inbox, line_days, occurrences, outbox, reports
from tests.office import Office


def audit(office: Office) -> SelfAudit:
    service = office.service
    return SelfAudit(service.office, service.timetable, database=office.database, clock=office.clock)


async def test_a_day_of_reports_and_schedules_leaves_nothing_to_find(office: Office) -> None:
    await office.says("恩施", "今日批复3宗、120亩")
    await office.says("武汉", "无")
    await office.until("18:30")

    assert await audit(office).look() == []

    async with office.database.transaction(reading=True) as tx:
        assert await selfaudit.last_result(tx, office.campaign.key) == (office.clock.now(), {})
    (status,) = await office.says("管理员", "状态")
    assert "自查：11月15日18:30 正常。" in status


async def test_each_broken_promise_is_found(office: Office) -> None:
    await office.says("恩施", "今日批复3宗、120亩")
    await office.until("18:30")
    async with office.database.transaction() as tx:
        await tx.execute(update(inbox).values(state="waiting"))
        await tx.execute(update(line_days).values(count=99))
        await tx.execute(update(reports).values(state="voided"))
        await tx.execute(update(entries).values(live=True))
        long_ago = office.clock.now() - dt.timedelta(hours=1)
        await tx.execute(update(outbox).values(state="leased", lease_until=long_ago))
        await tx.execute(delete(occurrences).where(occurrences.c.schedule == "daily"))

    found = {finding.promise for finding in await audit(office).look()}

    assert found == {"unread", "miscounted", "voided", "stuck", "unaccounted"}


async def test_what_the_audit_found_makes_the_service_not_ready_and_is_told_to_prometheus(office: Office) -> None:
    async with TestClient(TestServer(server.app_of(office.service))) as http:
        assert (await http.get("/readyz")).status == 200
        await office.says("恩施", "今日批复3宗、120亩")
        async with office.database.transaction() as tx:
            await tx.execute(update(line_days).values(count=99))
        assert await audit(office).look() == [Finding("miscounted", 1)]

        answer = await http.get("/readyz")
        said = await answer.json()
        figures = await (await http.get("/metrics")).text()

        await office.simulation.settle()  # the admins hear of it
        (status,) = await office.says("管理员", "状态")

    assert (answer.status, said["status"], said["audit"]) == (503, "not ready", "miscounted: 1")
    assert "自查：11月15日09:00 台账与明细不符1处。" in status
    assert "duban_selfaudit_findings 1.0" in figures
    assert 'duban_inbox_messages{state="done"} 1.0' in figures
    assert "duban_spool_bytes 0.0" in figures


async def test_prometheus_is_told_of_queues_occurrences_budgets_quotas_and_the_spool(office: Office) -> None:
    await office.says("恩施", "今日批复3宗、120亩")
    digests = len(await office.until("18:01"))
    async with office.database.transaction() as tx:
        await usage.add(tx, "feishu:main", "2023-10", {"api": 9000})
        await usage.add(tx, "feishu:main", "2023-11", {"api": 412})
        await tx.execute(update(inbox).values(state="waiting"))
        office.clock.advance(seconds=90)
        await outbox_.note_send(tx, "generic", at=office.clock.now())

    async with TestClient(TestServer(server.app_of(office.service))) as http:
        text = await (await http.get("/metrics")).text()

    said = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    struck_at = office.clock.now().replace(hour=18, minute=0, second=0).timestamp()
    assert digests
    assert float(said['duban_schedule_last_timestamp_seconds{schedule="daily"}']) == struck_at
    assert float(said["duban_inbox_oldest_seconds"]) == pytest.approx(9 * 3600 + 150, abs=1)
    assert float(said["duban_outbox_oldest_due_seconds"]) == 0
    assert {name: value for name, value in said.items() if "quota" in name} == {
        'duban_quota_used{meter="api",month="2023-11",robot="feishu:main"}': "412.0"
    }
    assert said['duban_sends_last_minute{destination="generic"}'] == "1.0"
    assert {"duban_spool_bytes", "duban_spool_quarantined_lines", "duban_outbox_maybe_doubled"} <= said.keys()


async def test_admins_hear_of_a_finding_once_a_day(office: Office) -> None:
    await office.says("恩施", "今日批复3宗、120亩")
    async with office.database.transaction() as tx:
        await tx.execute(update(line_days).values(count=99))

    await audit(office).look()
    told = await office.until("09:05")
    await audit(office).look()
    told_again = await office.until("09:10")

    news = "【运行提示】自查发现台账与明细不符1处，请联系运维人员；详见“状态”。"
    assert [post.document.text for post in told] == [news]
    assert told_again == []


async def test_the_heart_is_heard_only_while_every_promise_holds(office: Office) -> None:
    beats: list[str] = []

    async def heard(request: web.Request) -> web.Response:
        beats.append(request.path)
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/ping/4711", heard)])
    async with TestServer(app) as monitor:
        url = str(monitor.make_url("/ping/4711"))
        await beat(audit(office), url)
        await office.says("恩施", "今日批复3宗、120亩")
        async with office.database.transaction() as tx:
            await tx.execute(update(line_days).values(count=99))
        await beat(audit(office), url)

    assert beats == ["/ping/4711"]


async def test_a_heartbeat_that_is_led_elsewhere_goes_nowhere(office: Office) -> None:
    met: list[str] = []

    async def lead(request: web.Request) -> web.Response:
        met.append(request.path)
        raise web.HTTPFound("/elsewhere")

    app = web.Application()
    app.add_routes([web.get("/{any:.*}", lead)])
    async with TestServer(app) as monitor:
        await beat(audit(office), str(monitor.make_url("/ping")))

    assert met == ["/ping"]


async def test_books_that_nobody_audits_any_more_are_told_but_calls_are_taken(office: Office) -> None:
    async with TestClient(TestServer(server.app_of(office.service))) as http:
        await audit(office).look()
        office.clock.advance(seconds=STALE_AFTER.total_seconds() + 1)

        answer = await http.get("/readyz")

        assert (answer.status, (await answer.json())["status"]) == (200, "degraded")
        assert "audit_age" in await answer.json()


async def test_a_spool_that_cannot_be_written_is_told_before_it_is_needed(office: Office, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    office.service.letterbox.spool = Spool(tmp_path / "file" / "spool")

    async with TestClient(TestServer(server.app_of(office.service))) as http:
        answer = await http.get("/readyz")

        assert (answer.status, await answer.json()) == (200, {"status": "degraded", "spool": "cannot be written"})


async def test_the_sandbox_audits_its_books_before_a_visitor_asks_and_whenever_the_clock_is_moved(
    sqlite: Database, campaign: Campaign
) -> None:
    demo = Demo(campaign.model_copy(update={"pictures": False}), sqlite)

    results = []
    await demo.begin()
    for _ in range(2):
        async with sqlite.transaction(reading=True) as tx:
            results.append(await selfaudit.last_result(tx, campaign.key))
        await demo.move(Step.HOUR)

    assert [found for found in results if found is None or found[1]] == []
    assert [found[0].hour for found in results if found] == [14, 15]

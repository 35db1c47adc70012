"""The self-audit finds what must not be, and finds nothing where all is well."""

import datetime as dt

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import delete, update

from bot import server
from bot.selfaudit import Finding, SelfAudit
from storage import selfaudit
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

    assert (answer.status, said["audit"]) == (503, "miscounted: 1")
    assert "duban_selfaudit_findings 1.0" in figures
    assert 'duban_inbox_messages{state="done"} 1.0' in figures
    assert "duban_spool_bytes 0.0" in figures

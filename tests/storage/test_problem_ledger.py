"""What is kept of problems, projects and visits, on both kinds of database."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from msgspec import structs

from bot.clock import SHANGHAI
from storage import inbox, ledger, problems, projects, tables, visits
from storage.database import Database, Tx
from storage.inbox import Message
from storage.kept import Deed, Happening, KeptProblem, ProblemState
from storage.projects import ProjectPlan
from storage.records import ProjectStage, RecordState, Report, Visit

KEY = "hubei-2023q4"
NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=SHANGHAI)
DAY = NOW.date()


def problem(number: int | None, **changes: object) -> KeptProblem:
    kept = KeptProblem(
        campaign=KEY,
        region="恩施州",
        category="farmland",
        text="耕地占补指标不足",
        state=ProblemState.WAITING,
        number=number,
        division="耕保处",
        opened_at=NOW,
        changed_at=NOW,
    )
    return replace(kept, **changes)  # type: ignore[arg-type]


async def test_problems_are_numbered_kept_and_found(database: Database) -> None:
    async with database.transaction() as tx:
        number = await problems.next_number(tx, KEY)
        kept = await problems.add(tx, [problem(number), problem(number + 1, region="武汉市"), problem(None)])
        await problems.save(tx, [replace(kept[0], state=ProblemState.CLOSED, measure="补划", due=DAY)])

    async with database.transaction(reading=True) as tx:
        found = await problems.find(tx, KEY, 1)
        live = await problems.live(tx, KEY, regions=["武汉市", "恩施州"])
        with_number = await problems.live(tx, KEY, regions=["武汉市"], numbers=[1])
        following = await problems.next_number(tx, KEY)

    assert found == replace(kept[0], state=ProblemState.CLOSED, measure="补划", due=DAY)
    assert [p.number for p in live] == [2]
    assert [p.number for p in with_number] == [1, 2]
    assert following == 3


async def test_history_is_kept_in_order(database: Database) -> None:
    opened = Happening(number=1, deed=Deed.OPENED, at=NOW, actor="a")
    asked = Happening(number=1, deed=Deed.ASKED, at=NOW + dt.timedelta(days=1), actor="duban", detail={"why": "silent"})
    async with database.transaction() as tx:
        await problems.add(tx, [problem(1)])
        await problems.note(tx, KEY, [opened, asked])

    async with database.transaction(reading=True) as tx:
        assert await problems.history(tx, KEY, 1) == [opened, asked]
        assert await problems.deeds(tx, KEY, deed=Deed.ASKED) == {1: [asked.at]}


async def test_new_and_overdue_problems_are_counted(database: Database) -> None:
    yesterday = DAY - dt.timedelta(days=1)
    async with database.transaction() as tx:
        await problems.add(
            tx,
            [
                problem(1, due=yesterday),
                problem(2, due=yesterday, state=ProblemState.SOLVED),
                problem(3, state=ProblemState.WITHDRAWN),
                problem(None, state=ProblemState.CANDIDATE),
                problem(4, opened_at=NOW - dt.timedelta(days=3)),
            ],
        )
        midnight = NOW.replace(hour=0)
        new, overdue = await problems.counts(
            tx, KEY, day_starts=midnight, day_ends=midnight + dt.timedelta(days=1), today=DAY
        )

    assert (new, overdue) == (2, {"耕保处": 1})


async def test_a_project_is_listed_reported_and_merged(database: Database) -> None:
    plan = ProjectPlan(region="武汉市", name="汉江大桥", area_mu=Decimal("820.5"), planned={"approved": DAY})
    async with database.transaction() as tx:
        report = await _report(tx)
        brought = [await projects.upsert(tx, KEY, plan), await projects.upsert(tx, KEY, plan)]
        brought.append(await projects.upsert(tx, KEY, replace(plan, county="江夏区")))
        await projects.add_stages(tx, [(report, _stage("汉江大桥")), (report, _stage("汉江公路大桥"))])
        by_name = {p.name: p for p in await projects.load(tx, KEY)}
        moved = await projects.merge(tx, kept=by_name["汉江大桥"], other=by_name["汉江公路大桥"])
        await projects.add_stages(tx, [(report, _stage("汉江公路大桥"))])
        merged = {p.name: p for p in await projects.load(tx, KEY, regions=["武汉市"])}

    assert brought == ["added", "same", "changed"]
    assert (merged["汉江大桥"].county, merged["汉江大桥"].area_mu) == ("江夏区", Decimal("820.5"))
    assert merged["汉江大桥"].planned == {"approved": DAY}
    assert len(merged["汉江大桥"].stages) == 3
    assert merged["汉江公路大桥"].merged_into == merged["汉江大桥"].id
    assert len(moved) == 1


async def test_what_a_report_brought_goes_and_comes_back_with_it(database: Database) -> None:
    async with database.transaction() as tx:
        report = await _report(tx)
        await problems.add(tx, [problem(1, report=report.number), problem(2, report=report.number)])
        touched = Happening(number=2, deed=Deed.TASKED, at=NOW, actor="b", detail={"from": "待处置"})
        await problems.note(tx, KEY, [Happening(number=1, deed=Deed.OPENED, at=NOW, actor="a"), touched])
        await projects.add_stages(tx, [(report, _stage("汉江大桥"))])
        await visits.add(tx, [(report, Visit(region="武汉市", division=None, leader=None, date=DAY))])

    async with database.transaction() as tx:
        await ledger.set_state(tx, report.number, RecordState.VOIDED, at=NOW, by="a", reason="撤回")
        voided = await _kept(tx)
        await ledger.set_state(tx, report.number, RecordState.LIVE, at=NOW, by="a", reason="恢复")
        restored = await _kept(tx)

    assert voided == ([2], 0, 0)
    assert restored == ([1, 2], 1, 1)


async def _report(tx: Tx) -> Report:
    said = Message(
        campaign=KEY,
        messenger="sandbox",
        message_id="m1",
        body_sha256="0" * 64,
        chat_id="city/武汉市",
        chat_kind="group",
        sender_id="liaison",
        text="汉江大桥项目已组卷上报省厅",
        sent_at=NOW,
        received_at=NOW,
    )
    values = {name: value for name, value in structs.asdict(said).items() if name != "id"}
    await tx.execute(tables.inbox.insert(), values | {"state": inbox.State.WAITING})
    kept = await inbox.by_message_id(tx, "sandbox", "m1")
    assert kept is not None
    report = Report(
        number=(await ledger.draw_report_numbers(tx, 1))[0],
        campaign=KEY,
        region="武汉市",
        inbox_id=kept.id,
        sender="sandbox/liaison",
        day=DAY,
        sent_at=NOW,
    )
    await ledger.add_reports(tx, [report])
    return report


async def _kept(tx: Tx) -> tuple[list[int | None], int, int]:
    shown = await problems.shown(tx, KEY)
    stages = [stage for p in await projects.load(tx, KEY) for stage in p.stages]
    return [p.number for p in shown], len(stages), len(await visits.every(tx, KEY))


def _stage(project: str) -> ProjectStage:
    return ProjectStage(region="武汉市", project=project, stage="submitted", date=DAY)

"""What was published, once more; the curve of a unit, and what its figures rest on; and the word on three lists."""

import datetime as dt
from dataclasses import replace
from functools import partial

from bot import account
from bot.clock import local_day
from bot.commands import days
from bot.commands.call import Call, Command, Said, hint, refuse, say
from bot.document import Document, PostKind
from bot.publish import editions, pictures
from bot.publish.pieces import Pen
from bot.publish.studio import order
from bot.rules import evidence, problem_lists, weekly
from bot.rules.overview import NOTHING
from bot.rules.wording import evidence as wording
from bot.rules.wording import hints, inquiries
from bot.rules.wording import weekly as weekly_words
from bot.rules.wording.phrases import day_text
from config.campaign import Campaign
from storage import audit, history, ledger, snapshots
from storage.database import Tx
from storage.records import Role


async def last(tx: Tx, call: Call, *, kind: str, name: str) -> Said:
    """日报 [日期]: a published summary once more, with the text and the files it went out with."""
    day = days.read_day(call.args.when, local_day(call.now)) if call.args.when else None
    if day is not None:
        found = await snapshots.of_day(tx, call.campaign.key, kind, day)
        if found is None:
            return hint(wording.nothing_of_day(name, day_text(day)))
    else:
        found = await snapshots.last(tx, call.campaign.key, kind)
    if found is None:
        return hint(wording.nothing_published(name))
    return Said(document=Document.from_json(dict(found.document)))


async def trend(tx: Tx, call: Call) -> Said:
    """走势 [市州]: the curve of a unit, or of the whole, with where it stands in words."""
    campaign, day = call.campaign, local_day(call.now)
    regions = call.args.regions or ((call.speaker.region,) if call.speaker.region and not call.args.whole else ())
    view = await account.of_day(tx, call.office, day=day, at=call.now)
    stage = campaign.counting_stage.key
    pen = Pen(campaign=campaign, pacing=call.office.pacing)
    if not regions:
        series = await history.series(tx, campaign.key, stage=stage, until=day)
        document = Document(lines=inquiries.progress_of_all(view, call.office.pacing)[:1])
        drawn = pictures.whole_trend_view(view, pen, series=series)
    else:
        position = view.position(regions[0], call.office.pacing)
        series = await history.series(tx, campaign.key, stage=stage, until=day, region=regions[0])
        document = Document(lines=(wording.trend_text(position, campaign),))
        drawn = pictures.trend_view(position, pen, series=series)
    if call.office.has_pictures:
        document = replace(document, picture=order(weekly_words.file_name(campaign, "走势", day, "png"), drawn))
    return Said(document=document)


async def backing(tx: Tx, call: Call) -> Said:
    """依据 市州 [环节]: the messages, senders, times and versions behind a figure."""
    campaign, day = call.campaign, local_day(call.now)
    regions = call.args.regions or ((call.speaker.region,) if call.speaker.region else ())
    if not regions:
        return hint(wording.which_unit())
    if not problem_lists.may_look_at(call.speaker, regions):
        return refuse(wording.own_sources_only())
    meant = _line_of(call.args.words, campaign)
    if meant is None:
        return hint(hints.near_miss("依据", f"依据 {regions[0]} {campaign.counting_stage.name}"))
    track, stage = meant
    region = regions[0]
    entries = await history.evidence(tx, campaign.key, region=region, stage=stage, until=day)
    view = await account.of_day(tx, call.office, day=day, at=call.now)
    stands = (await ledger.standings(tx, campaign.key, as_of=day, stages=[stage])).get((region, track, stage))
    lines = wording.backing_text(
        evidence.backing(entries, track=track),
        view.position(region, call.office.pacing, track),
        stage,
        stands[1] if stands else NOTHING,
        campaign,
    )
    return say(*lines)


def _line_of(said: str, campaign: Campaign) -> tuple[str, str] | None:
    """Return the track and stage that are meant: 上报, 重点项目; without a word what is counted."""
    said = said.strip()
    track, stage = campaign.default_track.key, campaign.counting_stage.key
    if not said:
        return track, stage
    stages = [s.key for s in campaign.stages if said in {s.name, *s.words}]
    tracks = [t.key for t in campaign.tracks if said in {t.name, *t.words}]
    if stages:
        return track, stages[0]
    return (tracks[0], stage) if tracks else None


async def confirm_lists(tx: Tx, call: Call) -> Said:
    """确认三清单: confirm the lists of the unit that one's division contracts, for the coming weekly."""
    campaign = call.campaign
    regions = _own_units(call)
    if not regions:
        return hint(weekly_words.nothing_to_confirm())
    day = editions.next_weekly(call.office, local_day(call.now))
    if day is None:
        return hint(weekly_words.no_weekly())
    if call.now > editions.confirm_by(call.office, day):
        return hint(weekly_words.too_late(day, campaign.deadlines.weekly_confirmed))
    return say(*[await _confirm(tx, call, region, day) for region in regions], kind=PostKind.ACK)


async def _confirm(tx: Tx, call: Call, region: str, day: dt.date) -> str:
    key, who = call.campaign.key, call.speaker.key
    if not await snapshots.confirm(tx, key, day=day, region=region, author=who, at=call.now):
        return weekly_words.confirmed_before(region)
    await audit.note(
        tx,
        campaign=key,
        at=call.now,
        actor=who,
        action="confirm_lists",
        object_=region,
        inbox_id=call.message.id,
        detail={"day": day.isoformat()},
    )
    return weekly_words.confirmed(region, day)


def _own_units(call: Call) -> list[str]:
    """Return the units of the speaker's division, of those named; an admin's are those named."""
    owing = weekly.owing(call.campaign)
    if call.speaker.role is Role.ADMIN:
        return [r for r in owing if r in call.args.regions or call.args.whole]
    own = [r for r in owing if call.campaign.unit(r).division == call.speaker.division]
    return [r for r in own if not call.args.regions or r in call.args.regions]


KNOWN = frozenset(Role) - {Role.UNKNOWN}
READERS = frozenset({Role.LEADER, Role.ADMIN, Role.DIVISION_LIAISON})

FOR_SUMMARIES = (
    Command(
        name="日报",
        aliases=("最近日报",),
        may=READERS,
        run=partial(last, kind="daily", name="日报"),
        takes_when=True,
        help="日报：最近一期日报；日报 11月15日：当日日报",
    ),
    Command(
        name="周报",
        aliases=("最近周报",),
        may=READERS,
        run=partial(last, kind="weekly", name="周报"),
        takes_when=True,
        help="周报：最近一期周报和附件",
    ),
    Command(
        name="月报",
        may=READERS,
        run=partial(last, kind="month", name="月报"),
        takes_when=True,
        help="月报：最近一期月报",
    ),
    Command(
        name="走势",
        aliases=("趋势", "走势图"),
        may=KNOWN,
        run=trend,
        takes_region=True,
        help="走势 恩施州：看进度曲线；走势 全省",
    ),
    Command(
        name="依据",
        aliases=("数据依据",),
        may=KNOWN,
        run=backing,
        takes_region=True,
        words=r"[一-龥]{0,6}",
        help="依据 恩施州 / 依据 恩施州 上报：看数据由谁何时所报",
    ),
    Command(
        name="确认三清单",
        aliases=("确认三张清单", "三清单确认"),
        may=frozenset({Role.DIVISION_LIAISON, Role.ADMIN}),
        run=confirm_lists,
        takes_region=True,
        help="确认三清单：周四15:00前确认本处室包联市州的三清单",
    ),
)

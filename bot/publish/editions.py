"""Editions: a summary with its figures, words and promised papers, loaded and composed in one transaction.

What was published stands: an edition of a day that is asked for again comes back as it went out.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot import account
from bot.bookkeeping import Office
from bot.clock import local
from bot.document import Document
from bot.publish import corrections, pictures, weekly_papers
from bot.publish.pieces import Pen
from bot.publish.studio import order
from bot.rules import digest, projects, summary, visits, weekly
from bot.rules.duty import WEEKDAYS
from bot.rules.overview import DayView, LateProject
from bot.rules.visits import VisitTally
from bot.rules.weekly import Week
from bot.rules.wording import weekly as words
from config.campaign import Campaign, Schedule
from storage import history, ledger, problems, snapshots
from storage import projects as kept_projects
from storage import visits as kept_visits
from storage.database import Tx
from storage.kept import LIVE_STATES
from storage.records import Figures, LineKey
from storage.snapshots import Snapshot

ONE_DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
MOST_DRAWN = 400
"""With more units a picture is none: the table of the workbook has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One summary as it goes out."""

    kind: str
    day: dt.date
    at: dt.datetime
    figures: Mapping[str, Any]
    document: Document

    def snapshot(self, kept_as: str) -> Snapshot:
        """Return it as it is frozen."""
        return Snapshot(
            kind=kept_as,
            day=self.day,
            published_at=self.at,
            figures=self.figures,
            document=self.document.to_json(),
        )


async def published(tx: Tx, office: Office, kind: str, day: dt.date) -> Document | None:
    """Return a summary as it went out, or None."""
    found = await snapshots.of_day(tx, office.campaign.key, kind, day)
    return Document.from_json(dict(found.document)) if found else None


async def daily(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime, is_trial: bool = False) -> Edition:
    """Compose the digest of a day as it stands at a moment."""
    campaign = office.campaign
    view = await _view(tx, office, day=day, at=at, corrected="daily")
    document = digest.compose(view, office.pacing)
    if view.has_picture:
        picture = pictures.daily_view(
            view, _pen(office), series=await _series(tx, view), visits=await _visits(tx, campaign), is_trial=is_trial
        )
        document = replace(document, picture=order(words.file_name(campaign, "日报", day, "png"), picture))
    return Edition(kind="daily", day=day, at=at, figures=figures_of(view), document=document)


async def weekly_edition(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime, is_trial: bool = False) -> Edition:
    """Compose the weekly whose week ends at a moment."""
    campaign, pen = office.campaign, _pen(office)
    week = await week_of(tx, office, day=day, at=at)
    document = weekly.compose(week, office.pacing)
    document = replace(
        document,
        files=(
            order(words.file_name(campaign, "周报", day, "xlsx"), weekly_papers.weekly_book(week, pen)),
            order(
                words.file_name(campaign, "周报", day, "docx"),
                weekly_papers.weekly_memo(
                    week, pen, summary=[line for line in weekly.account(week, office.pacing) if line]
                ),
            ),
        ),
    )
    if week.view.has_picture:
        picture = pictures.weekly_view(week, pen, series=await _series(tx, week.view), is_trial=is_trial)
        document = replace(document, picture=order(words.file_name(campaign, "周报", day, "png"), picture))
    return Edition(kind="weekly", day=day, at=at, figures=figures_of(week.view), document=document)


async def week_of(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime) -> Week:
    """Return the week that ends at a moment: since the last published weekly's cut-off, else seven days."""
    campaign = office.campaign
    last = await snapshots.last(tx, campaign.key, "weekly", before=day)
    since = last.day + ONE_DAY if last else max(campaign.start, day - WEEK + ONE_DAY)
    stage = campaign.counting_stage.key
    if last is not None:
        before = corrections.lines_of(last)
    else:
        stood = await ledger.standings(tx, campaign.key, as_of=since - ONE_DAY, stages=[stage])
        before = {key: figures for key, (_, figures) in stood.items()}
    return Week(
        number=1 + await snapshots.how_many(tx, campaign.key, "weekly", before=day),
        since=since,
        view=await _view(tx, office, day=day, at=at, corrected="weekly"),
        before=before,
        added=await history.added_between(tx, campaign.key, since=since, until=day, stage=stage),
        colours_before=dict(last.figures.get("levels", {})) if last else {},
        problems=await problems.shown(tx, campaign.key),
        visits=await _visits(tx, campaign),
        confirmed=await snapshots.confirmed(tx, campaign.key, day=day),
    )


async def end_edition(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime, is_trial: bool = False) -> Edition:
    """Compose the summary of the campaign so far."""
    return await _summary(tx, office, day=day, at=at, is_whole=True, is_trial=is_trial)


async def month_edition(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime, is_trial: bool = False) -> Edition:
    """Compose the summary of a month; on the campaign's last day it is the campaign's."""
    return await _summary(tx, office, day=day, at=at, is_whole=day >= office.campaign.end, is_trial=is_trial)


async def _summary(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime, is_whole: bool, is_trial: bool) -> Edition:
    campaign = office.campaign
    view = await _view(tx, office, day=day, at=at, corrected=None)
    eve = (campaign.start if is_whole else max(campaign.start, day.replace(day=1))) - ONE_DAY
    stood = await ledger.standings(tx, campaign.key, as_of=eve, stages=[campaign.counting_stage.key])
    before = {key: figures for key, (_, figures) in stood.items()}
    # Before the campaign there was nothing to count, so what was never stated stood at none.
    before = _from_nothing(view, before) if eve < campaign.start else before
    tally = weekly.tally(await problems.shown(tx, campaign.key), since=eve + ONE_DAY, view=view)
    visited = await _visits(tx, campaign)
    document = summary.compose(view, office.pacing, before=before, tally=tally, visits=visited, is_whole=is_whole)
    if view.has_picture:
        picture = pictures.summary_view(
            view,
            _pen(office),
            before=before,
            series=await _series(tx, view),
            tally=tally,
            visits=visited,
            is_whole=is_whole,
            is_trial=is_trial,
        )
        name = words.file_name(campaign, "总结" if is_whole else "月报", day, "png")
        document = replace(document, picture=order(name, picture))
    return Edition(kind="end" if is_whole else "month", day=day, at=at, figures=figures_of(view), document=document)


def _from_nothing(view: DayView, before: Mapping[LineKey, Figures]) -> dict[LineKey, Figures]:
    nothing = Figures(count=0, area_mu=Decimal(0))
    return dict.fromkeys(view.today, nothing) | dict(before)


async def _view(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime, corrected: str | None) -> DayView:
    """Load a day with everything a summary says; `corrected` names the summaries whose figures are looked at again."""
    campaign = office.campaign
    has_picture = office.has_pictures and len(campaign.regions) <= MOST_DRAWN
    view = await account.of_day(tx, office, day=day, at=at, has_picture=has_picture)
    levelled = await account.levels(tx, view, office, now=at)
    view = account.with_levels(view, {r: one.state.colour for r, one in levelled.items() if one.state.colour})
    if office.duty.is_due(day) and at < office.duty.deadline(day):  # today is not missed yet
        view = replace(view, missing_days={r: max(0, n - 1) for r, n in view.missing_days.items()})
    in_hand = await problems.in_states(tx, campaign.key, states=LIVE_STATES)
    return replace(
        view,
        problems=replace(view.problems, in_hand=sum(p.is_open for p in in_hand)),
        corrections=await corrections.since_published(tx, campaign, kind=corrected, day=day) if corrected else (),
        late_projects=await _late_projects(tx, campaign, day),
    )


async def _late_projects(tx: Tx, campaign: Campaign, day: dt.date) -> tuple[LateProject, ...]:
    found = []
    for project in projects.shown(await kept_projects.load(tx, campaign.key)):
        late = projects.late_stages(project, today=day, campaign=campaign) if project.planned else ()
        if late:
            last = late[-1]
            found.append(
                LateProject(
                    region=project.region,
                    name=project.name,
                    stage=last.stage,
                    planned=last.planned,
                    days_late=last.days_late,
                )
            )
    return tuple(sorted(found, key=lambda p: (-p.days_late, campaign.regions.index(p.region), p.name)))


async def _visits(tx: Tx, campaign: Campaign) -> VisitTally:
    return visits.tally(await kept_visits.every(tx, campaign.key), campaign)


async def _series(tx: Tx, view: DayView) -> history.Series:
    campaign = view.campaign
    return await history.series(tx, campaign.key, stage=campaign.counting_stage.key, until=view.day)


def _pen(office: Office) -> Pen:
    return Pen(campaign=office.campaign, pacing=office.pacing)


def figures_of(view: DayView) -> dict[str, Any]:
    """Return what is frozen of a day: every standing, every colour, and up to which day each unit had reported."""
    return {
        "standings": account.figures_of(view),
        "levels": dict(view.levels),
        "as_of": {region: day.isoformat() for region, day in sorted(view.data_as_of.items())},
    }


def next_weekly(office: Office, day: dt.date) -> dt.date | None:
    """Return the day, this one or a later one, on which the next weekly goes out; None when there is none any more."""
    schedules = [s for s in office.campaign.schedules if s.push == "weekly"]
    while schedules and day <= office.campaign.end:
        if any(_falls_on(s, day, office) for s in schedules):
            return day
        day += ONE_DAY
    return None


def _falls_on(schedule: Schedule, day: dt.date, office: Office) -> bool:
    on_weekday = schedule.weekday is None or schedule.weekday == WEEKDAYS[day.weekday()]
    return on_weekday and (schedule.days == "all" or office.duty.working_days.is_working(day))


def confirm_by(office: Office, day: dt.date) -> dt.datetime:
    """Return until when the lists of a weekly are confirmed."""
    return local(day, office.campaign.deadlines.weekly_confirmed)

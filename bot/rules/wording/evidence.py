"""What is answered to 依据, 走势, and to whoever asks for a published summary."""

from bot.clock import SHANGHAI
from bot.rules.evidence import Backing
from bot.rules.figures import FigureWriter
from bot.rules.pace import Position
from bot.rules.wording.phrases import day_text, item_text, progress_text, time_text
from config.campaign import Campaign
from storage.evidence import Evidence
from storage.records import Figures

SHOWN = 5
"""Entries told one by one: with head and tail the answer stays within eight lines."""
QUOTED = 36
"""Characters of a message that are quoted."""


def backing_text(
    found: Backing, position: Position, stage: str, stands: Figures, campaign: Campaign
) -> tuple[str, ...]:
    """Say which messages a figure rests on, the newest first."""
    head = f"【依据】{_standing(position, stage, stands, campaign)}"
    entries = found.entries
    if not entries:
        return (f"{head}：台账中暂无依据。",)
    lines = [_entry_text(entry, found, campaign) for entry in entries[:SHOWN]]
    left = len(entries) - SHOWN
    more = (f"另有更早的{left}条，见台账。",) if left > 0 else ()
    gone = "、".join(f"#A{n}" for n in found.withdrawn[:SHOWN])
    withdrawn = (f"已撤回：{gone}，未计入。",) if gone else ()
    return (f"{head}，由以下登记得出：", *lines, *more, *withdrawn)


def _standing(position: Position, stage: str, stands: Figures, campaign: Campaign) -> str:
    from_day = f"{position.region}截至{day_text(position.day)}"
    if stage == campaign.counting_stage.key:
        return f"{from_day}{progress_text(position, campaign)}"
    figures = FigureWriter(measures=campaign.measures).figures(stands) or "暂无数据"
    return f"{from_day}累计{campaign.stage(stage).name}{figures}"


def _entry_text(entry: Evidence, found: Backing, campaign: Campaign) -> str:
    at = entry.sent_at.astimezone(SHANGHAI)
    said = item_text(entry.progress, campaign, day=at.date())
    derived = "（由总量推算）" if entry.derived else ""
    before = found.earlier.get(entry.number, ())
    was = f"（更正，原#A{before[0].number} {item_text(before[0].progress, campaign, day=at.date())}）" if before else ""
    words = " ".join(entry.text.split())
    quoted = words if len(words) <= QUOTED else f"{words[: QUOTED - 1]}…"
    return f"{day_text(at.date())}{time_text(at)} {entry.person} #A{entry.number}：{said}{derived}{was}｜“{quoted}”"


def own_sources_only() -> str:
    """Refuse to show the messages behind another unit's figures."""
    return "只能查看本单位数据的依据；其他市州的进度，发“进度 市州”查看。"


def which_unit() -> str:
    """Ask which unit is meant."""
    return "请写明市州，例如：依据 恩施州"


def nothing_published(what: str) -> str:
    """Say that no such summary went out yet."""
    return f"还没有发出过{what}。"


def nothing_of_day(what: str, day: str) -> str:
    """Say that none went out of that day."""
    return f"{day}没有发出{what}。"


def trend_text(position: Position, campaign: Campaign) -> str:
    """Say where a unit stands, beside its curve."""
    return f"{position.region}截至{day_text(position.day)}：{progress_text(position, campaign)}。"

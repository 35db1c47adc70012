"""Questions: what was understood, why it is doubted, and the answers to choose from."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from bot.rules.figures import FigureWriter, percent
from bot.rules.wording.phrases import day_text, figures_of
from config.campaign import Campaign
from storage.records import Basis, Figures, Progress


def question(opening: str, labels: Sequence[str], meanwhile: str = "") -> str:
    """Put a question with its numbered answers: …：回1 …，回2 …."""
    choices = "，".join(f"回{n} {label}" for n, label in enumerate(labels, start=1))
    return f"{opening}：{choices}。{meanwhile}"


def more_questions(how_many: int) -> str:
    """Say that further questions follow."""
    return f"另有{how_many}处待核，答复后再问。" if how_many else ""


def answer_first(how_many: int, open_question: str) -> str:
    """Say that figures of this message are held, and put the question that comes before theirs again."""
    return f"本条有{how_many}处待核，请先答复：{open_question}"


def meanwhile_text(figures: Figures, campaign: Campaign) -> str:
    """Say what counts until the answer comes: 答复前按2宗计，已算报送。."""
    shown = short_figures(figures, campaign)
    return f"答复前按{shown}计，已算报送。" if shown else ""


def held_text() -> str:
    """Say that nothing was entered yet."""
    return "答复前暂不计入。"


def short_figures(figures: Figures, campaign: Campaign) -> str:
    """Show the count, or else the area."""
    writer = FigureWriter(measures=campaign.measures)
    if figures.count is not None:
        return writer.count(figures.count)
    return "" if figures.area_mu is None else writer.added_area(figures.area_mu)


def both_figures(figures: Figures, campaign: Campaign) -> str:
    """Show count and area: 2宗、100亩."""
    writer = FigureWriter(measures=campaign.measures)
    parts = [] if figures.count is None else [writer.count(figures.count)]
    return "、".join(parts if figures.area_mu is None else [*parts, writer.added_area(figures.area_mu)])


def about(item: Progress, campaign: Campaign) -> str:
    """Name what an item is about: 重点项目累计批复 · 利川市批复."""
    track = "" if item.track == campaign.default_track.key else campaign.track(item.track).name
    total = "累计" if item.basis is Basis.CUMULATIVE else ""
    return f"{item.county or ''}{track}{total}{campaign.stage(item.stage).name}"


def outside_campaign(item: Progress, campaign: Campaign) -> str:
    """Doubt a date that the campaign does not know."""
    shown = both_figures(figures_of(item), campaign)
    return f"{item.region}{about(item, campaign)}{shown}的日期为{_full(item.date)}，不在{campaign.short_name}期间"


def unit_slip(item: Progress, corrected_mu: Decimal, campaign: Campaign) -> str:
    """Doubt the unit of an area."""
    writer = FigureWriter(measures=campaign.measures)
    said = writer.added_area(item.area_mu or Decimal(0))
    return f"{item.region}{about(item, campaign)}面积{said}，是否应为{writer.added_area(corrected_mu)}"


def odd_parcels(item: Progress, average_mu: Decimal, usual_mu: Decimal, campaign: Campaign) -> str:
    """Doubt an average parcel that is far from the target's."""
    writer = FigureWriter(measures=campaign.measures)
    shown = both_figures(figures_of(item), campaign)
    each = f"平均每{campaign.measures.count.name}"
    return (
        f"{item.region}{about(item, campaign)}{shown}，{each}{writer.small_area(average_mu)}，"
        f"与任务{each}{writer.small_area(usual_mu)}相差较大"
    )


def over_target(item: Progress, reached: Figures, target: Figures, campaign: Campaign) -> str:
    """Doubt a figure far above its target."""
    writer = FigureWriter(measures=campaign.measures)
    if reached.count is not None and target.count:
        done, whole = writer.count(reached.count), writer.count(target.count)
        share = Fraction(reached.count, target.count)
    else:
        reached_mu, target_mu = reached.area_mu or Decimal(0), target.area_mu or Decimal(1)
        done, whole = writer.area(reached_mu), writer.area(target_mu)
        share = Fraction(reached_mu) / Fraction(target_mu)
    stage = campaign.stage(item.stage).name
    return f"按本条{item.region}累计{stage}{done}，为任务{whole}的{percent(share)}"


def out_of_order(item: Progress, day: dt.date, held: Figures, campaign: Campaign) -> str:
    """Doubt a cumulative below what stood before it, or above what stood after it."""
    return (
        f"{item.region}截至{day_text(day)}{about(item, campaign)}{both_figures(held, campaign)}，"
        f"本条{day_text(item.date)}为{both_figures(figures_of(item), campaign)}"
    )


def disagreeing(item: Progress, expected: Figures, campaign: Campaign) -> str:
    """Doubt a cumulative that is not what stood before with what came on top."""
    return (
        f"{item.region}按前日累计加本条新增，{about(item, campaign)}应为{both_figures(expected, campaign)}，"
        f"本条为{both_figures(figures_of(item), campaign)}"
    )


def more_than_its_total(item: Progress, increment: Figures, campaign: Campaign) -> str:
    """Doubt a cumulative smaller than the increment beside it."""
    return (
        f"{item.region}本条新增{both_figures(increment, campaign)}，"
        f"而{about(item, campaign)}只有{both_figures(figures_of(item), campaign)}"
    )


def repeated(item: Progress, held: Figures, *, day: dt.date, campaign: Campaign) -> str:
    """Doubt whether a second figure of a day comes on top or is the whole of it."""
    when = "今日" if item.date == day else day_text(item.date)
    return (
        f"{item.region}{when}已登记{about(item, campaign)}{short_figures(held, campaign)}，"
        f"本条为{short_figures(figures_of(item), campaign)}"
    )


def to_be_confirmed(item: Progress, *, day: dt.date, campaign: Campaign) -> str:
    """Ask for a held figure that nothing in the ledger speaks against any more: 恩施州今日批复3宗待确认."""
    when = "今日" if item.date == day else day_text(item.date)
    return f"{item.region}{when}{about(item, campaign)}{short_figures(figures_of(item), campaign)}待确认"


def on_top(item: Figures, together: Figures, campaign: Campaign) -> str:
    """Label the answer that it comes on top: 另有3宗（共5宗）."""
    return f"另有{short_figures(item, campaign)}（共{short_figures(together, campaign)}）"


def in_all(item: Figures, campaign: Campaign) -> str:
    """Label the answer that it is the whole day's: 全天共3宗."""
    return f"全天共{short_figures(item, campaign)}"


def as_said(figures: Figures, campaign: Campaign) -> str:
    """Label the answer that the figure is right: 44宗无误."""
    return f"{both_figures(figures, campaign)}无误"


def just_so(text: str) -> str:
    """Label the answer that what looks odd is meant: 就是0.12亩."""
    return f"就是{text}"


def should_be(text: str) -> str:
    """Label the answer that changes what was said: 应为45宗."""
    return f"应为{text}"


def on_day(day: dt.date) -> str:
    """Label the answer that moves a figure to a day: 应为11月15日."""
    return f"应为{day_text(day)}"


def is_day(day: dt.date) -> str:
    """Label the answer that the odd day is meant."""
    return f"就是{_full(day)}"


DROP = "不登记"


def answered(label: str) -> str:
    """Confirm an answer."""
    return f"已按“{label}”处理。"


def _full(day: dt.date) -> str:
    return f"{day.year}年{day_text(day)}"


TAKE = "登记"


def said_by_another(region: str, said: str) -> str:
    """Put to the admins what somebody else said of a unit."""
    return f"他人代报{region}{said}"

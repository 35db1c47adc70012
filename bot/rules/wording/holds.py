"""What is said of promises, leave, stand-ins, silences and exemptions."""

import datetime as dt
from collections.abc import Sequence

from bot.clock import SHANGHAI
from bot.rules.wording.office import NAMED, short
from bot.rules.wording.phrases import (
    day_text,
    listed,
    period_text,
    time_text,
)


def promised(region: str, day: dt.date) -> str:
    """Confirm a 计划."""
    return f"已记录计划｜{region} {day_text(day)}前补齐进度，此前不再发进度提醒；到期未达序时将恢复提醒。"


def promise_taken_back(region: str) -> str:
    """Say that a 计划 holds no more."""
    return f"{region}的计划，进度提醒恢复"


def on_leave(name: str, since: dt.date, until: dt.date, stand_in: str | None) -> str:
    """Confirm leave."""
    head = f"已登记请假｜{name[:20]} {period_text(since, until)}，期间不再提醒您"
    return f"{head}，由{stand_in}代报。" if stand_in else f"{head}；未指定代报人，提醒将发到市州群。"


def leave_taken_back(name: str) -> str:
    """Say that leave is over."""
    return f"{name[:20]}的请假"


def asked_to_stand_in(name: str, region: str, since: dt.date, until: dt.date) -> str:
    """Tell somebody that he stands in."""
    return (
        f"【代报】{name[:20]}请您{period_text(since, until)}代{region}报送：直接回复“{region}…”或“{region}无变化”即可。"
    )


def stands_in(name: str, region: str, since: dt.date, until: dt.date) -> str:
    """Confirm that somebody stands in."""
    return f"已登记代报｜{name[:20]} {period_text(since, until)}代{region}报送。"


def stand_in_taken_back(name: str, region: str) -> str:
    """Say that somebody stands in no more."""
    return f"{name[:20]}不再代{region}报送"


def asked_admins_to_stand_in(region: str) -> str:
    """Say that admins must agree before somebody stands in for another unit."""
    return f"已收到代{region}报送的申请，管理员同意后即可代报。"


def nobody_of_that_name(words: str) -> str:
    """Say that the stand-in is not in the roster."""
    return f"名单中没有找到“{short(words)}”，请写明单位和姓名，如“请假 11月20日至22日 由武汉 李四代报”。"


def already_stands_in(name: str) -> str:
    """Say that somebody cannot stand in for two."""
    return f"{name[:20]}已有代报安排，请换人或联系管理员。"


def your_own_unit(region: str) -> str:
    """Say that nobody stands in for the own unit."""
    return f"{region}就是您负责的单位，直接报送即可。"


def more_help() -> str:
    """Say how to see all commands."""
    return "发“帮助 全部”看所有指令，发“帮助 进度”看某条的写法。"


def only_liaisons_take_leave() -> str:
    """Say that leave is for those who report."""
    return "请假用于报送联络员。"


def silence_text(since: dt.date, last: dt.date, until: dt.datetime | None) -> str:
    """Say how long a silence lasts: 11月15日至17日, or 11月15日13:00前."""
    if until is None:
        return period_text(since, last)
    return f"{day_text(last)}{time_text(until.astimezone(SHANGHAI))}前"


def silenced(regions: Sequence[str], period: str, reason: str) -> str:
    """Confirm a silence."""
    return (
        f"已静默｜{listed(regions, NAMED)} {period}，事由：{short(reason, 40)}。期间不发报送提醒和进度预警，到期告知。"
    )


def silence_needs(what: str) -> str:
    """Ask for what is missing of a silence."""
    return f"请写明{what}，如“静默 恩施州 3天 省里调研”。"


def not_silenced(regions: Sequence[str]) -> str:
    """Say that nothing was silenced."""
    return f"{listed(regions)}没有静默。"


def silence_lifted(regions: Sequence[str]) -> str:
    """Confirm that a silence was lifted."""
    return f"{listed(regions, NAMED)}的静默已解除"


def exempted(regions: Sequence[str], since: dt.date, until: dt.date) -> str:
    """Confirm an exemption."""
    return f"已免报｜{listed(regions, NAMED)} {period_text(since, until)}，期间不提醒、不计缺报。"


def exempt_preview(regions: Sequence[str], since: dt.date, until: dt.date) -> str:
    """Show whom an exemption would touch."""
    return f"将免报{len(regions)}家（{period_text(since, until)}）：{listed(regions)}。"


def silence_preview(regions: Sequence[str], period: str, reason: str) -> str:
    """Show whom a silence would touch."""
    return f"将静默{len(regions)}家（{period}，事由：{short(reason, 40)}）：{listed(regions)}。"


def taken_back(what: str, regions: Sequence[str]) -> str:
    """Name a hold that was lifted: 恩施州的免报."""
    return f"{listed(regions, NAMED)}的{what}"

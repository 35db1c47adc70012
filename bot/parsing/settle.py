"""From figures to items: sums told from what they add up, parts from totals, one item per key."""

from decimal import Decimal

from bot.parsing.context import Owner
from bot.parsing.figure import Figure
from bot.parsing.parcels import COUNTED, settle_parcels, whole_of_tracks
from bot.parsing.standings import grows, settle_standings
from config.campaign import Campaign
from storage.records import Basis

SOME_OF = "只是其中一部分"
_LOOK_BACK = 60
"""How many figures back a sum is looked for."""


def settle(figures: list[Figure], campaign: Campaign) -> tuple[list[Figure], dict[int, bool]]:
    """Return the figures that are items, and which of them (by place) are parts."""
    facts = [f for f in figures if not f.void and f.stage is not None and f.owner.region is not None]
    _split_tracks(figures, facts, campaign)
    for figure in facts:
        figure.track = figure.track or campaign.default_track.key
    if len(figures) > 1:
        settle_parcels(figures)
    facts = [f for f in facts if not f.void]
    if len(facts) > 1:
        _settle_totals(facts, campaign)
        settle_standings(facts)
        facts = [f for f in facts if not f.void]
        _settle_sums(facts)
        _settle_days(facts)
        facts = [f for f in facts if not f.void]
    items = _add_up(facts, figures)
    return items, _parts(items, figures)


def _split_tracks(figures: list[Figure], facts: list[Figure], campaign: Campaign) -> None:
    """Make a figure of no said track that has 其中重点项目 the total of both."""
    projects, total = campaign.projects_track, campaign.total_track
    if projects is None or total is None:
        return
    for part in facts:
        if part.track != projects.key:
            continue
        whole = whole_of_tracks(part, figures) if part.within is None else figures[part.within]
        if whole is None:
            continue
        same = (whole.stage, whole.basis, whole.since, whole.date) == (part.stage, part.basis, part.since, part.date)
        if same and not whole.track_said:
            whole.track, whole.track_said = total.key, True


def _settle_totals(facts: list[Figure], campaign: Campaign) -> None:
    """Let a total that adds up the tracks said before stand as they do: 批次46宗，重点项目6宗，用地总量52宗."""
    if campaign.total_track is None:
        return
    for at, total in enumerate(facts):
        if total.track != campaign.total_track.key or total.count is None:
            continue
        pairs = zip(facts[max(0, at - _LOOK_BACK) : at], facts[max(0, at - _LOOK_BACK) + 1 : at], strict=False)
        for one, other in pairs:
            tracks = {one.track, other.track, total.track}
            same = one.key()[2:] == other.key()[2:] and one.stage == total.stage
            if len(tracks) == 3 and same and (one.count or 0) + (other.count or 0) == total.count:
                total.basis, total.since, total.date = one.basis, one.since, one.date


def _settle_sums(facts: list[Figure]) -> None:
    """共 and 合计: the sum of what was said keeps its basis; over tracks or units it is nothing new."""
    for at, figure in enumerate(facts):
        before = facts[max(0, at - _LOOK_BACK) : at]
        if figure.doubtful or figure.adds_up or _is_of_all_kinds(figure, before):
            _settle_sum(figure, before)


def _is_of_all_kinds(figure: Figure, before: list[Figure]) -> bool:
    """Whether a count is what kinds told right before make up: 上午2宗，下午1宗，全天3宗."""
    if figure.of_kind or figure.added or figure.count is None:
        return False
    alike = [f for f in before if f.sentence == figure.sentence and f.full_key() == figure.full_key()]
    return len(alike) > 1 and all(f.of_kind for f in alike) and sum(f.count or 0 for f in alike) == figure.count


def _settle_sum(figure: Figure, before: list[Figure]) -> None:
    """Decide what one figure with 共, 合计 or 已 is."""
    near = [f for f in before if f.sentence == figure.sentence or f.line >= figure.line - 12]
    added = _added_up(figure, near)
    if added:
        first = added[0]
        owners = {f.owner.region for f in added}
        kinds = {(f.track, f.stage, f.basis, f.since, f.date) for f in added}
        former = added[0]
        if len(added) == 2 and grows(former, added[1], figure):
            figure.basis, figure.since = Basis.CUMULATIVE, None  # 前期累计45宗，今日批复2宗，共47宗
            former.void = former.void or ("是先前的数" if former.date == figure.date else "")
            return
        if len(kinds) > 1 or len(owners) > 1:
            figure.void = "只是合计"
            return
        figure.basis, figure.since, figure.date, figure.doubtful = first.basis, first.since, first.date, False
        figure.track = first.track
        counties = {f.owner.county for f in added}
        figure.owner = Owner(first.owner.region, first.owner.county if len(counties) == 1 else None)
        if len(counties) == 1 and all(not f.owner.seat and f.project is None for f in added):
            counts = [part.count for part in added if part.count is not None]
            figure.count = figure.count or (sum(counts) or None)
            for part in added:
                part.void = COUNTED
        return
    if figure.doubtful and any(_rivals(figure, f) for f in near):
        figure.basis, figure.since = Basis.CUMULATIVE, None


def _settle_days(facts: list[Figure]) -> None:
    """Leave out a sum of no said day that the figures of several days behind it make up: 批复3宗，昨天2宗，今天1宗."""
    for at, whole in enumerate(facts):
        if whole.basis is not Basis.INCREMENT or (whole.count or 0) < 2 or whole.void or whole.timed:
            continue
        run: list[Figure] = []
        for part in facts[at + 1 : at + 8]:
            same = part.key()[:3] == whole.key()[:3] and part.owner.key() == whole.owner.key()
            if part.sentence != whole.sentence or not same or part.basis is not Basis.INCREMENT or part.count is None:
                break
            run.append(part)
            days = {other.date for other in run}
            if sum(other.count or 0 for other in run) == whole.count and len(days) > 1 and whole.date in days:
                whole.void = "只是合计"
                break


def _rivals(figure: Figure, other: Figure) -> bool:
    """Whether both cannot be increments of one period: the same key with a count or area each."""
    if figure.full_key() != other.full_key():
        return False
    both_count = figure.count is not None and other.count is not None
    both_area = figure.area_mu is not None and other.area_mu is not None
    return both_count or both_area


def _added_up(figure: Figure, before: list[Figure]) -> list[Figure]:
    """Return the figures right before that a figure is the sum of, if there are two or more."""
    groups: dict[tuple[object, ...], list[Figure]] = {}
    for other in before:
        groups.setdefault((other.stage, other.basis, other.since, other.date), []).append(other)
    groups[()] = [f for f in before if f.basis is Basis.INCREMENT and f.stage == figure.stage]
    groups[(None,)] = before if figure.adds_up else []
    for key, group in groups.items():
        if not group or (key != (None,) and group[0].stage != figure.stage):
            continue
        for first in range(len(group) - 2, max(-1, len(group) - 40), -1):
            if _is_sum(figure, group[first:]):
                return group[first:]
    return []


def _is_sum(figure: Figure, run: list[Figure]) -> bool:
    """Whether what the figure states is what the others add up to."""
    counts = [f.count for f in run]
    areas = [f.area_mu for f in run]
    if figure.count is not None:
        if any(count is None for count in counts) or sum(c for c in counts if c is not None) != figure.count:
            return False
        complete = figure.area_mu is not None and all(a is not None for a in areas)
        return not complete or sum((a for a in areas if a is not None), Decimal(0)) == figure.area_mu
    if figure.area_mu is None or any(area is None for area in areas):
        return False
    return sum((a for a in areas if a is not None), Decimal(0)) == figure.area_mu


def _add_up(facts: list[Figure], figures: list[Figure]) -> list[Figure]:
    """Add figures of one key; what was only said twice, or breaks down a figure of the same key, is not added."""
    items: dict[tuple[object, ...], Figure] = {}
    order: list[Figure] = []
    for figure in facts:
        key = figure.full_key()
        if figure.within is not None:
            _find_whole(figure, figures)
            if _breaks_down(figure, figures[figure.within]):
                order.append(figure)
                continue
            if figure.count is None and _is_some_of(figure, figures[figure.within]):
                figure.void = SOME_OF
                continue
        known = items.get(key)
        if known is None:
            items[key] = figure
            order.append(figure)
        elif not _said_twice(known, figure):
            _add(known, figure)
    return [f for f in order if f.count is not None or f.area_mu is not None]


def _find_whole(part: Figure, figures: list[Figure]) -> None:
    """Let a part of several figures be of the one of its own step: 上报5宗批复3宗，其中夷陵上报2宗批复1宗."""
    assert part.within is not None
    if part.key() == figures[part.within].key():
        return
    for whole in reversed(figures[max(0, part.within - 8) : part.within]):
        if whole.sentence != part.sentence:
            break
        if whole.within is None and whole.owner.county is None and whole.key() == part.key():
            part.within = whole.place
            break


def _breaks_down(part: Figure, whole: Figure) -> bool:
    """Whether a figure after 其中 is a part of the same item: same track, stage, basis and period."""
    return (
        part.key() == whole.key()
        and not whole.void
        and part is not whole
        and (
            (part.count is not None and whole.count is not None)
            or (part.area_mu is not None and whole.area_mu is not None and part.count is None)
            or (
                (part.project is not None or part.owner.county is not None)
                and part.count is None
                and whole.count is not None
            )
        )
    )


def _is_some_of(part: Figure, whole: Figure) -> bool:
    """Whether an area is only of some of what was counted without one: 批复3宗，其中工业45亩."""
    return part is not whole and not whole.void and part.key() == whole.key() and whole.area_mu is None


def _said_twice(known: Figure, figure: Figure) -> bool:
    """Whether a figure repeats one of an earlier sentence."""
    if known.sentence == figure.sentence and known.basis is Basis.INCREMENT:
        return False
    same_count = figure.count is None or known.count is None or figure.count == known.count
    same_area = figure.area_mu is None or known.area_mu is None or figure.area_mu == known.area_mu
    overlap = (figure.count is not None and figure.count == known.count) or (
        figure.area_mu is not None and figure.area_mu == known.area_mu
    )
    if same_count and same_area and overlap:
        known.count = known.count if known.count is not None else figure.count
        known.area_mu = known.area_mu if known.area_mu is not None else figure.area_mu
        return True
    return False


def _add(known: Figure, figure: Figure) -> None:
    """Add a figure to one of its key: 上午1宗，下午2宗."""
    if figure.count is not None:
        known.count = figure.count + (known.count or 0)
    if figure.area_mu is not None:
        known.area_mu = figure.area_mu + (known.area_mu or Decimal(0))
    known.spans += figure.spans


def _parts(items: list[Figure], figures: list[Figure]) -> dict[int, bool]:
    """Tell which items are parts of another: by 其中, or as counties of a total of the same key."""
    if all(item.within is None and item.owner.county is None and not item.owner.seat for item in items):
        return {}
    kept = {id(item) for item in items}
    totals: dict[tuple[object, ...], Figure] = {}
    counties: dict[tuple[object, ...], list[Figure]] = {}
    parts: dict[int, bool] = {}
    for at, item in enumerate(items):
        whole = None if item.within is None else figures[item.within]
        if whole is not None and id(whole) in kept and _breaks_down(item, whole):
            parts[at] = True
        elif item.owner.county is None and not item.owner.seat:
            totals[item.key()] = item
        else:
            counties.setdefault(item.key(), []).append(item)
    for key, total in totals.items():
        counties[key] = [f for f in counties.get(key, []) if _shares_measure(f, total)]
    breakdown = {id(item) for group in counties.values() for item in group}
    fitting = {key for key, total in totals.items() if _fits(total, counties.get(key, []))}
    for at, item in enumerate(items):
        if at not in parts and id(item) in breakdown and item.key() in fitting:
            parts[at] = True
    return parts


def _shares_measure(part: Figure, total: Figure) -> bool:
    """Whether a part says no more than its total: 各1宗，共52亩 counts beside the area of both."""
    return part.count is None or total.count is not None


def _fits(total: Figure, counties: list[Figure]) -> bool:
    """Whether counties can be parts of a total: together not more than it."""
    counts = [f.count for f in counties if f.count is not None]
    if total.count is not None and counts and sum(counts) > total.count:
        return False
    areas = [f.area_mu for f in counties if f.area_mu is not None]
    return not (total.area_mu is not None and areas and sum(areas, Decimal(0)) > total.area_mu)


def replace_corrected(figures: list[Figure], at: int) -> None:
    """Let what stands behind 更正 replace the same said before it: 今日批复3宗。更正：今日批复2宗."""
    behind = {f.full_key(): f for f in figures if not f.void and f.spans and f.spans[0][0] > at}
    for figure in figures:
        if figure.void or not figure.spans or figure.spans[0][0] > at or figure.full_key() not in behind:
            continue
        if behind[figure.full_key()].count is None and figure.count is not None:
            figure.area_mu = None  # 今日批复2宗0.45万亩，更正：应为45亩
        else:
            figure.void = "是更正前的数"


def give_corrected_area(figures: list[Figure]) -> None:
    """Let an area that was said to be right before the only count be its own: 单位错了，应为35亩，今日批复1宗."""
    told = [f for f in figures if not f.void]
    areas = [f for f in told if f.stage is None and f.count is None]
    counts = [f for f in told if f.stage is not None]
    if len(areas) == len(counts) == 1 and counts[0].area_mu is None and counts[0].basis is Basis.INCREMENT:
        counts[0].area_mu = areas[0].area_mu


def leave_out_repeats(figures: list[Figure]) -> None:
    """Let a figure that is said once more be one: 应为3宗，今日批复3宗40亩 · 受理漏报1宗，现补报：受理1宗20亩."""
    said: dict[tuple[object, ...], Figure] = {}
    facts = [f for f in figures if not f.void and f.count is not None]
    for figure in facts:
        if figure.of_kind or figure.added or figure.within is not None:
            continue
        known = said.get((figure.full_key(), figure.count))
        same = known is not None and known.area_mu == figure.area_mu and len(facts) == 2
        if known is not None and (same or None in {known.area_mu, figure.area_mu}):
            (known if known.area_mu is None else figure).void = "说过一遍"
        said[(figure.full_key(), figure.count)] = figure if known is None or known.void else known

"""Parcels told one by one behind the count of them all: 3宗，其中1宗50亩，另外2宗各35亩."""

from decimal import Decimal

from bot.parsing.figure import Figure
from bot.parsing.reasons import UNKNOWN

COUNTED = "已计入合计"
_MOST = 40


def settle_parcels(figures: list[Figure]) -> None:
    """Let parcels that add up to the count before them be of it; their areas are its own where it has none."""
    for at, whole in enumerate(figures):
        if at + 1 == len(figures):
            break
        first = figures[at + 1]
        follows = first.sentence == whole.sentence or first.within == whole.place
        if follows and not whole.void and whole.count is not None and whole.count > 1:
            behind = figures[at + 1 : at + 1 + min(whole.count, _MOST)]
            of_areas = _areas_of if whole.area_mu is None else _adding_up_to
            _take(whole, (of_areas if first.count is None else parcels_of)(whole, behind))


def _take(whole: Figure, run: list[Figure]) -> None:
    """Count parcels in the whole."""
    areas = [f.area_mu for f in run if f.area_mu is not None]
    if run and whole.area_mu is None and len(areas) == len(run):
        whole.area_mu = sum(areas, Decimal(0))
    for parcel in run:
        parcel.void = COUNTED
        whole.spans += parcel.spans


def _areas_of(whole: Figure, behind: list[Figure]) -> list[Figure]:
    """Return areas said behind a count with other words (学校用地18亩，道路用地45亩): one of all, or one of each."""
    run: list[Figure] = []
    for figure in behind:
        if figure.count is not None or figure.void != UNKNOWN or figure.sentence != whole.sentence:
            break
        if not _is_alike(whole, figure):
            break
        run.append(figure)
    return run if len(run) in {1, whole.count} and whole.area_mu is None else []


def _adding_up_to(whole: Figure, behind: list[Figure]) -> list[Figure]:
    """Return areas said behind one that they add up to: 2宗61亩：住宅用地41亩、工业用地20亩."""
    told = Decimal(0)
    for at, figure in enumerate(behind):
        if figure.count is not None or figure.area_mu is None or not _is_alike(whole, figure):
            return []
        told += figure.area_mu
        if told == whole.area_mu and at:
            return behind[: at + 1]
    return []


def parcels_of(whole: Figure, behind: list[Figure]) -> list[Figure]:
    """Return the figures right behind a count that are its parcels: the same thing, and as many together."""
    told = 0
    for at, figure in enumerate(behind):
        if figure.count is None or figure.sentence != behind[0].sentence or not _is_parcel(whole, figure):
            return []
        told += figure.count
        if told >= (whole.count or 0):
            return behind[: at + 1] if told == whole.count and at else []
    return []


def whole_of_tracks(part: Figure, figures: list[Figure]) -> Figure | None:
    """Return the count before two of different tracks that they add up to: 上报3宗，批次2宗，重点项目1宗."""
    for first in (part.place - 1, part.place):
        if first < 1 or first + 1 >= len(figures):
            continue
        whole, one, other = figures[first - 1 : first + 2]
        told = (one.count or 0) + (other.count or 0)
        alike = not (whole.void or one.void or other.void) and whole.key()[2:] == one.key()[2:] == other.key()[2:]
        owned = whole.owner.key() == one.owner.key() == other.owner.key()
        sure = (one.track_said and other.track_said) or whole.area_mu == (one.area_mu or 0) + (other.area_mu or 0)
        near = whole.sentence == other.sentence and one.track != other.track and sure
        if whole.count == told and one.count and other.count and alike and owned and near:
            return whole
    return None


def _is_parcel(whole: Figure, figure: Figure) -> bool:
    """Whether a count may be of some of the whole; 又2宗 is more, and 住宅用地1宗 is beside 工业用地2宗."""
    return (
        figure.void in {"", UNKNOWN}
        and not figure.added
        and not (whole.of_kind and figure.of_kind)
        and _is_alike(whole, figure)
    )


def _is_alike(whole: Figure, figure: Figure) -> bool:
    """Whether two figures are of one thing."""
    return (
        figure.within in {None, whole.within, whole.place}
        and (figure.project == whole.project or whole.project is None)
        and figure.owner.key() == whole.owner.key()
        and figure.track in {None, whole.track}
        and figure.key()[2:] == whole.key()[2:]
    )

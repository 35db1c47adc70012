"""How figures stand beside one another: wholes with what of them is new, standings of several days, marks passed."""

from itertools import groupby, pairwise

from bot.parsing.figure import Figure
from storage.records import Basis


def settle_standings(facts: list[Figure]) -> None:
    """Settle how figures stand that are told with others of their step."""
    _settle_runs(facts)
    _settle_lists(facts)
    _leave_out_marks(facts)
    _part_standings(facts)


def _settle_runs(facts: list[Figure]) -> None:
    """Let the whole of each step stand as the first does: 累计上报60宗，今日3宗；批复45宗，今日2宗."""
    runs = [list(run) for _, run in groupby(facts, key=lambda f: (f.sentence, *f.full_key()[:-3]))]
    for run in runs:
        if len(run) == 2 and _holds_todays(*run):
            run[0].basis, run[0].since = Basis.CUMULATIVE, None
    for one, other in pairwise(runs):
        whole = other[0]
        if len(one) != len(other) or len(one) < 2 or one[0].sentence != whole.sentence or whole.timed:
            continue
        if all(f.timed and f.key()[3:] == g.key()[3:] for f, g in zip(one[1:], other[1:], strict=True)):
            whole.basis, whole.since, whole.date = one[0].basis, one[0].since, one[0].date


def _holds_todays(whole: Figure, part: Figure) -> bool:
    """Whether a count of no said day is followed by what of it is the day's: 上报60宗，今日3宗."""
    free = not (whole.timed or whole.within is not None or part.added or part.of_kind)
    return free and part.timed and whole.full_key() == part.full_key() and (whole.count or 0) > (part.count or 0) > 0


def _settle_lists(facts: list[Figure]) -> None:
    """Let counties told line by line below a total that they make up stand as it does: 累计受理8宗⏎云梦3宗⏎汉川5宗."""
    for at, whole in enumerate(facts):
        if whole.owner.county is not None or (whole.count or 0) < 2 or at + 2 >= len(facts):
            continue
        told, run = 0, []
        for part in facts[at + 1 : at + 21]:
            below = part.line > whole.line and part.stage == whole.stage and part.track == whole.track
            if not below or part.owner.county is None or part.timed or part.basis is not Basis.INCREMENT:
                break
            run.append(part)
            told += part.count or 0
            if told == whole.count and len(run) > 1:
                for figure in run:
                    figure.basis, figure.since, figure.date = whole.basis, whole.since, whole.date
                break


def _part_standings(facts: list[Figure]) -> None:
    """Tell two standings of one thing apart: 昨日累计45宗，今日累计47宗 · 此前累计45宗，今日批复2宗，现累计47宗."""
    standing = [f for f in facts if f.basis is Basis.CUMULATIVE and f.count is not None and f.within is None]
    for former, figure in pairwise(standing):
        if former.full_key() != figure.full_key() or former.count == figure.count or figure.of_kind:
            continue
        if former.stood is not None:
            former.date = former.stood
        elif any(grows(former, f, figure) for f in facts):
            former.void = "是先前的数"


def grows(former: Figure, new: Figure, figure: Figure) -> bool:
    """Whether a standing is the one before it with what is new."""
    if new.basis is not Basis.INCREMENT or former.basis is not Basis.CUMULATIVE:
        return False
    of_same = former.full_key()[:-3] == new.full_key()[:-3] == figure.full_key()[:-3]
    return of_same and (former.count or 0) + (new.count or 0) == figure.count


def _leave_out_marks(facts: list[Figure]) -> None:
    """Leave out a mark that was passed where the figure reached follows: 累计批复突破50宗，达到51宗."""
    for at, mark in enumerate(facts):
        if not mark.passed or mark.count is None:
            continue
        for other in facts[at + 1 : at + 3]:
            same = other.sentence == mark.sentence and other.key()[:3] == mark.key()[:3]
            if same and other.count is not None and other.count >= mark.count:
                mark.void = "是越过的关口"
                other.basis, other.since, other.date = mark.basis, mark.since, mark.date
                other.doubtful = False

"""Whether two reports speak of the same obstacle, and what category words speak of."""

import re
import unicodedata

from rapidfuzz import fuzz

from config.campaign import Campaign
from storage.kept import KeptProblem
from storage.records import Problem

_NOISE = re.compile(r"[^\w]|问题|目前|仍然|还是|仍|还|依然|尚|存在|已经|的|了")
_HEADING = re.compile(r"^问题\s*(?:[:：]|\s)\s*")
_NO_PROBLEM = re.compile(
    r"^(?:无|没|暂无|不大|不存在|都?已|已经|解决|办结|销号|第?\s*#?\s*\d+\s*号?(?!\d*\s*[宗亩个家户]))"
)
_QUESTION = re.compile(r"[?？吗呢]\s*$|请问|怎么|如何|哪些|多少")
_HAN = re.compile(r"[\u4e00-\u9fff]")
FEWEST_HAN = 4


def essence(text: str) -> str:
    """Return what a text says, without the words that any report of a problem may have."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 100."""
    return fuzz.ratio(essence(one), essence(other))


def is_same(problem: Problem, kept: KeptProblem, campaign: Campaign) -> bool:
    """Whether a problem is the one that is kept: same unit and category, and the same project or a similar text."""
    if (problem.region, problem.category) != (kept.region, kept.category):
        return False
    limits = campaign.thresholds
    if problem.project and kept.project:
        return likeness(problem.project, kept.project) >= limits.same_project_similarity
    return likeness(problem.text, kept.text) >= limits.same_problem_similarity


def said_as_problem(text: str, region: str | None, campaign: Campaign) -> Problem | None:
    """Return the problem that `问题 …` states where the parser reads none; None for what states none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    said = _HEADING.match(plain)
    words = plain[said.end() :].strip() if said else ""
    if len(_HAN.findall(words)) < FEWEST_HAN or _NO_PROBLEM.match(words) or _QUESTION.search(words):
        return None
    named = next((full for name, full in campaign.unit_names if words.startswith(name)), None)
    owner = region or named
    if owner is None:
        return None
    return Problem(region=owner, project=None, category=best_category(words, campaign), text=words[:200], stated=True)


def best_category(words: str, campaign: Campaign) -> str:
    """Return the category whose words a text says most; where it says none, the one that nobody handles by name."""
    scores = {
        c.key: sum(len(w) for w in (*c.words, *c.weak_words, *c.leaning_words) if w in words)
        for c in campaign.categories
    }
    best = max(scores, key=lambda key: scores[key])
    if scores[best]:
        return best
    return next((c.key for c in campaign.categories if c.handler is None), campaign.categories[-1].key)

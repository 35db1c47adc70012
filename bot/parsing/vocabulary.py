"""The words of one campaign and of the grammar together, each with its one sort; compiled once per campaign."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from bot.parsing.lexicon import SHORT_ZONES, WORDS, ZONES
from bot.parsing.normalize import normalize
from bot.parsing.sorts import Sort
from config.campaign import Campaign, Place


class Entry(NamedTuple):
    """What a word is: its sort, the key or name it stands for, and the category of problems it may say."""

    sort: Sort
    key: str = ""
    place: Place | None = None
    category: str = ""


def _plain(word: str) -> str:
    return normalize(word).text


class Vocabulary:
    """Every word that means something, and the units of count and area."""

    def __init__(self, campaign: Campaign) -> None:
        self.entries: dict[str, Entry] = {}
        self._add_grammar()
        self._add_campaign(campaign)
        self._add_places(campaign)
        self._add_zones(campaign)
        self._add_categories(campaign)
        self.units: dict[str, Decimal] = {
            _plain(unit).replace(" ", ""): factor for unit, factor in campaign.measures.area.units.items()
        }
        count = campaign.measures.count
        self.count_units = tuple(_plain(word) for word in count.words + count.weak_words)
        self.weak_units = frozenset(_plain(word) for word in count.weak_words)
        self.short_words = {_plain(word): stage.key for stage in campaign.stages for word in stage.short_words}
        sent = campaign.next_best_stage
        self.sent_word = _plain(sent.short_words[0]) if sent is not None and sent.short_words else ""
        """The short word of handing in: 报."""
        self.stage_words = tuple(_plain(word) for stage in campaign.stages for word in stage.words)
        self.short_tracks = frozenset(_plain(word) for track in campaign.tracks for word in track.short_words)
        self.stock_words = frozenset(_plain(word) for stage in campaign.stages for word in stage.stock_words)
        self.lasting = frozenset(stage.key for stage in campaign.stages if stage.stock_words)
        """Steps that a file stands in while they last: 正在会审 is reached, 正在上报 is not."""
        self.leaning_categories = frozenset(_plain(w) for c in campaign.categories for w in c.leaning_words)
        weak = (_plain(w) for c in campaign.categories for w in c.weak_words)
        self.weak_categories = self.leaning_categories.union(weak)

        own = {c.key for c in campaign.categories if c.handler == campaign.reviewing_division}
        self.own_categories = frozenset(own)
        """Categories of what the campaign's own files need: 单独选址, 组卷材料."""

        units = sorted({*self.units, *self.count_units}, key=len, reverse=True)
        self._unit_list = re.compile(rf"\s*[:为是]?\s*((?:(?:{'|'.join(map(re.escape, units))})[、,，/和\s]*)+)")
        self._unit = re.compile("|".join(map(re.escape, units)))

    def units_at(self, text: str, at: int) -> tuple[str, ...]:
        """Read the units behind 单位：, in order: `count`, or the factor of an area unit."""
        said = self._unit_list.match(text, at)
        if said is None:
            return ()
        found = [unit[0] for unit in self._unit.finditer(said[1])]
        return tuple(dict.fromkeys(str(self.units[u]) if u in self.units else "count" for u in found))

    def _enter(self, words: Iterable[str], sort: Sort, key: str = "", place: Place | None = None) -> None:
        for word in words:
            self.entries[_plain(word)] = Entry(sort, key, place)

    def _add_grammar(self) -> None:
        """Enter the words of general Chinese, those that only look like others last."""
        for sort, words in WORDS.items():
            self._enter(words.split(), sort)

    def _add_campaign(self, campaign: Campaign) -> None:
        """Enter stages, tracks, people and ways of speaking."""
        words = campaign.vocabulary
        self._enter(words.other_procedures, Sort.PROCEDURE)
        self._enter(words.nil, Sort.NIL)
        self._enter(words.visit, Sort.VISIT)
        self._enter(words.whole, Sort.WHOLE)
        self._enter(words.own, Sort.OWN, "own")
        self._enter(words.entire, Sort.OWN, "entire")
        self._enter(words.seat, Sort.OWN, "seat")
        for stage in campaign.stages:
            self._enter(stage.words, Sort.STAGE, stage.key)
            self._enter((zero + word for zero in "零0" for word in stage.words), Sort.NIL)
        for track in campaign.tracks:
            self._enter(track.words + track.short_words, Sort.TRACK, track.key)
        for division in campaign.divisions:
            self._enter((division.name, *division.aliases), Sort.DIVISION, division.name)
        self._enter({u.leader for u in campaign.units if u.leader}, Sort.LEADER)

    def _add_places(self, campaign: Campaign) -> None:
        """Enter units and counties; a name that stands for a unit is never taken for its county."""
        for place in sorted(campaign.places, key=lambda p: p.county is None):
            names = (place.county or place.region, *place.aliases)
            self._enter(names, Sort.PLACE, "", place)
            ambiguous = [name for name in place.ambiguous if name in names]
            self._enter(ambiguous, Sort.PLACE, "ambiguous", place)
        known = {place.region for place in campaign.places if place.county is None}
        for region in campaign.regions:
            if region not in known:
                place = Place(region=region, county=None, aliases=(), kind="unit", ambiguous=())
                self._enter((region,), Sort.PLACE, "", place)

    def _add_zones(self, campaign: Campaign) -> None:
        """Enter what a unit's own zone is called there: 经开区 for 武汉经开区, else the only one that ends so."""
        self.zones: dict[tuple[str, str], Place | None] = {}
        zones = [place for place in campaign.places if place.kind == "zone"]
        for place in zones:
            for kind in ZONES.split():
                if any(name.endswith(kind) for name in (place.county or "", *place.aliases)):
                    known = self.zones.get((place.region, kind), place)
                    self.zones[place.region, kind] = place if known is place else None
        for place in zones:
            named = {name.removeprefix(place.region[:2]) for name in (place.county or "", *place.aliases)}
            places = {name for name in named if name in self.entries and self.entries[name].sort is Sort.PLACE}
            self.zones.update({(place.region, name): place for name in named - places})
        short = {name: name.removesuffix("区") for name in SHORT_ZONES.split()}
        self.zones.update({(unit, short[name]): zone for (unit, name), zone in self.zones.items() if name in short})
        for name in {name for _, name in self.zones}:
            self.entries[name] = Entry(Sort.ZONE)

    def _add_categories(self, campaign: Campaign) -> None:
        """Enter what problems are about; a word that is something else keeps its sort and gains the category."""
        for category in campaign.categories:
            for word in map(_plain, category.words + category.weak_words + category.leaning_words):
                known = self.entries.get(word, Entry(Sort.CATEGORY))
                sort = Sort.CATEGORY if known.sort in {Sort.PLAIN, Sort.PROBLEM} else known.sort
                self.entries[word] = known._replace(sort=sort, category=category.key)


def alternation(words: Iterable[str]) -> str:
    """Return an expression that matches the longest of the words, as a tree of their beginnings."""
    tree: dict[str, object] = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})  # type: ignore[assignment]
        node[""] = {}
    return _branches(tree)


def _branches(node: dict[str, object]) -> str:
    """Write a tree of beginnings as an expression, the longer words first."""
    branches = [re.escape(char) + _branches(child) for char, child in node.items() if char]  # type: ignore[arg-type]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{body}?" if "" in node else body

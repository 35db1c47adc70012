"""The campaign file: what is supervised, where, by whom, in which words and at which hours.

A campaign is a TOML file beside a CSV of places. It is validated once, on load; every fault names file, line and key.
The rest of duban asks it for roles (`counting_stage`, `default_track`), never for a literal key.
"""

import csv
import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

CAMPAIGNS = Path(__file__).parent / "campaigns"
DEFAULT_CAMPAIGN = CAMPAIGNS / "hubei-2023q4.toml"
MAX_FILE_BYTES = 4 * 1024 * 1024

Words = tuple[str, ...]
Exact = Annotated[Decimal, Field(ge=0)]
PushKind = Literal[
    "reminder", "missing", "daily", "warnings", "problems", "weekly_draft", "weekly", "month", "end", "notices"
]


class CampaignError(Exception):
    """A campaign file that cannot be used; `faults` holds one `file:line: key: what is wrong` each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Part(BaseModel):
    """A table of the campaign file: frozen, and nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Track(Part):
    """A kind of land use that figures are kept apart for; exactly one is the default, at most one the total."""

    key: str
    name: str
    role: Literal["default", "projects", "total"]
    words: Words = ()
    short_words: Words = ()
    """Words that are read only right before a figure (重点6宗)."""


class Stage(Part):
    """A step that every parcel goes through, with the words people say for it, in the order of the steps."""

    key: str
    name: str
    words: Words
    role: Literal["counting", "next_best"] | None = None
    short_words: Words = ()
    """Verbs that are read only right before a figure (批3宗, 报的2宗)."""
    stock_words: Words = ()
    """Those of its words that say what stands there now (在审8宗), not what happened in a period."""
    returns: bool = False
    """The step back (退回): no progress, and a reason given with it is a problem."""


class CountMeasure(Part):
    """How many: the word shown, and the words read (宗, 个, 件 …)."""

    name: str
    words: Words
    weak_words: Words = ()
    """Words that count this only where nothing else is counted (个项目, 个问题)."""


class AreaMeasure(Part):
    """How much: the unit everything is kept in, the unit shown, and each unit word with its factor."""

    name: str
    big_name: str
    big_factor: Exact
    units: dict[str, Exact]


class Measures(Part):
    """The two measures of a figure."""

    count: CountMeasure
    area: AreaMeasure


class Target(Part):
    """What is to be reached by the campaign's end on one track; an area of 0 means no task."""

    count: int | None = Field(default=None, ge=0)
    area_wanmu: Exact | None = None

    @property
    def area_mu(self) -> Decimal | None:
        """The target's area in mu."""
        return None if self.area_wanmu is None else self.area_wanmu * 10_000


NO_TARGET = Target()


class Unit(Part):
    """A region that reports: contracted to a leader and a division, with a target per track."""

    region: str
    leader: str | None = None
    division: str | None = None
    targets: dict[str, Target] = {}


class Division(Part):
    """A responsible division (责任处室) and the names people call it by."""

    name: str
    aliases: Words = ()


class Category(Part):
    """A kind of problem: its words, and the division that handles it (none: the contracted one)."""

    key: str
    name: str
    words: Words
    weak_words: Words = ()
    """Words that say this only where something is plainly said to be in the way (村民, 罚款)."""
    leaning_words: Words = ()
    """Weak words that say nothing of their own beside what other words name (补偿, 材料)."""
    handler: str | None = None


class Pace(Part):
    """How fast progress is due: evenly over calendar or working days, or by milestones {day: percent}."""

    mode: Literal["calendar", "working", "milestones"] = "calendar"
    milestones: dict[dt.date, Exact] = {}


class Deadlines(Part):
    """The day's duty: report by `deadline`, tolerated to `grace`; `day_boundary` ends the reporting day."""

    deadline: dt.time = dt.time(17, 30)
    grace: dt.time = dt.time(17, 55)
    day_boundary: dt.time = dt.time(4, 0)
    weekly_confirmed: dt.time = dt.time(15, 0)
    """Until when on the weekly's day the divisions confirm their three lists."""


class Level(Part):
    """One lag level: reached at `points` behind or at `days` behind, left at `leave_by` points better."""

    key: Literal["blue", "yellow", "red"]
    name: str
    points: Exact
    days: Exact


class Thresholds(Part):
    """Where a figure is doubted, and where a unit is said to lag."""

    over_target_percent: Exact = Decimal(150)
    unit_slip_factors: tuple[int, ...] = (1000, 10_000)
    parcel_size_factor: Exact = Decimal(30)
    """An average parcel this many times larger or smaller than the target's is asked about."""
    levels: tuple[Level, ...] = (
        Level(key="blue", name="蓝色", points=Decimal(5), days=Decimal(3)),
        Level(key="yellow", name="黄色", points=Decimal(10), days=Decimal(7)),
        Level(key="red", name="红色", points=Decimal(20), days=Decimal(15)),
    )
    leave_by_points: Exact = Decimal(2)
    no_levels_in_first_days: int = 10
    red_again_after_days: int = 3
    problem_silent_days: int = 3
    """Working days without a word after which a problem's division is asked again."""
    problem_asks: int = 2
    """How often it is asked before the problem goes to the leading group."""
    same_problem_similarity: int = Field(default=70, ge=0, le=100)
    same_project_similarity: int = Field(default=75, ge=0, le=100)
    visit_reminder_days: int = 28
    """In the last so many days of the campaign a visit still owed is called to mind once a week."""
    messages_per_person_and_day: int = 4
    rate_working_days: int = 7


class Schedule(Part):
    """A push with its moment: local time, the days it is due on, and how late it may still be caught up."""

    key: str
    push: PushKind
    at: dt.time
    days: Literal["working", "all", "month_end", "end"] = "working"
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    catch_up_minutes: int = Field(default=120, ge=0)


class Quiet(Part):
    """Hours in which nobody is addressed unprompted."""

    start: dt.time = dt.time(20, 0)
    end: dt.time = dt.time(8, 0)


class Totals(Part):
    """What the order itself prints as totals: shown in pushes even where the rows add up to something else."""

    targets: dict[str, Target] = {}
    annual_floor_wanmu: Exact | None = None
    annual_stretch_wanmu: Exact | None = None
    annual_base_wanmu: Exact | None = None
    """Approved in the year before the campaign began; without it the year's lines are not shown."""


class Vocabulary(Part):
    """Words of this campaign's people that are no stage, track, measure or category."""

    whole: Words
    """The whole area supervised (全省): its totals belong to no unit."""
    own: Words
    """The sender's own unit (我市, 本州)."""
    entire: Words = ()
    """The unit as a whole (全市): the one in force, else the sender's own; ends a county."""
    seat: Words = ()
    """The unit without its counties (市本级): a part where a total is given."""
    other_procedures: Words = ()
    """Other papers' procedures: their 批复 is not this campaign's."""
    nil: Words = ()
    """Ways to say there is nothing new, beside those of the grammar."""
    bare_nil: Words = ()
    """What a liaison's whole answer may be to say that there is nothing new (无)."""
    visit: Words = ()
    """An on-site service (上门服务)."""
    typos: dict[str, str] = {}
    """Slips that a human still reads, as meant."""


class Place(Part):
    """A row of the places file: a unit itself (county None) or a county-level place in it."""

    region: str
    county: str | None
    aliases: Words
    kind: str
    ambiguous: Words
    """Names that are also ordinary words: places only at a line's head, in a list, before figures, or with 区/县/市."""


class Campaign(Part):
    """One campaign, validated."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    name: str
    short_name: str
    start: dt.date
    end: dt.date
    ordered: dt.date | None = None
    opening_day: dt.date | None = None
    trial: bool = False
    """试运行: pushes go to admins only."""
    direction: Literal["higher", "lower"] = "higher"
    """Whether more of the counting stage is better."""
    cadence: Literal["daily", "weekly", "on_change"] = "daily"
    show_leaders: bool = False
    pictures: bool = True
    """Whether digests and weeklies come with a picture."""
    reviewing_division: str | None = None
    """Told instead of the unit when what is in review would reach the schedule."""
    visits_owed_by: Literal["division", "leader"] = "leader"
    places_file: str
    tracks: tuple[Track, ...]
    stages: tuple[Stage, ...]
    measures: Measures
    vocabulary: Vocabulary
    units: tuple[Unit, ...]
    divisions: tuple[Division, ...] = ()
    totals: Totals = Totals()
    categories: tuple[Category, ...]
    pace: Pace = Pace()
    deadlines: Deadlines = Deadlines()
    quiet: Quiet = Quiet()
    thresholds: Thresholds = Thresholds()
    schedules: tuple[Schedule, ...] = ()
    extra_holidays: tuple[dt.date, ...] = ()
    extra_working_days: tuple[dt.date, ...] = ()
    places: tuple[Place, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        """Refuse what no single field can see: roles given twice, names that nobody bears."""
        if self.end < self.start:
            raise ValueError("end: lies before start")
        _once("tracks", (t.key for t in self.tracks))
        _once("stages", (s.key for s in self.stages))
        _once("units", (u.region for u in self.units))
        _once("divisions", (d.name for d in self.divisions))
        _once("categories", (c.key for c in self.categories))
        _once("schedules", (s.key for s in self.schedules))
        if [t.role for t in self.tracks].count("default") != 1:
            raise ValueError('tracks: exactly one track has role = "default"')
        if [s.role for s in self.stages].count("counting") != 1:
            raise ValueError('stages: exactly one stage has role = "counting"')
        self._check_names()
        return self

    def _check_names(self) -> None:
        """Refuse a name that nobody bears."""
        divisions = {d.name for d in self.divisions}
        regions = {u.region for u in self.units}
        named = [("reviewing_division", self.reviewing_division, divisions, "[[divisions]]")]
        named += [(f"units.{n}.division", u.division, divisions, "[[divisions]]") for n, u in enumerate(self.units)]
        tracks = {t.key for t in self.tracks}
        named += [(f"units.{n}.targets", t, tracks, "[[tracks]]") for n, u in enumerate(self.units) for t in u.targets]
        named += [("places_file", p.region, regions, "[[units]]") for p in self.places]
        for key, name, known, where in named:
            if name is not None and name not in known:
                raise ValueError(f"{key}: {name} is none of {where}")

    @cached_property
    def counting_stage(self) -> Stage:
        """The stage that progress against the target is counted in."""
        return next(s for s in self.stages if s.role == "counting")

    @cached_property
    def next_best_stage(self) -> Stage | None:
        """The stage shown beside the counting one; what is in it and not counted yet is in review."""
        return next((s for s in self.stages if s.role == "next_best"), None)

    @cached_property
    def default_track(self) -> Track:
        """The track that figures belong to when nothing else is said, and that pace judges."""
        return next(t for t in self.tracks if t.role == "default")

    @cached_property
    def projects_track(self) -> Track | None:
        """The track of key projects, judged one by one."""
        return next((t for t in self.tracks if t.role == "projects"), None)

    @cached_property
    def total_track(self) -> Track | None:
        """The track that includes the others."""
        return next((t for t in self.tracks if t.role == "total"), None)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The units in the order of the campaign file."""
        return tuple(u.region for u in self.units)

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {u.region: u for u in self.units}

    @cached_property
    def unit_names(self) -> tuple[tuple[str, str], ...]:
        """Every name of a unit with its full name, the longest first."""
        own = [(p.region, (p.region, *p.aliases)) for p in self.places if p.county is None]
        pairs = {(name, region) for region, names in own for name in names} | {(r, r) for r in self.regions}
        return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))

    def unit(self, region: str) -> Unit:
        """Return the unit of that full name; raise KeyError when the campaign has none."""
        return self._units[region]

    def stage(self, key: str) -> Stage:
        """Return the stage of that key; raise KeyError when the campaign has none."""
        return next(s for s in self.stages if s.key == key) if key in self.stage_order else _missing(key)

    def track(self, key: str) -> Track:
        """Return the track of that key; raise KeyError when the campaign has none."""
        return next((t for t in self.tracks if t.key == key), None) or _missing(key)

    def category(self, key: str) -> Category:
        """Return the category of that key; raise KeyError when the campaign has none."""
        return next((c for c in self.categories if c.key == key), None) or _missing(key)

    @cached_property
    def stage_order(self) -> dict[str, int]:
        """The rank of each stage's key, from the first step to the last."""
        return {s.key: rank for rank, s in enumerate(self.stages)}

    def region_of_division(self, division: str) -> str | None:
        """Return the unit contracted to a division, or None."""
        return next((u.region for u in self.units if u.division == division), None)

    def target(self, region: str, track: str) -> Target:
        """Return a unit's target on a track; an empty one where none was set."""
        return self.unit(region).targets.get(track, NO_TARGET)

    def with_targets(self, changed: Mapping[str, Mapping[str, Target]]) -> Self:
        """Return the campaign with other targets for some units' tracks."""
        units = [u.model_copy(update={"targets": u.targets | dict(changed.get(u.region, {}))}) for u in self.units]
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**own | {"units": tuple(units)})

    @property
    def days(self) -> int:
        """How many calendar days the campaign lasts, both ends included."""
        return (self.end - self.start).days + 1


def _missing(key: str) -> NoReturn:
    raise KeyError(key)


def _once(what: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{what}: {key} stands twice")
        seen.add(key)


def load(path: Path = DEFAULT_CAMPAIGN) -> Campaign:
    """Read and validate a campaign file and its places; raise CampaignError with every fault found."""
    text = _text(path)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise CampaignError([f"{path}: {fault}"]) from fault
    if isinstance(data.get("places_file"), str):
        data["places"] = _places(path.parent / data["places_file"])
    try:
        return Campaign.model_validate(data)
    except ValidationError as faults:
        raise CampaignError([_fault(path, text, dict(fault)) for fault in faults.errors()]) from faults


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise CampaignError([f"{path}: larger than {MAX_FILE_BYTES} bytes"])
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise CampaignError([f"{path}: {fault}"]) from fault


def _places(path: Path) -> list[dict[str, Any]]:
    """Read the places: city, county, aliases, kind, code, ambiguous; lists inside a field use `|`."""
    faults = []
    places = []
    for number, row in enumerate(csv.DictReader(_text(path).splitlines()), start=2):
        if not row.get("city"):
            faults.append(f"{path}:{number}: city: missing")
            continue
        places.append(
            {
                "region": row["city"],
                "county": row.get("county") or None,
                "aliases": tuple(filter(None, (row.get("aliases") or "").split("|"))),
                "kind": row.get("kind") or "county",
                "ambiguous": tuple(filter(None, (row.get("ambiguous") or "").split("|"))),
            },
        )
    if faults:
        raise CampaignError(faults)
    return places


def _fault(path: Path, text: str, fault: dict[str, Any]) -> str:
    """Say one of pydantic's faults as `file:line: key: what`."""
    key = [str(step) for step in fault["loc"]]
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not key and (found := re.match(r"([\w.]+): ", message)):
        key = found[1].split(".")
        message = message[found.end() :]
    return f"{path}:{_line_of(text, key)}: {'.'.join(key)}: {message}"


def _line_of(text: str, key: list[str]) -> int:
    """Find the line where a key stands, or where the table it is missing from begins."""
    best, best_depth, counts = 1, 0, dict[str, int]()
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[\[?)\s*([\w.\-\"]+)\s*\]\]?", line):
            name = header[2].replace('"', "")
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = [*name.split("."), str(counts[name])]
            else:
                table = name.split(".")
            here = table
        elif pair := re.match(r"\s*\"?([\w\-.]+)\"?\s*=", line):
            here = [*table, *pair[1].split(".")]
        else:
            continue
        depth = next((i for i, (a, b) in enumerate(zip(here, key, strict=False)) if a != b), min(len(here), len(key)))
        if depth > best_depth and depth == len(here):
            best, best_depth = number, depth
    return best

"""A small sandbox for the page's tests: the campaign's people, a few believable days, and a bot that answers simply."""

import datetime as dt
import hashlib
import json
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from bot.clock import SHANGHAI, ManualClock, local
from bot.document import Document, File, PostKind, Severity, say
from bot.pages.feed import Chat, Feed, Message, Person, Purpose, RosterChange, Tick
from bot.pages.sandbox import Step
from config.campaign import Campaign
from storage.records import Role

SURNAMES = "张李王刘陈杨黄周吴徐孙胡朱高林何郭"
GIVEN = (
    "明",
    "晓燕",
    "建华",
    "丽",
    "志强",
    "敏",
    "伟",
    "静",
    "国平",
    "涛",
    "芳",
    "军",
    "小红",
    "磊",
    "秀英",
    "勇",
    "娟",
)
PNG = "image/png"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAST = Path(__file__).with_name("sandbox_past.jsonl")
TODAY = dt.date(2023, 11, 15)


def png(width: int = 90, height: int = 220) -> bytes:
    """Return a picture of bars: real, and small."""
    colours = (b"\x1b\x32\x64", b"\xff\xff\xff", b"\x2f\x6f\xe0", b"\xff\xff\xff")
    rows = b"".join(b"\0" + colours[(y // 10) % 4] * width for y in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class FakeSandbox:
    """Answers every message at once; the evening brings digest, reminders and a warning."""

    def __init__(self, campaign: Campaign, *, picture: bytes | None = None) -> None:
        self.feed = Feed()
        self.clock = ManualClock(local(TODAY, dt.time(14, 20)))
        self.said: list[tuple[str, str, str]] = []
        self._kept: dict[str, bytes] = {}
        self._people = people(campaign)
        self._chats = chats(campaign, self._people)
        self._number = 101
        self.picture = self._keep("攻坚日报1115.png", PNG, picture or png())
        self.sheet = self._keep("台账1115.xlsx", XLSX, b"PK\x03\x04 a sheet")
        self._remember()

    def people(self) -> Sequence[Person]:
        return self._people

    def chats(self) -> Sequence[Chat]:
        return self._chats

    def now(self) -> dt.datetime:
        return self.clock.now()

    def liaison(self, region: str) -> Person:
        return next(p for p in self._people if p.region == region)

    async def load(self, file: File) -> bytes:
        return self._kept[file.sha256]

    def forget(self, file: File) -> None:
        del self._kept[file.sha256]

    def welcome(self, person: Person) -> None:
        """Let one more person in."""
        self._people = (*self._people, person)
        self.feed.publish(RosterChange())

    async def say(self, person: Person, chat_id: str, text: str) -> None:
        self.said.append((person.id, chat_id, text))
        self.clock.advance(seconds=20)
        self._hears(person, chat_id, text)

    async def move(self, step: Step) -> None:
        now = self.clock.now()
        if step is Step.HOUR:
            self._go(now + dt.timedelta(hours=1))
            return
        evening = local(now.date(), dt.time(18, 10))
        if step is Step.NEXT_DAY:
            self._go(local(now.date() + dt.timedelta(days=1), dt.time(9, 0)))
        else:
            self._go(evening if evening > now else evening + dt.timedelta(days=1))

    def _go(self, arrival: dt.datetime) -> None:
        """Move on to a moment, with what is due on the way."""
        day = self.clock.now().date()
        while day <= arrival.date():
            for at, push in (
                (dt.time(17, 0), self._remind),
                (dt.time(17, 30), self._missing),
                (dt.time(18, 0), self._daily),
            ):
                if self.clock.now() < local(day, at) <= arrival:
                    self.clock.move_to(local(day, at))
                    self.feed.publish(Tick(now=self.clock.now(), moving=True))
                    push()
            day += dt.timedelta(days=1)
        self.clock.move_to(arrival)

    def _remind(self) -> None:
        text = "今日用地进展暂未收到，请于17:30前直接回复本消息：有变化报数，无变化回“无”。"
        for region in ("鄂州市", "随州市", "天门市"):
            who = self.liaison(region)
            self._bot(who.id, PostKind.REMINDER, say(f"【报送提示】{region}{text}", mentions=(who.id,)))

    def _missing(self) -> None:
        self._bot(
            "headquarters",
            PostKind.MISSING,
            say(
                f"【报送情况】{self._day}17:30：应报17家，收到14家（含无变化3家、待核1家）。暂未收到：鄂州市、随州市、天门市，"
                "已分别提示。随州市已连续3个工作日未收到，请征地中心联系了解。"
            ),
        )

    def _daily(self) -> None:
        lines = (
            f"【攻坚日报】{self._day}（第15天，共61天）",
            "一、全省累计批复3.48万亩，占任务17.32万亩的20.1%（序时24.6%）；今日＋31宗、＋0.21万亩。",
            "二、需关注：襄阳市、荆州市（红色）；恩施州（黄色，低于序时13.3个百分点，在审6宗）；随州市数据截至11月10日。",
            "三、问题：新增2个，逾期1个（耕保处）。报送：应报17家，收到14家。",
            "四、更正：昨日黄冈市累计批复应为0.31万亩（原0.13万亩）。口径截至17:55，明细见图。",
        )
        self._bot("leaders", PostKind.DAILY, Document(lines=lines, picture=self.picture))
        self._bot("city/恩施州", PostKind.WARNING, warning("恩施州"))
        red = (
            "【督办单·红色】襄阳市：截至11月15日，批次用地累计批复0.05万亩，占任务5.1%，低于序时19.5个百分点（约12天）；"
            "荆州市：占任务4.7%，低于序时19.9个百分点。请确权登记处、督察办会同市局研究推进措施，明日12:00前回复计划。"
        )
        self._bot("headquarters", PostKind.WARNING, Document(lines=(red,), severity=Severity.RED))

    @property
    def _day(self) -> str:
        day = self.clock.now().date()
        return f"{day.month}月{day.day}日"

    def _hears(self, person: Person, chat_id: str, text: str) -> None:
        """Show a message and what a simple bot makes of it."""
        self.feed.publish(Message(chat_id=chat_id, at=self.clock.now(), text=text, author=person))
        self.clock.advance(seconds=1)
        kind, lines = self._answer(person, text)
        self._bot(chat_id, kind, say(*lines))

    def _answer(self, person: Person, text: str) -> tuple[PostKind, tuple[str, ...]]:
        if person.role is Role.UNKNOWN:
            return PostKind.REFUSAL, ("您还不在名单里，所报内容未登记。", "请回复“我是 单位 姓名”。")
        if text == "进度":
            return PostKind.ANSWER, ("恩施州 截至11月15日", "批次用地 批复14/120宗、0.08/0.71万亩（11.3%，序时24.6%）")
        if "批复" in text:
            self._number += 1
            return PostKind.ACK, (f"已登记｜{person.region or '恩施州'} {self._day} #A{self._number}", text)
        return PostKind.HINT, (f"没有读懂“{text}”。可以直接报数，或回“帮助”。",)

    def _bot(self, chat_id: str, kind: PostKind, document: Document) -> None:
        self.feed.publish(Message.of(document, chat_id=chat_id, at=self.clock.now(), kind=kind))

    def _keep(self, name: str, media_type: str, content: bytes) -> File:
        digest = hashlib.sha256(content).hexdigest()
        self._kept[digest] = content
        return File(name=name, media_type=media_type, sha256=digest)

    def _remember(self) -> None:
        """Tell the days before: what makes the page worth a look as it opens."""
        authors = {person.id: person for person in self._people}
        for line in PAST.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            file = {"picture": self.picture, "sheet": self.sheet}.get(row.get("file"))
            self.feed.publish(
                Message(
                    chat_id=row["chat"],
                    at=dt.datetime.fromisoformat(row["at"]).replace(tzinfo=SHANGHAI),
                    text=row["text"],
                    author=authors.get(row.get("author")),
                    kind=PostKind(row["kind"]) if "kind" in row else None,
                    severity=Severity(row.get("severity", "info")),
                    files=(file,) if file else (),
                )
            )


def warning(region: str) -> Document:
    """Return a yellow lag warning."""
    text = (
        f"【进度提醒·黄色】{region}：截至11月15日，批次用地累计批复0.08万亩，占任务11.3%，低于序时13.3个百分点（约8天）；"
        "另在审6宗0.04万亩。年底前每个工作日需批复约197亩，近7个工作日日均91亩。请研究推进措施。"
        "已有安排的，回复“计划 11月24日”；需省厅协调的，回复“问题 …”；数据有出入的，回复“依据 恩施”核对。"
    )
    return Document(lines=(text,), severity=Severity.NOTICE)


def people(campaign: Campaign) -> tuple[Person, ...]:
    """Return a liaison for every unit and division, the leaders, the campaign office and a stranger."""
    made = [
        Person(id=f"liaison/{u.region}", name=SURNAMES[i] + GIVEN[i], role=Role.CITY_LIAISON, region=u.region)
        for i, u in enumerate(campaign.units)
    ]
    made += [
        Person(
            id=f"division/{d.name}/1",
            name=SURNAMES[-1 - i] + GIVEN[-3 - i],
            role=Role.DIVISION_LIAISON,
            division=d.name,
        )
        for i, d in enumerate(campaign.divisions[:15])
    ]
    leaders = dict.fromkeys(u.leader for u in campaign.units if u.leader)
    made += [Person(id=f"leader/{name}", name=name, role=Role.LEADER) for name in leaders]
    made += [
        Person(id="admin/1", name="陈管理", role=Role.ADMIN, title="攻坚办"),
        Person(id="stranger/1", name="陌生人", role=Role.UNKNOWN),
    ]
    return tuple(made)


def chats(campaign: Campaign, those: Sequence[Person]) -> tuple[Chat, ...]:
    """Return the groups, each with whom it is for."""

    def ids(*roles: Role, region: str | None = None, division: str | None = None) -> frozenset[str]:
        return frozenset(
            p.id for p in those if p.role in roles and region in (None, p.region) and division in (None, p.division)
        )

    admins = ids(Role.ADMIN)
    groups = [
        Chat(
            id="headquarters",
            name="攻坚办工作群",
            purpose=Purpose.HEADQUARTERS,
            members=admins | ids(Role.DIVISION_LIAISON),
        ),
        Chat(id="leaders", name="厅领导群", purpose=Purpose.LEADERS, members=admins | ids(Role.LEADER)),
        Chat(id="liaisons", name="联络员群", purpose=Purpose.LIAISONS, members=admins | ids(Role.CITY_LIAISON)),
    ]
    for unit in campaign.units:
        members = ids(Role.CITY_LIAISON, region=unit.region) | ids(Role.DIVISION_LIAISON, division=unit.division)
        groups.append(
            Chat(id=f"city/{unit.region}", name=f"{unit.region}攻坚群", purpose=Purpose.CITY, members=members),
        )
    for division in campaign.divisions:
        members = ids(Role.DIVISION_LIAISON, division=division.name)
        groups.append(
            Chat(id=f"division/{division.name}", name=f"{division.name}群", purpose=Purpose.DIVISION, members=members),
        )
    return tuple(groups)

"""Who takes part in the demo, and in which groups: everybody is made up but the offices."""

from collections.abc import Sequence

from bot.pages.feed import Chat, Person, Purpose
from config.campaign import Campaign
from storage import records
from storage.records import Role

MESSENGER = "sandbox"
SURNAMES = "张李王刘陈杨黄周吴徐孙胡朱高林何郭"
GIVEN = (
    "明", "晓燕", "建华", "丽", "志强", "敏", "伟", "静", "国平", "涛", "芳", "军", "小红", "磊", "秀英", "勇", "娟"
)  # fmt: skip
LEADERS = 3
TO_TRY = ("今日批复2宗100亩，上报3宗200亩", "今日无新增", "进度", "撤回", "问题 压覆矿产补偿协议谈不下来")
"""What a liaison may try first: figures that fit any unit, whatever it stands at."""


def people_of(campaign: Campaign) -> tuple[Person, ...]:
    """Return a liaison for every unit and division, some leaders, the campaign office and a stranger."""
    made = [
        Person(
            id=f"liaison/{unit.region}",
            name=SURNAMES[i % len(SURNAMES)] + GIVEN[i % len(GIVEN)],
            role=Role.CITY_LIAISON,
            region=unit.region,
            suggestions=TO_TRY,
        )
        for i, unit in enumerate(campaign.units)
    ]
    made += [
        Person(
            id=f"division/{division.name}",
            name=SURNAMES[-1 - i % len(SURNAMES)] + GIVEN[(i * 5 + 3) % len(GIVEN)],
            role=Role.DIVISION_LIAISON,
            division=division.name,
        )
        for i, division in enumerate(campaign.divisions)
    ]
    made += [Person(id=f"leader/{n}", name=f"厅领导{'甲乙丙'[n]}", role=Role.LEADER) for n in range(LEADERS)]
    made += [
        Person(id="admin/1", name="陈主任", role=Role.ADMIN, title=f"{campaign.short_name}办"),
        Person(id="stranger/1", name="陌生人", role=Role.UNKNOWN),
    ]
    return tuple(made)


def chats_of(campaign: Campaign, people: Sequence[Person]) -> tuple[Chat, ...]:
    """Return the groups, each with whom it is for."""
    short = campaign.short_name

    def ids(*roles: Role, region: str | None = None, division: str | None = None) -> frozenset[str]:
        return frozenset(
            p.id for p in people if p.role in roles and region in {None, p.region} and division in {None, p.division}
        )

    office, divisions = ids(Role.ADMIN), ids(Role.DIVISION_LIAISON)
    groups = [
        Chat(id="headquarters", name=f"{short}办工作群", purpose=Purpose.HEADQUARTERS, members=office | divisions),
        Chat(id="leaders", name="厅领导群", purpose=Purpose.LEADERS, members=office | ids(Role.LEADER)),
    ]
    for unit in campaign.units:
        contracted = ids(Role.DIVISION_LIAISON, division=unit.division) if unit.division else frozenset()
        members = ids(Role.CITY_LIAISON, region=unit.region) | contracted
        name = f"{unit.region}{short}群"
        groups.append(Chat(id=f"city/{unit.region}", name=name, purpose=Purpose.CITY, members=members))
    for division in campaign.divisions:
        members = ids(Role.DIVISION_LIAISON, division=division.name)
        name = f"{division.name}群"
        groups.append(Chat(id=f"division/{division.name}", name=name, purpose=Purpose.DIVISION, members=members))
    return tuple(groups)


def roster_of(people: Sequence[Person]) -> list[records.Person]:
    """Return the roster: everybody but strangers."""
    return [
        records.Person(
            messenger=MESSENGER, user_id=p.id, name=p.name, role=p.role, region=p.region, division=p.division
        )
        for p in people
        if p.role is not Role.UNKNOWN
    ]


def bound_chats(chats: Sequence[Chat]) -> list[records.Chat]:
    """Return the groups as the roster binds them."""
    return [
        records.Chat(
            messenger=MESSENGER,
            chat_id=chat.id,
            kind=chat.purpose,
            region=chat.id.removeprefix("city/") if chat.purpose is Purpose.CITY else None,
            division=chat.id.removeprefix("division/") if chat.purpose is Purpose.DIVISION else None,
            name=chat.name,
        )
        for chat in chats
    ]

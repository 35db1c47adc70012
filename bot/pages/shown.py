"""People, chats, messages and the clock as JSON for the page: every word and date ready to be shown."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.clock import SHANGHAI
from bot.pages import words
from bot.pages.feed import Chat, Message, Person, Tick
from config.campaign import Campaign

SHOWN_INLINE = {"image/png", "image/jpeg", "image/webp"}


def person_json(person: Person) -> dict[str, Any]:
    """Return a person and what one may try to say as that person."""
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "role_name": words.ROLES[person.role],
        "region": person.region,
        "division": person.division,
        "title": person.title,
        "suggestions": person.suggestions or words.SUGGESTIONS[person.role],
    }


def message_json(number: int, message: Message, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a message; `names` turns the ids it mentions into names."""
    at = message.at.astimezone(SHANGHAI)
    author = message.author
    return {
        "number": number,
        "chat": message.chat_id,
        "at": at.isoformat(timespec="seconds"),
        "date": _date(at),
        "time": f"{at:%H:%M}",
        "author": author
        and {
            "id": author.id,
            "name": author.name,
            "role": author.role.value,
            "office": author.region or author.division or author.title or words.ROLES[author.role],
        },
        "title": message.title,
        "text": message.text,
        "kind": message.kind and message.kind.value,
        "tag": message.kind and words.TAGS[message.kind],
        "severity": message.severity.value,
        "mentions": [names.get(who, who) for who in message.mentions],
        "files": [
            {"name": f.name, "url": f"/files/{quote(f.sha256, safe='')}", "picture": f.media_type in SHOWN_INLINE}
            for f in message.files
        ],
    }


def chat_json(chat: Chat, last: tuple[tuple[int, Message], ...]) -> dict[str, Any]:
    """Return a chat with what it is for and its last message."""
    group, note = words.PURPOSES[chat.purpose]
    return {
        "id": chat.id,
        "name": chat.name,
        "purpose": chat.purpose.value,
        "group": group,
        "note": note,
        "members": sorted(chat.members),
        "last": message_json(*last[-1], {}) if last else None,
    }


def clock_json(tick: Tick, campaign: Campaign) -> dict[str, Any]:
    """Return where the clock stands, and in which day of the campaign."""
    now = tick.now.astimezone(SHANGHAI)
    return {
        "at": now.isoformat(timespec="seconds"),
        "date": _date(now),
        "time": f"{now:%H:%M}",
        "day": (now.date() - campaign.start).days + 1,
        "days": campaign.days,
        "moving": tick.moving,
    }


def _date(day: dt.date) -> str:
    return f"{day.month}月{day.day}日 {words.WEEKDAYS[day.weekday()]}"

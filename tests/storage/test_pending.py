"""Changes that wait for a word, and those that may be undone."""

import datetime as dt

from storage import pending
from storage.database import Database
from storage.pending import Change

NOW = dt.datetime(2023, 11, 15, 9, tzinfo=dt.UTC)
WHO = {"messenger": "sandbox", "chat_id": "u1", "sender_id": "u1"}


def change(action: str, *, state: str = "open") -> Change:
    later = NOW + dt.timedelta(minutes=15)
    return Change(
        messenger=WHO["messenger"],
        chat_id=WHO["chat_id"],
        sender_id=WHO["sender_id"],
        action=action,
        args={"regions": ["恩施州"]},
        asked_at=NOW,
        expires_at=later,
        state=state,
    )


async def test_a_new_proposal_replaces_the_one_before_in_the_same_chat(database: Database) -> None:
    async with database.transaction() as tx:
        first = await pending.keep(tx, "c", change("exempt"))
        second = await pending.keep(tx, "c", change("silence"))

    async with database.transaction() as tx:
        found = await pending.open_one(tx, "c", **WHO)
        replaced = await pending.find(tx, "c", first)
    assert found is not None
    assert (found.number, found.action, found.args) == (second, "silence", {"regions": ["恩施州"]})
    assert replaced is not None
    assert replaced.state == "replaced"


async def test_what_was_done_keeps_what_its_undoing_needs(database: Database) -> None:
    async with database.transaction() as tx:
        number = await pending.keep(tx, "c", change("exempt", state="done"))
        await pending.close(tx, number, "done", at=NOW, undo={"holds": [1, 2]})
        await pending.close(tx, number, "undone", at=NOW)

    async with database.transaction() as tx:
        found = await pending.find(tx, "c", number)
        assert await pending.open_one(tx, "c", **WHO) is None
        assert await pending.find(tx, "another campaign", number) is None
    assert found is not None
    assert (found.state, found.undo) == ("undone", {"holds": [1, 2]})


async def test_another_person_s_or_chat_s_proposal_is_not_found(database: Database) -> None:
    async with database.transaction() as tx:
        await pending.keep(tx, "c", change("exempt"))

        assert await pending.open_one(tx, "c", **WHO | {"sender_id": "u2"}) is None
        assert await pending.open_one(tx, "c", **WHO | {"chat_id": "group"}) is None

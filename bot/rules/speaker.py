"""Who speaks, and for which units: decided by the roster, never by what is said."""

import datetime as dt
from dataclasses import dataclass

from config.campaign import Campaign
from storage.records import Person, Role, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A sender as the roster knows them on a day; a stranger has the role unknown."""

    messenger: str
    user_id: str
    name: str
    role: Role = Role.UNKNOWN
    region: str | None = None
    division: str | None = None
    stand_in: str | None = None
    person_id: int | None = None
    acknowledged: int = 0

    @property
    def sender(self) -> Sender:
        """The sender as far as reading depends on it."""
        return Sender(role=self.role, region=self.region, division=self.division)

    @property
    def key(self) -> str:
        """What entries and reports name the sender by."""
        return f"{self.messenger}/{self.user_id}"

    def may_write(self, region: str) -> bool:
        """Whether the speaker's word on a unit enters the ledger: own, stood-in or contracted unit; admins any."""
        if self.role is Role.ADMIN:
            return True
        if self.role in {Role.CITY_LIAISON, Role.DIVISION_LIAISON}:
            return region in {self.region, self.stand_in}
        return False


def speaker(
    person: Person | None, *, messenger: str, user_id: str, name: str | None, day: dt.date, campaign: Campaign
) -> Speaker:
    """Return who speaks on a day. The dates of a roster row bound its stand-in where it names one, else the row."""
    if person is None or (person.stand_in is None and not person.serves_on(day)):
        return Speaker(messenger=messenger, user_id=user_id, name=name or user_id)
    region = person.region
    if person.role is Role.DIVISION_LIAISON and person.division is not None:
        region = campaign.region_of_division(person.division)
    return Speaker(
        messenger=messenger,
        user_id=user_id,
        name=person.name,
        role=person.role,
        region=region,
        division=person.division,
        stand_in=person.stand_in if person.serves_on(day) else None,
        person_id=person.id,
        acknowledged=person.acknowledged,
    )

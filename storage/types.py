"""Column types that keep what Python means: moments in UTC, areas as whole micro-mu, small JSON values."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, TypeDecorator
from sqlalchemy.engine import Dialect

MICRO = Decimal(1_000_000)
"""Areas are kept as integers of 10⁻⁶ mu."""


class Moment(TypeDecorator[dt.datetime]):
    """An aware moment: UTC in, UTC out, also on SQLite, which forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Take an aware moment; a naive one is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive moment {value!r}")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give the moment back in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def moment_text(moment: dt.datetime) -> str:
    """Write a moment as SQLite keeps it."""
    return moment.astimezone(dt.UTC).isoformat(" ", "microseconds")[:26]


class Mu(TypeDecorator[Decimal]):
    """An exact area in mu, kept as an integer of 10⁻⁶ mu."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Take a Decimal of at most six decimals; more would be rounded silently, so it is refused."""
        del dialect
        if value is None:
            return None
        scaled = value * MICRO
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} mu is finer than 10⁻⁶")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Give the exact Decimal back."""
        del dialect
        return None if value is None else Decimal(value) / MICRO


Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A growing key: SQLite grows only what it calls INTEGER."""

JsonValue = dict[str, Any] | list[Any] | str | int | float | bool | None
"""What JSON can say."""

Json = JSON(none_as_null=True)
"""A small JSON value; None is the database's NULL."""

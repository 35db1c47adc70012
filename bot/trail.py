"""The audit trail copied to a file or to syslog, line by line as JSON, in the order in which it was written.

What was copied is remembered afterwards, so that a crash between repeats lines and never drops one: `id` tells.
"""

import asyncio
import datetime as dt
import glob
import hashlib
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from bot.clock import Clock, local_day
from storage import audit_mirror
from storage.database import Database

log = structlog.get_logger(__name__)

AT_ONCE = 500
TIMEOUT_S = 5.0
SYSLOG_PORT = 514
DATAGRAM_BYTES = 60_000
"""What a datagram surely holds: a longer line is cut there, the whole of it stands in the database."""
NOTICE = 13 * 8 + 5
"""Facility *log audit*, severity *notice*."""


class Place(Protocol):
    """Where lines are copied to."""

    name: str

    def write(self, lines: Sequence[str]) -> None:
        """Keep lines; raise OSError when that cannot be done."""
        ...


class TrailFile:
    """A file that only grows; it is opened anew each time, so that it may be rotated by renaming.

    With `keep_days` it begins anew each day, and the files of earlier days, `NAME.2023-11-15`, are kept for so long.
    """

    def __init__(self, path: Path, *, clock: Clock, keep_days: int | None = None) -> None:
        self.name = str(path.absolute())
        self._path = path
        self._clock = clock
        self._keep_days = keep_days

    def write(self, lines: Sequence[str]) -> None:
        """Append lines and wait for the disk."""
        if self._keep_days is not None:
            self._turn_over(self._keep_days)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())

    def _turn_over(self, keep_days: int) -> None:
        today = local_day(self._clock.now())
        if self._path.exists():
            written = local_day(dt.datetime.fromtimestamp(self._path.stat().st_mtime, dt.UTC))
            if written < today:
                self._path.rename(f"{self._path}.{written}")
        oldest = f"{self._path.name}.{today - dt.timedelta(days=keep_days)}"
        for earlier in self._path.parent.glob(f"{glob.escape(self._path.name)}.????-??-??"):
            if earlier.name < oldest:
                earlier.unlink(missing_ok=True)


class Syslog:
    """A syslog server: `udp://host:514`, `tcp://host:514` or `unix:///dev/log` (RFC 5424)."""

    def __init__(self, address: str) -> None:
        self.name = address
        self._address = urlsplit(address)

    def write(self, lines: Sequence[str]) -> None:
        """Send each line as a message."""
        messages = [f"<{NOTICE}>1 - {socket.gethostname()} duban - audit - {line}".encode() for line in lines]
        is_stream = self._address.scheme == "tcp"
        with self._connected() as channel:
            for message in messages:
                channel.sendall(b"%d %s" % (len(message), message) if is_stream else message[:DATAGRAM_BYTES])

    def _connected(self) -> socket.socket:
        if self._address.scheme == "unix":
            channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            channel.connect(self._address.path)
            return channel
        where = (self._address.hostname or "", self._address.port or SYSLOG_PORT)
        if self._address.scheme == "tcp":
            return socket.create_connection(where, timeout=TIMEOUT_S)
        family = socket.getaddrinfo(*where, type=socket.SOCK_DGRAM)[0]
        channel = socket.socket(family[0], socket.SOCK_DGRAM)
        channel.connect(family[4])
        return channel


class Trail:
    """Copies what is new to every place."""

    def __init__(self, places: Sequence[Place], *, database: Database, campaign: str, clock: Clock) -> None:
        self.places = places
        self._database = database
        self._campaign = campaign
        self._clock = clock

    async def copy(self) -> None:
        """Bring every place up to date; one that cannot be written is tried again the next time."""
        for place in self.places:
            try:
                while await self._copy(place):
                    pass
            except OSError as fault:
                log.error("audit trail not copied", place=place.name, fault=type(fault).__name__)  # noqa: TRY400

    async def _copy(self, place: Place) -> bool:
        name = hashlib.sha256(f"{socket.gethostname()}/{place.name}".encode()).hexdigest()[:32]
        async with self._database.transaction(reading=True) as tx:
            new = await audit_mirror.pending(tx, self._campaign, name, now=self._clock.now(), limit=AT_ONCE)
        if not new.lines:
            return False
        await asyncio.to_thread(place.write, new.lines)
        async with self._database.transaction() as tx:
            await audit_mirror.copied(tx, self._campaign, name, new.last)
        return len(new.lines) == AT_ONCE

"""Messages kept in a file while the database is away: fsynced, checksummed lines, handed on in order when it is back.

Each process writes a file of its own and holds a lock on it, so that whoever starts next takes over the files of those
that died. A line counts only whole and with its checksum; any other is set apart and counted, never guessed at.
"""

import asyncio
import datetime as dt
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import structs

from storage.inbox import Message

MAX_BYTES = 256 * 1024 * 1024
ROOM_BYTES = 1024 * 1024
QUARANTINE = "quarantine.txt"
_MOMENTS = ("sent_at", "received_at", "reply_until")


class SpoolFullError(Exception):
    """The spool can take no more: it has reached its size, or the disk is full."""


@dataclass(slots=True)
class _File:
    """One file: open, locked, and handed on up to `done`."""

    path: Path
    descriptor: int
    size: int
    done: int = 0


class Spool:
    """The files of one folder that this process holds; the last one is its own, to which it writes."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._files: list[_File] = []
        self._own: _File | None = None
        self._turn = asyncio.Lock()

    @property
    def quarantined(self) -> int:
        """How many lines were torn, corrupt or refused, until somebody looks at them and takes the file away."""
        try:
            return (self._folder / QUARANTINE).read_bytes().count(b"\n")
        except OSError:  # there is none, or nothing can be read there, which is told by `is_writable`
            return 0

    @property
    def size(self) -> int:
        """How many bytes wait."""
        return sum(file.size - file.done for file in self._files)

    @property
    def has_room(self) -> bool:
        """Whether it can take a good number of messages more."""
        return self.size + ROOM_BYTES <= self._max_bytes

    @property
    def is_writable(self) -> bool:
        """Whether its folder, or the next one above that is there, may be written to: told before it is needed."""
        folder = self._folder.absolute()
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        return os.access(nearest, os.W_OK | os.X_OK)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits: only then may a message go past the spool, or the order would be lost."""
        return not self._files

    def adopt(self) -> int:
        """Take over the files of processes that died, oldest first; return how many bytes wait in them."""
        if self._folder.is_dir():
            for path in sorted(self._folder.glob("spool-*.txt")):
                descriptor = os.open(path, os.O_RDWR)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(descriptor)
                    continue
                self._files.append(_File(path, descriptor, os.fstat(descriptor).st_size))
        return self.size

    async def append(self, messages: Sequence[Message]) -> None:
        """Keep messages durably; raise SpoolFullError when that cannot be done, and keep none then."""
        data = b"".join(_line(message) for message in messages)
        async with self._turn:
            if self.size + len(data) > self._max_bytes:
                raise SpoolFullError(f"{self.size} bytes wait")
            await asyncio.to_thread(self._write, data)

    def _write(self, data: bytes) -> None:
        try:
            file = self._own or self._open()
            _write_all(file.descriptor, data)
            os.fdatasync(file.descriptor)
        except OSError as fault:
            if self._own is not None:
                os.ftruncate(self._own.descriptor, self._own.size)
            raise SpoolFullError(fault.strerror or "cannot be written") from fault
        file.size += len(data)

    def _open(self) -> _File:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = max((int(p.name.split("-")[1]) for p in self._folder.glob("spool-*.txt")), default=0) + 1
        path = self._folder / f"spool-{number:09}-{secrets.token_hex(4)}.txt"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        self._own = _File(path, descriptor, 0)
        self._files.append(self._own)
        return self._own

    async def oldest(self, limit: int) -> list[Message]:
        """Return the messages that wait longest; what is no whole line is set apart."""
        async with self._turn:
            return await asyncio.to_thread(self._read, limit)

    def _read(self, limit: int) -> list[Message]:
        while self._files:
            file = self._files[0]
            data = os.pread(file.descriptor, min(file.size - file.done, 4 * 1024 * 1024), file.done)
            lines = data.splitlines(keepends=True)[:limit]
            if len(lines) > 1 and not lines[-1].endswith(b"\n") and file.done + len(data) < file.size:
                lines.pop()  # it only goes on beyond what was read
            found: list[Message] = []
            for line in lines:
                message = _message(line)
                if message is None:
                    if found:
                        return found
                    self._set_apart(line)
                    file.done += len(line)
                else:
                    found.append(message)
            if found:
                return found
            if file.done >= file.size:
                self._finish(file)
        return []

    def _set_apart(self, line: bytes) -> None:
        with (self._folder / QUARANTINE).open("ab") as file:
            file.write(line if line.endswith(b"\n") else line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    async def hand_over(self, messages: Sequence[Message]) -> None:
        """Forget the oldest messages: the database has them."""
        async with self._turn:
            file = self._files[0]
            file.done += sum(len(_line(message)) for message in messages)
            if file.done >= file.size:
                self._finish(file)

    async def set_apart(self, message: Message) -> None:
        """Set the oldest message apart: the database will never take it."""
        async with self._turn:
            line = _line(message)
            self._set_apart(line)
            self._files[0].done += len(line)
            if self._files[0].done >= self._files[0].size:
                self._finish(self._files[0])

    def _finish(self, file: _File) -> None:
        file.path.unlink(missing_ok=True)
        os.close(file.descriptor)
        self._files.remove(file)
        if file is self._own:
            self._own = None

    def close(self) -> None:
        """Let go of the files; what waits in them is taken over at the next start."""
        for file in self._files:
            os.close(file.descriptor)
        self._files.clear()
        self._own = None


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _line(message: Message) -> bytes:
    values = structs.asdict(message)
    for name in _MOMENTS:
        values[name] = values[name].astimezone(dt.UTC).isoformat() if values[name] else None
    said = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return f"{_checksum(said)} {said}\n".encode()


def _message(line: bytes) -> Message | None:
    """Read a line; None when it is torn or corrupt."""
    try:
        checksum, said = line.decode("ascii").removesuffix("\n").split(" ", 1)
        if not line.endswith(b"\n") or checksum != _checksum(said):
            return None
        values: dict[str, Any] = json.loads(said)
        for name in _MOMENTS:
            values[name] = dt.datetime.fromisoformat(values[name]) if values[name] else None
        return Message(**values)
    except (ValueError, TypeError):
        return None


def _checksum(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:16]

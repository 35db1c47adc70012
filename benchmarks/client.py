"""A light HTTP client in a process of its own: signed messages over connections kept open, turn by turn."""

import asyncio
import base64
import hashlib
import hmac
import json
import statistics
import sys
import time
from collections.abc import Sequence

import uvloop

SECRET = "whsec_" + base64.b64encode(b"benchmark-secret-0123456").decode()
_KEY = b"benchmark-secret-0123456"
CONNECTIONS = 512


def request(path: str, message_id: str, *, chat: str, text: str) -> bytes:
    """Return one whole signed request."""
    said = {
        "type": "message",
        "chat": {"id": chat, "kind": "group"},
        "sender": {"id": f"u-{chat}", "name": "张三"},
        "text": text,
        "sent_at": "2023-11-15T10:00:00+08:00",
    }
    body = json.dumps(said, ensure_ascii=False).encode()
    stamp = int(time.time())  # noqa: TID251 a signature has the wall's time
    signature = base64.b64encode(hmac.digest(_KEY, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nwebhook-id: {message_id}\r\n"
        f"webhook-timestamp: {stamp}\r\nwebhook-signature: v1,{signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """One connection kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, message: bytes) -> int:
        """Send a request; return the answer's status once the whole answer is there."""
        self._writer.write(message)
        head = await self._reader.readuntil(b"\r\n\r\n")
        place = head.index(b"Content-Length: ") + 16
        await self._reader.readexactly(int(head[place : head.index(b"\r\n", place)]))
        return int(head[9:12])


async def connect(port: int, how_many: int) -> list[Connection]:
    """Open connections."""
    return [Connection(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(how_many)]


async def closed_loop(connections: Sequence[Connection], messages: Sequence[bytes]) -> dict[str, float]:
    """Ask as fast as answers come; return messages a second."""
    pending = iter(messages)
    bad = 0

    async def work(connection: Connection) -> None:
        nonlocal bad
        for message in pending:
            bad += await connection.ask(message) != 200

    start = time.perf_counter()
    await asyncio.gather(*(work(c) for c in connections))
    return {"rate": len(messages) / (time.perf_counter() - start), "bad": bad}


async def open_loop(connections: Sequence[Connection], messages: Sequence[bytes], rate: float) -> dict[str, float]:
    """Ask at a fixed rate whatever the answers; return the latencies, counted from when each was due."""
    idle = asyncio.Queue[Connection]()
    for connection in connections:
        idle.put_nowait(connection)
    taken: list[float] = []
    bad = 0

    async def one(message: bytes, due: float) -> None:
        nonlocal bad
        connection = await idle.get()
        bad += await connection.ask(message) != 200
        taken.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    start = time.perf_counter() + 0.05
    tasks = []
    for number, message in enumerate(messages):
        due = start + number / rate
        while (wait := due - time.perf_counter()) > 0:  # noqa: ASYNC110 this is the pace itself
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(message, due)))
    await asyncio.gather(*tasks)
    spread = statistics.quantiles(taken, n=1000)
    return {"p50": spread[499] * 1000, "p99": spread[989] * 1000, "max": max(taken) * 1000, "bad": bad}


async def main(port: int) -> None:
    """Open the connections; then for each line that asks for a turn run a loop, and print what it showed as JSON."""
    connections = await connect(port, CONNECTIONS)
    for line in sys.stdin:
        turn = json.loads(line)
        messages = [
            request(turn["path"], f"{turn['prefix']}{n}", chat=f"c{n % 100}", text="今日批复3宗、120亩，上报2宗")
            for n in range(turn["how_many"])
        ]
        rate = turn["rate"]
        found = await (open_loop(connections, messages, rate) if rate else closed_loop(connections, messages))
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))

"""A running service: the webhooks, the health pages, and the workers, until it is told to stop."""

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from functools import partial

import structlog
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import SystemClock
from bot.loop import forever, rest
from bot.metrics import Metrics
from bot.selfaudit import EVERY_S, FIRST_AFTER, STALE_AFTER, SelfAudit, beat
from bot.wiring import Service
from storage import inbox, selfaudit, wakeup

log = structlog.get_logger(__name__)

ROLES = ("web", "worker", "scheduler")
IDLE_S = 1.0
"""How long a worker waits for its bell: another process rings only its own."""
TICK_S = 2
METER_S = 60
"""How often monthly quotas are written down."""
TRAIL_S = 10
"""How often the audit trail is copied."""
OLDEST_WAITING_S = 300
"""A message that waits longer makes the service not ready."""
SHUTDOWN_S = 15.0
HANG_UP_S = 75.0
"""How long a connection may be silent: longer than the 60 s for which a proxy keeps its own."""
REOPEN_S = 3.0
"""How often a database that was away at the start is tried again."""


class DoorError(Exception):
    """Nobody can be listened to there; the text says where and why, in one line."""


def app_of(service: Service, *, hears: bool = True) -> web.Application:
    """Return the web application: health, and the webhooks in a process that hears callbacks."""
    app = web.Application(client_max_size=128 * 1024)
    if hears:
        app.add_routes(service.door.routes())
    ready, metrics = _Ready(service), _metrics_of(service)
    app.add_routes([web.get("/healthz", _healthz), web.get("/readyz", ready.answer), web.get("/metrics", metrics)])
    return app


def runner_of(app: web.Application) -> web.AppRunner:
    """Return what listens for an application, and hangs up on whoever says nothing or begins and never ends."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=5.0, keepalive_timeout=HANG_UP_S)


def _metrics_of(service: Service) -> Callable[[web.Request], Awaitable[web.Response]]:
    metrics = Metrics(
        service.campaign.key, database=service.database, clock=service.clock, spool=service.letterbox.spool
    )

    async def answer(request: web.Request) -> web.Response:
        del request
        try:
            async with asyncio.timeout(5):
                return web.Response(body=await metrics.text(), content_type="text/plain", charset="utf-8")
        except Exception as fault:  # noqa: BLE001 the database is away: there is nothing to tell
            return web.Response(status=503, text=type(fault).__name__)

    return answer


async def _healthz(request: web.Request) -> web.Response:
    del request
    return web.json_response({"status": "ok"})


class _Ready:
    """Whether the service can do its work: the database answers, and nothing waits too long.

    *Degraded* is what heals by itself while messages are taken: it answers 200, or a balancer would send nobody here
    while the spool can still keep what comes.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    async def answer(self, request: web.Request) -> web.Response:
        """Answer 200 when ready, else 503 with what is wrong."""
        del request
        wrong: dict[str, str] = {}
        try:
            async with asyncio.timeout(2), self._service.database.transaction(reading=True) as tx:
                oldest = await inbox.oldest_waiting(tx)
                audited = await selfaudit.last_result(tx, self._service.campaign.key)
            now = self._service.clock.now()
            age_s = (now - oldest).total_seconds() if oldest else 0.0
            if age_s > OLDEST_WAITING_S:
                wrong["inbox"] = f"oldest message waits {age_s:.0f} s"
            if audited is not None and audited[1]:
                wrong["audit"] = ", ".join(f"{promise}: {count}" for promise, count in audited[1].items())
            elif audited is not None and now - audited[0] > STALE_AFTER:
                wrong["audit_age"] = f"last audited {(now - audited[0]).total_seconds():.0f} s ago"
        except Exception as fault:  # noqa: BLE001 whatever it is, we are not ready
            wrong["database"] = type(fault).__name__
        return self._said(wrong)

    def _said(self, wrong: dict[str, str]) -> web.Response:
        """Say how it is; with room in the spool messages are taken, whether or not the database is there."""
        spool = self._service.letterbox.spool
        takes = spool is not None and spool.has_room and spool.is_writable
        if spool is not None and (apart := spool.quarantined):
            wrong["quarantine"] = f"{apart} lines set apart"
        wants = set(wrong) - {"audit_age"} - ({"database"} if takes else set())
        if spool is not None and not spool.is_empty:
            wrong["spool"] = f"{spool.size} bytes wait"
            wants |= set() if takes else {"spool"}
        elif spool is not None and not spool.is_writable:
            wrong["spool"] = "cannot be written"
        status = "not ready" if wants else "degraded" if wrong else "ready"
        return web.json_response({"status": status, **wrong}, status=503 if wants else 200)


@contextlib.asynccontextmanager
async def working(service: Service, roles: Collection[str], *, heartbeat_url: str | None = None) -> AsyncIterator[None]:
    """Keep the workers of these roles at work as long as the block lasts; then let each finish what it holds."""
    standing = service.connections.standing() if "worker" in roles else contextlib.nullcontext()
    async with standing, _working(service, roles, heartbeat_url=heartbeat_url):
        yield


@contextlib.asynccontextmanager
async def _working(service: Service, roles: Collection[str], *, heartbeat_url: str | None) -> AsyncIterator[None]:
    stop = asyncio.Event()
    scheduler = AsyncIOScheduler(timezone="Asia/Shanghai")
    tasks = _workers(service, stop) if "worker" in roles else []
    if "web" in roles:
        tasks.append(_drainer(service, stop))
    listener = asyncio.create_task(wakeup.listen(service.database, partial(_hear, service)))
    if "scheduler" in roles:
        scheduler.add_job(_strike, "interval", args=[service], seconds=TICK_S, coalesce=True, id="strike")
        audit = SelfAudit(
            service.office,
            service.timetable,
            database=service.database,
            clock=service.clock,
            spool=service.letterbox.spool,
        )
        first = {"next_run_time": SystemClock().now() + FIRST_AFTER}
        args = [audit, heartbeat_url]
        scheduler.add_job(beat, "interval", args=args, seconds=EVERY_S, coalesce=True, id="selfaudit", **first)
        if service.trail.places:
            scheduler.add_job(_copy_trail, "interval", args=[service], seconds=TRAIL_S, coalesce=True, id="trail")
    if service.robots.quotas:  # in every role: who receives uses them up as well
        await _meter(service)
        scheduler.add_job(_meter, "interval", args=[service], seconds=METER_S, coalesce=True, id="meter")
    if scheduler.get_jobs():
        scheduler.start()
    try:
        yield
    finally:
        if scheduler.running:
            scheduler.shutdown(wait=False)
        stop.set()
        listener.cancel()
        service.inbox_bell.set()
        for bell in service.courier_bells:
            bell.set()
        _, unfinished = await asyncio.wait(tasks, timeout=SHUTDOWN_S) if tasks else ((), ())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _workers(service: Service, stop: asyncio.Event) -> list[asyncio.Task[None]]:
    async def handle() -> bool:
        worked = await service.clerk.handle_next()
        if worked:
            ring(service)
        return worked

    clerk = forever(handle, name="clerk", bell=service.inbox_bell, stop=stop, idle_s=IDLE_S)
    couriers = [
        forever(courier.deliver_next, name="courier", bell=bell, stop=stop, idle_s=IDLE_S)
        for courier, bell in zip(service.couriers, service.courier_bells, strict=True)
    ]
    return [asyncio.create_task(work) for work in (clerk, *couriers)]


def _drainer(service: Service, stop: asyncio.Event) -> asyncio.Task[None]:
    """Hand on what was spooled, by whichever process, as soon as the database is back."""
    _take_over(service)
    nobody_rings = asyncio.Event()
    work = forever(service.letterbox.drain, name="spool", bell=nobody_rings, stop=stop, idle_s=IDLE_S)
    return asyncio.create_task(work)


def _take_over(service: Service) -> None:
    spool = service.letterbox.spool
    if spool is not None and (size := spool.adopt()):
        log.warning("spool taken over", waiting_bytes=size)


def _hear(service: Service, word: str) -> None:
    """Wake whom another process left work for."""
    if word == "inbox":
        service.inbox_bell.set()
    else:
        ring(service)


def ring(service: Service) -> None:
    """Tell the Couriers that something is owed."""
    for bell in service.courier_bells:
        bell.set()


async def _strike(service: Service) -> None:
    try:
        await service.clerk.expire_questions()
        if await service.striker.strike_due():
            ring(service)
    except Exception as fault:
        log.exception("scheduler failed", fault=type(fault).__name__)


async def _meter(service: Service) -> None:
    try:
        if await service.meters.keep():
            ring(service)
    except Exception as fault:
        log.exception("quotas not written down", fault=type(fault).__name__)


async def _copy_trail(service: Service) -> None:
    try:
        await service.trail.copy()
    except Exception as fault:
        log.exception("audit trail not copied", fault=type(fault).__name__)


OpenBooks = Callable[[], Awaitable[bool]]
"""Make the database ready for work; False when it is away."""


async def _is_open() -> bool:
    return True


async def serve(
    service: Service,
    *,
    host: str,
    port: int | None,
    roles: Collection[str],
    heartbeat_url: str | None = None,
    open_books: OpenBooks = _is_open,
) -> None:
    """Serve until SIGTERM or SIGINT; then stop taking calls, finish what is held, and return.

    While the database is away at the start only the door is open; the workers begin when it is back. Without a port
    there is no door.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    runner = runner_of(app_of(service, hears="web" in roles))
    await runner.setup()
    door = _Door(service, runner, host=host, port=port, hears="web" in roles)
    watch: asyncio.Task[None] | None = None
    try:
        while not (is_open := await open_books()) and not stopped.is_set():
            watch = watch or asyncio.create_task(service.outage.watch())
            await door.open()
            await rest(stopped, REOPEN_S)
        watch = watch or asyncio.create_task(service.outage.watch())
        if is_open:
            async with working(service, roles, heartbeat_url=heartbeat_url):
                spare_the_collector()
                await door.open()
                log.info("serving", host=host, port=port, roles=sorted(roles))
                await stopped.wait()
                log.info("stopping")
                await runner.cleanup()
    finally:
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        await runner.cleanup()
        await service.close()


def spare_the_collector() -> None:
    """Let Python's collector pass over what was made at the start, and look less often at what comes and goes.

    It would walk through all of our modules again and again, 0.2 s each time, and nothing there ever becomes free.
    """
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


class _Door:
    """Where callbacks come in and health is told, opened once; a process without a port has none."""

    def __init__(self, service: Service, runner: web.AppRunner, *, host: str, port: int | None, hears: bool) -> None:
        self._service = service
        self._runner = runner
        self._host, self._port = host, port
        self._hears = hears
        self._is_closed = True

    async def open(self) -> None:
        """Begin to listen, behind what dead processes left in the spool."""
        if not self._is_closed or self._port is None:
            return
        self._is_closed = False
        if self._hears:
            _take_over(self._service)
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as fault:
            raise DoorError(f"{self._host}:{self._port}: 无法监听（{_reason(fault)}）") from fault


def _reason(fault: OSError) -> str:
    """Return the system's word for a fault, without what the event loop writes around it."""
    return os.strerror(fault.errno) if fault.errno and fault.errno > 0 else fault.strerror or type(fault).__name__

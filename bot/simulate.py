"""The business clock moved by hand: everything due on the way happens in order, at its moment."""

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from bot.wiring import Service
from storage import outbox, questions


class MovableClock(Protocol):
    """A clock that can be set on."""

    def now(self) -> dt.datetime:
        """Return the moment."""
        ...

    def move_to(self, moment: dt.datetime) -> None:
        """Move on to a moment."""
        ...


class Simulation:
    """A service under a clock that is moved: demo, replay and tests run the same code as the real thing."""

    def __init__(
        self, service: Service, clock: MovableClock, *, on_stop: Callable[[dt.datetime], None] | None = None
    ) -> None:
        self.service = service
        self._clock = clock
        self._on_stop = on_stop

    async def settle(self) -> None:
        """Work until nothing is left that is due now."""
        busy = True
        while busy:
            busy = await self.service.clerk.handle_next()
            for courier in self.service.couriers:
                busy |= await courier.deliver_next()

    async def run_until(self, moment: dt.datetime) -> None:
        """Move the clock to a moment, stopping at everything that is due on the way."""
        await self.settle()
        while (stop := await self._next_stop()) is not None and stop <= moment:
            self._clock.move_to(stop)
            if self._on_stop is not None:
                self._on_stop(stop)
            await self.service.clerk.expire_questions()
            await self.service.striker.strike_due()
            await self.settle()
        self._clock.move_to(moment)
        await self.settle()

    async def _next_stop(self) -> dt.datetime | None:
        """Return the next moment at which a schedule, a message held back, or the end of a question is due."""
        now = self._clock.now()
        async with self.service.database.transaction(reading=True) as tx:
            held = [await outbox.next_due(tx), await questions.next_expiry(tx)]
        stops = [m for m in (self.service.timetable.next_after(now), *held) if m is not None and m > now]
        return min(stops, default=None)

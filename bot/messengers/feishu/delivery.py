"""The messages of one document in turn: what was accepted is not said again, what is refused is said plainer."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.document import Document
from bot.messengers.feishu.codes import FeishuError, Treatment
from bot.messengers.feishu.render import Form, Message, Room, Upload, form_of, render

log = structlog.get_logger()

Put = Callable[[Message], Awaitable[None]]

_PLAINER = {Form.CARD: Form.POST, Form.POST: Form.TEXT}
_KEPT_KEYS = 1_000


class Accepted:
    """Which parts of a post that is not wholly delivered yet were accepted, so that a retry goes on where it stopped.

    It lives in memory: after a restart the idempotency key alone keeps parts from being shown twice (for an hour).
    """

    def __init__(self) -> None:
        self._parts: OrderedDict[str, set[str]] = OrderedDict()

    def of(self, key: str) -> set[str]:
        """Return the labels of the accepted parts of a post; what is added to it is kept."""
        parts = self._parts.setdefault(key, set())
        while len(self._parts) > _KEPT_KEYS:
            self._parts.popitem(last=False)
        return parts

    def forget(self, key: str) -> None:
        """Forget a post that is delivered."""
        self._parts.pop(key, None)


async def deliver(
    document: Document, *, room: Room, uploads: Mapping[str, Upload], mention: bool, accepted: set[str], put: Put
) -> None:
    """Put every part that is not accepted yet; a card that is refused becomes a post, then text; too long, smaller."""
    form = form_of(document)
    while True:
        try:
            for message in render(document, room=room, uploads=uploads, form=form, mention=mention):
                if message.label not in accepted:
                    await put(message)
                    accepted.add(message.label)
        except FeishuError as error:
            if error.treatment is Treatment.SPLIT and room.halved().enough:
                room = room.halved()
            elif error.treatment is Treatment.CARD and form in _PLAINER:
                form = _PLAINER[form]
            else:
                raise
            log.warning("feishu said otherwise", code=error.code, form=form.value, card_bytes=room.card)
        else:
            return

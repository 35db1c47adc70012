"""The ways a message can take to a chat: session webhook, one-to-one or group API, fixed webhook (see webhook.py)."""

from dataclasses import dataclass, replace
from typing import Protocol

from yarl import URL

from bot.document import Document
from bot.messengers.base import Post
from bot.messengers.dingtalk import inert
from bot.messengers.dingtalk.client import Client
from bot.messengers.dingtalk.errors import Outcome, Reply
from bot.messengers.dingtalk.payload import (
    FRAME_BYTES,
    PARAM_BYTES,
    WEBHOOK_BYTES,
    Message,
    compact,
    idempotency_key,
    part_body,
    part_message,
)
from bot.messengers.dingtalk.progress import Progress
from bot.messengers.dingtalk.render import MIN_LIMIT_BYTES, Part, render

LOST = {Outcome.GONE, Outcome.QUOTA}
"""Outcomes after which another way to the same chat is worth a try: this one certainly did not deliver."""


class Route(Protocol):
    """One way to a chat."""

    @property
    def name(self) -> str:
        """What the log calls it."""
        ...

    @property
    def limit_bytes(self) -> int:
        """How large one of its messages may be."""
        ...

    @property
    def can_mention(self) -> bool:
        """Whether people can be mentioned on it."""
        ...

    async def post(self, part: Part, *, uuid: str) -> Reply:
        """Post one part; `uuid` is its idempotency key, where the route has such."""
        ...


class PushRoute(Route, Protocol):
    """A route of the API, which takes every form of message."""

    async def push(self, message: Message) -> Reply:
        """Post a message of any form."""
        ...


async def say(post: Post, route: Route, *, progress: Progress, table: bool, note: str | None = None) -> Reply:
    """Post a document's words, leaving out the parts that have arrived already.

    A part that is refused as too long, against the documented limit, is cut smaller, twice at most.
    """
    reply = Reply(outcome=Outcome.OK)
    for share in (1, 2, 4):
        parts = render(
            post.document,
            limit_bytes=max(route.limit_bytes // share, MIN_LIMIT_BYTES) - FRAME_BYTES,
            mentions=route.can_mention,
            table=table,
            note=note,
        )
        reply = await _say_all(parts, post.key, route, progress)
        if reply.outcome is not Outcome.TOO_LONG:
            break
    return reply


def left_out(document: Document) -> str | None:
    """Name the pictures and files that a webhook cannot carry, in a line to stand below the words."""
    names = "、".join(inert.markdown(file.name) for file in document.attachments)
    return f"（这里发不了图片和文件，另见：{names}）" if names else None


async def _say_all(parts: list[Part], key: str, route: Route, progress: Progress) -> Reply:
    for number, part in enumerate(parts, start=1):
        uuid = idempotency_key(key, number=number, total=len(parts))
        # The words themselves name the step: a part cut or routed otherwise is not taken for the one that arrived.
        step = idempotency_key(compact(part_body(part, uuid="")), number=number, total=len(parts))
        if progress.has(key, step):
            continue
        reply = await route.post(part, uuid=uuid)
        if reply.outcome is not Outcome.OK:
            return reply
        progress.add(key, step)
    return Reply(outcome=Outcome.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRoute:
    """The address that came with a message and answers it, for an hour and a half or so; it can mention.

    https://open.dingtalk.com/document/dingstart/robot-reply-and-send-messages
    """

    client: Client
    url: URL
    can_mention: bool
    name: str = "session"
    limit_bytes: int = WEBHOOK_BYTES

    async def post(self, part: Part, *, uuid: str) -> Reply:
        """Post one part."""
        return await self.client.answer(self.url, part_body(part, uuid=uuid))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRoute:
    """A group through the API; it cannot mention and knows no idempotency key.

    https://open.dingtalk.com/document/development/the-robot-sends-a-group-message
    """

    client: Client
    robot_code: str
    chat_id: str
    name: str = "group"
    limit_bytes: int = PARAM_BYTES
    can_mention: bool = False

    async def post(self, part: Part, *, uuid: str) -> Reply:  # noqa: ARG002 the API has no idempotency key
        """Post one part."""
        return await self.push(part_message(part))

    async def push(self, message: Message) -> Reply:
        """Post a message of any form."""
        payload = {
            "robotCode": self.robot_code,
            "openConversationId": self.chat_id,
            "msgKey": message.key,
            "msgParam": message.param,
        }
        return await self.client.call("/v1.0/robot/groupMessages/send", payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectRoute:
    """One person through the API, by user id.

    https://open.dingtalk.com/document/development/chatbots-send-one-on-one-chat-messages-in-batches
    """

    client: Client
    robot_code: str
    user_id: str
    name: str = "direct"
    limit_bytes: int = PARAM_BYTES
    can_mention: bool = False

    async def post(self, part: Part, *, uuid: str) -> Reply:  # noqa: ARG002 the API has no idempotency key
        """Post one part."""
        return await self.push(part_message(part))

    async def push(self, message: Message) -> Reply:
        """Post a message of any form; acceptance of the call is not yet acceptance for the person."""
        payload = {
            "robotCode": self.robot_code,
            "userIds": [self.user_id],
            "msgKey": message.key,
            "msgParam": message.param,
        }
        reply = await self.client.call("/v1.0/robot/oToMessages/batchSend", payload)
        return reply if reply.outcome is not Outcome.OK else self._personal(reply)

    def _personal(self, reply: Reply) -> Reply:
        if reply.body.get("flowControlledStaffIdList"):
            return replace(reply, outcome=Outcome.WAIT, code="flowControlledStaffIdList", wait_s=60.0)
        for refused in ("invalidStaffIdList", "filteredStaffIdList"):
            if reply.body.get(refused):
                return replace(reply, outcome=Outcome.PERMANENT, code=refused)
        return reply

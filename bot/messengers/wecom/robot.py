"""The smart robot (智能机器人) by its callback URL: hears @ in groups and private chats, answers once for each message.

In this mode WeCom lets the robot say nothing unprompted: pushes go through a group's webhook or the self-built app.
"""

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import aiohttp
import structlog
from msgspec import structs
from pydantic import SecretStr

from bot.clock import Clock
from bot.document import Document
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    Hook,
    Inbound,
    Limits,
    Load,
    MalformedError,
    Messenger,
    Post,
    SendError,
    Verdict,
)
from bot.messengers.wecom import media, wire_robot
from bot.messengers.wecom.client import API_BASE, TIMEOUT_S, Http
from bot.messengers.wecom.codes import Course, RefusedError
from bot.messengers.wecom.pace import Progress, Steps
from bot.messengers.wecom.paging import Dialect, only_page, pages
from bot.messengers.wecom.signing import Crypto
from bot.messengers.wecom.wire import check_size, dump, mentionable, read_object, robot_of

POSTS_PER_MINUTE = 20
"""What the webhook of a chat allows, through which pushes go: https://developer.work.weixin.qq.com/document/path/99110"""
NO_FILES = "（本会话不能发送图片和文件，请联系管理员获取）"

log = structlog.get_logger()


class WeComRobot:
    """One smart robot with a callback URL; *webhooks* (by the roster's route) and *app* say what it cannot."""

    def __init__(  # noqa: PLR0913 each is one setting
        self,
        *,
        name: str,
        token: SecretStr,
        aes_key: SecretStr,
        http: aiohttp.ClientSession,
        clock: Clock,
        api_base: str = API_BASE,
        robot_name: str | None = None,
        bot_id: str | None = None,
        welcome: str | None = None,
        webhooks: Mapping[str, Messenger] | None = None,
        app: Messenger | None = None,
        posts_per_minute: int = POSTS_PER_MINUTE,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.name = name
        self.limits = Limits(posts=posts_per_minute, private=app is not None)
        self._aes_key = aes_key
        self._session = http
        self._crypto = Crypto(token=token, aes_key=aes_key, receive_id="")
        self._robot = wire_robot.Robot(name=robot_name, bot_id=bot_id)
        self._welcome = welcome
        self._api_base = api_base
        self._http = Http(http=http, api_base=api_base, secrets=(token, aes_key), timeout_s=timeout_s)
        self._clock = clock
        self._webhooks = dict(webhooks or {})
        self._app = app
        self._progress = Progress()
        self._used = UsedAddresses()

    def open(self, hook: Hook) -> Inbound | Answer:
        """Believe and read a callback."""
        check_size(hook.body)
        if hook.method == "GET":
            echo = hook.query.get("echostr", "")
            self._crypto.believe(hook.query, echo, now=hook.received_at)
            return Answer(body=self._crypto.unseal(echo), content_type="text/plain")
        encrypted = _envelope(hook)
        self._crypto.believe(hook.query, encrypted, now=hook.received_at)
        body = read_object(self._crypto.unseal(encrypted))
        opened = wire_robot.read(body, robot=self._robot)
        if isinstance(opened, wire_robot.Refresh):
            return self._sealed(wire_robot.stream("已收到", stream_id=opened.stream_id), hook)
        if isinstance(opened, wire_robot.Event):
            return self._event(opened, hook)
        opened = structs.replace(opened, file=media.handed(body, key=self._aes_key, session=self._session))
        address = wire_robot.response_url(body, api_base=self._api_base)
        if address is None:
            return opened
        until = hook.received_at + wire_robot.RESPONSE_URL_LIFE
        route = {"response_url": address, "until": until.isoformat()}
        return structs.replace(opened, reply_route=route, reply_until=until)

    def verdict(self, verdict: Verdict) -> Answer:
        """Answer emptily: the reply goes to the response_url. WeCom repeats what got no 200."""
        return Answer(status=503 if verdict is Verdict.UNAVAILABLE else 200, content_type="text/plain")

    async def send(self, post: Post, load: Load) -> None:
        """Answer at the message's own address while it is good; else push through webhook or app."""
        address, pusher = self._address(post), self._pusher(post)
        if address is not None and (pusher is None or _fits(post)):
            await self._progress.walk(post.key, partial(self._plan, post, address, pusher, load))
        elif pusher is not None:
            await pusher.send(post, load)
        else:
            raise SendError(
                "no way to push into this chat: its row names no webhook, and no app is set", permanent=True
            )

    async def close(self) -> None:
        """Hold nothing open: session, webhooks and app are the integrator's."""

    def hosts(self) -> list[str]:
        """Return host:port of what is called."""
        return self._http.hosts()

    async def check(self) -> list[str]:
        """See whether WeCom answers; token and key show their worth when the console saves the URL."""
        try:
            await self._http.get("getcallbackip", {})
        except RefusedError:
            pass
        except SendError as fault:
            return [f"故障：{self.name} 连不上企业微信（{fault}），请检查网络、代理和 api_base"]
        ways = "" if self._webhooks or self._app else "；未设群机器人或自建应用，不能主动推送"
        return [f"正常：{self.name} 网络可用，Token 和 EncodingAESKey 格式正确（在管理后台保存回调 URL 时验证）{ways}"]

    def _event(self, event: wire_robot.Event, hook: Hook) -> Answer:
        log.info("event ignored", messenger=self.name, event_type=event.kind[:64])
        if event.kind == "enter_chat" and self._welcome:
            return self._sealed(wire_robot.welcome(self._welcome), hook)
        return self.verdict(Verdict.IGNORED)

    def _sealed(self, reply: dict[str, object], hook: Hook) -> Answer:
        """Return an encrypted answer under the nonce of the call."""
        at, nonce = int(hook.received_at.timestamp()), hook.query["nonce"]
        encrypted = self._crypto.seal(dump(reply))
        signature = self._crypto.sign(timestamp=str(at), nonce=nonce, encrypted=encrypted)
        body = {"encrypt": encrypted, "msgsignature": signature, "timestamp": at, "nonce": nonce}
        return Answer(body=dump(body), content_type="text/plain")

    def _address(self, post: Post) -> str | None:
        route = post.reply_route or {}
        address, until = route.get("response_url"), route.get("until")
        if not isinstance(address, str) or not isinstance(until, str):
            return None
        if not wire_robot.is_reply_address(address, api_base=self._api_base):
            return None
        is_fresh = self._clock.now() < dt.datetime.fromisoformat(until)
        return address if is_fresh and self._used.may(address, post.key) else None

    def _pusher(self, post: Post) -> Messenger | None:
        if post.chat_kind is ChatKind.DIRECT:
            return self._app
        return self._webhooks.get(robot_of(post.route))

    def _plan(self, post: Post, address: str, pusher: Messenger | None, load: Load, is_split: bool) -> Steps:
        limit = wire_robot.REPLY_LIMIT // 2 if is_split else wire_robot.REPLY_LIMIT
        notes = (NO_FILES,) if post.document.attachments and pusher is None else ()
        words = only_page(post.document, dialect=Dialect.MARKDOWN_V2, limit=limit, notes=notes)
        steps: Steps = [partial(self._answer, post, address, words, pusher, load)]
        if post.document.attachments and pusher is not None:
            files = Document(lines=(), picture=post.document.picture, files=post.document.files)
            steps.append(partial(pusher.send, replace(post, key=f"{post.key}-files", document=files), load))
        return steps

    async def _answer(self, post: Post, address: str, words: str, pusher: Messenger | None, load: Load) -> None:
        """Use the address, which works once: a second try after a lost answer can fail, but never double."""
        was_unsure = post.is_unsure or self._used.is_unsure(address)
        self._used.note(address, post.key, is_unsure=True)
        try:
            await self._http.say_at(address, wire_robot.markdown(words))
        except RefusedError as fault:
            is_later = fault.course in {Course.WAIT, Course.RETRY, Course.SPLIT}
            self._used.note(address, post.key, is_unsure=was_unsure and is_later)
            if is_later:
                raise
            log.warning("reply address refused", messenger=self.name, code=fault.code, was_tried=was_unsure)
            if was_unsure:
                return
            if pusher is None:
                raise
            await pusher.send(replace(post, document=replace(post.document, picture=None, files=())), load)
        except SendError as fault:
            if not fault.unknown:
                self._used.note(address, post.key, is_unsure=was_unsure)
            raise
        self._used.note(address, post.key, is_unsure=False)


class UsedAddresses:
    """Reply addresses that were tried, by which post, and whether we know how it went.

    What an earlier process tried is not here: the outbox remembers of each post that it may have arrived.
    """

    def __init__(self, *, room: int = 1024) -> None:
        self._tried: OrderedDict[str, tuple[str, bool]] = OrderedDict()
        self._room = room

    def may(self, address: str, key: str) -> bool:
        """Tell whether a post may use an address: nobody else has."""
        return self._tried.get(address, (key, False))[0] == key

    def is_unsure(self, address: str) -> bool:
        """Tell whether an earlier try may have arrived."""
        return self._tried.get(address, ("", False))[1]

    def note(self, address: str, key: str, *, is_unsure: bool) -> None:
        """Note a try; the oldest are forgotten first."""
        self._tried[address] = (key, is_unsure)
        self._tried.move_to_end(address)
        while len(self._tried) > self._room:
            self._tried.popitem(last=False)


def _fits(post: Post) -> bool:
    """Tell whether one message without mentions says it all; a robot's own `<@id>` is shown, but calls nobody."""
    if post.chat_kind is ChatKind.GROUP and mentionable(post.document.mentions):
        return False
    return len(pages(post.document, dialect=Dialect.MARKDOWN_V2, limit=wire_robot.REPLY_LIMIT)) <= 1


def _envelope(hook: Hook) -> str:
    """Return the ciphertext of a callback; whoever sent an unreadable one cannot be believed."""
    try:
        encrypted = read_object(hook.body).get("encrypt")
    except MalformedError as fault:
        raise BadSignatureError("unsigned") from fault
    if not isinstance(encrypted, str):
        raise BadSignatureError("unsigned")
    return encrypted

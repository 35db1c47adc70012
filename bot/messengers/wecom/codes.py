"""What WeCom's error codes ask of us; errors come with HTTP 200, and errcode decides, never errmsg."""

import re
from enum import StrEnum

from bot.messengers.base import SendError


class Course(StrEnum):
    """What to do about a code."""

    OK = "ok"
    WAIT = "wait"
    RETRY = "retry"
    REFRESH = "refresh token"
    RELOAD = "upload again"
    SPLIT = "split"
    PUSH = "push instead of answering"
    RESUBSCRIBE = "subscribe again"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


# https://developer.work.weixin.qq.com/document/path/90313 (全局错误码) unless another page stands above a group.
COURSES: dict[int, Course] = {
    0: Course.OK,
    -1: Course.RETRY,  # system busy
    6000: Course.RETRY,  # data version conflict
    45033: Course.RETRY,  # too many calls at once on one resource
    # https://developer.work.weixin.qq.com/document/path/90312: the block lasts as long as the window
    45009: Course.WAIT,
    # https://developer.work.weixin.qq.com/document/path/91039
    40014: Course.REFRESH,  # token invalid
    42001: Course.REFRESH,  # token expired
    40001: Course.PERMANENT,  # wrong secret
    40013: Course.PERMANENT,  # wrong CorpID
    40091: Course.PERMANENT,  # wrong secret
    41001: Course.PERMANENT,  # no token
    # https://developer.work.weixin.qq.com/document/path/90664: the server's address is not in 企业可信IP
    60020: Course.PERMANENT,
    48002: Course.PERMANENT,  # no permission for this API
    48006: Course.PERMANENT,
    50002: Course.PERMANENT,  # out of the app's scope
    50003: Course.PERMANENT,  # the app is disabled
    60011: Course.PERMANENT,  # no permission for this member
    301002: Course.PERMANENT,  # another app's AgentId
    81013: Course.PERMANENT,  # nobody of the recipients may be written to
    40003: Course.PERMANENT,  # unknown userid
    40031: Course.PERMANENT,
    60111: Course.PERMANENT,
    40032: Course.PERMANENT,  # too many recipients; we write to one
    82002: Course.PERMANENT,
    82003: Course.PERMANENT,
    40008: Course.PERMANENT,  # wrong msgtype
    40033: Course.PERMANENT,  # illegal characters
    44004: Course.PERMANENT,  # nothing said
    45002: Course.SPLIT,  # content too long
    # https://developer.work.weixin.qq.com/document/path/90253: media
    40007: Course.RELOAD,  # media_id invalid or too old
    40004: Course.PERMANENT,
    40006: Course.PERMANENT,
    40009: Course.PERMANENT,
    40123: Course.PERMANENT,
    44001: Course.PERMANENT,  # empty, most often the file name's header
    45001: Course.PERMANENT,
    # https://developer.work.weixin.qq.com/document/path/99110: group webhook
    40058: Course.SPLIT,  # bad parameter, for which too long a content is the usual reason
    93000: Course.PERMANENT,  # the key is wrong, or the webhook was taken out of its group
    93004: Course.PERMANENT,  # the robot is disabled
    93008: Course.PERMANENT,  # not in the group
    # https://developer.work.weixin.qq.com/document/path/90248: groups that the app has made
    40050: Course.PERMANENT,
    86001: Course.PERMANENT,
    86003: Course.PERMANENT,
    86008: Course.PERMANENT,
    # https://developer.work.weixin.qq.com/document/path/101463: long connection
    93006: Course.PERMANENT,  # unknown chatid
    853000: Course.PERMANENT,  # wrong BotID or secret
    846605: Course.PUSH,  # the request is another connection's, or too old
    846608: Course.PUSH,  # the stream is closed
    846609: Course.RESUBSCRIBE,  # the socket is open, the subscription gone
}
WAIT_S = 60.0
"""The shortest window that a 45009 may mean."""
_KEYS = re.compile(r"(?i)\b(key|access_token|corpsecret|secret|response_code)=[^&\s\"',]+")


class RefusedError(SendError):
    """WeCom answered, and the answer was no."""

    def __init__(self, code: int, hint: str) -> None:
        self.code = code
        self.course = COURSES.get(code, Course.UNKNOWN)
        super().__init__(
            f"errcode {code}: {hint}" if hint else f"errcode {code}",
            permanent=self.course in {Course.PERMANENT, Course.SPLIT, Course.RELOAD},
            retry_after_s=WAIT_S if self.course is Course.WAIT else None,
            unknown=self.course is Course.UNKNOWN,
        )


def judge(code: object, hint: object, *, secrets: tuple[str, ...] = ()) -> None:
    """Raise RefusedError unless a code says that all is well; a missing code on a success does."""
    if code is None or code == 0:
        return
    shown = masked(hint if isinstance(hint, str) else "", secrets)[:300]
    raise RefusedError(code if isinstance(code, int) else -999, shown)


def masked(text: str, secrets: tuple[str, ...]) -> str:
    """Return a text without keys, for logs and errors."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return _KEYS.sub(r"\1=***", text)

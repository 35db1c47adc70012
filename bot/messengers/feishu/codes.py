"""What every documented error code of Feishu asks of us, in one table."""

from enum import StrEnum

from bot.messengers.base import SendError


class Treatment(StrEnum):
    """What is to be done about an answer."""

    OK = "ok"
    WAIT = "wait"
    """Too fast, or busy with this very message: again after the time told, or a second."""
    RETRY = "retry"
    """Their fault and nothing was accepted: again with back-off."""
    TOKEN = "token"  # noqa: S105 a treatment, no secret
    """The tenant token is refused: fetch a new one, try once more."""
    SPLIT = "split"
    """Too long: again in smaller parts."""
    CARD = "card"
    """The card is refused: again in plain words."""
    RELOAD = "reload"
    """An upload of ours is not known: upload anew, try once more."""
    UNQUOTE = "unquote"
    """The message that is replied to is gone: say it without a quote."""
    ATTACHMENT = "attachment"
    """This picture or file will never be taken: go on without it."""
    UNFIT = "unfit"
    """The app cannot speak here (no quota, no rights, not in the group), but a group's own webhook may."""
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    """It may have arrived all the same."""


# Generic codes: https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code
# Throttling: https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
# Monthly quota: https://open.feishu.cn/document/platform-updates-/custom-app-api-call-limit
# Token: https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
_GENERIC = {
    0: Treatment.OK,
    1500: Treatment.RETRY,  # internal error
    2200: Treatment.RETRY,
    5000: Treatment.RETRY,
    10101: Treatment.RETRY,
    9499: Treatment.PERMANENT,  # bad request: malformed JSON or field
    10003: Treatment.PERMANENT,  # wrong app id or secret, as are the next three
    10014: Treatment.PERMANENT,
    10015: Treatment.PERMANENT,
    99991543: Treatment.PERMANENT,
    99991400: Treatment.WAIT,  # frequency limit; x-ogw-ratelimit-reset tells how long
    99991401: Treatment.UNFIT,  # our address is not in the app's allow-list
    99991403: Treatment.UNFIT,  # the month's quota is used up
    99991661: Treatment.PERMANENT,  # no token in the request
    99991663: Treatment.TOKEN,  # tenant token invalid or expired
    99991664: Treatment.TOKEN,
    99991665: Treatment.TOKEN,
    99991668: Treatment.PERMANENT,
    99991671: Treatment.PERMANENT,
    99991672: Treatment.UNFIT,  # a scope is missing; the message lists it
    99992351: Treatment.PERMANENT,  # open_id unknown
}

# Create and reply: https://open.feishu.cn/document/server-docs/im-v1/message/create
# and https://open.feishu.cn/document/server-docs/im-v1/message/reply
_MESSAGES = {
    11232: Treatment.WAIT,  # system-wide message limit
    11233: Treatment.WAIT,  # the chat's message limit
    11247: Treatment.PERMANENT,  # daily cap of batch sending
    18121: Treatment.WAIT,  # the same create is in progress
    19036: Treatment.SPLIT,  # card over 30 KB
    230001: Treatment.PERMANENT,  # bad parameter
    230002: Treatment.UNFIT,  # the bot is not in the group
    230006: Treatment.UNFIT,  # the bot capability is off
    230011: Treatment.UNQUOTE,  # the message that is replied to was withdrawn
    230013: Treatment.PERMANENT,  # the user is outside the availability range, or left
    230017: Treatment.RELOAD,  # the resource belongs to another app
    230018: Treatment.UNFIT,  # the group's settings forbid it
    230020: Treatment.WAIT,  # the chat's frequency limit
    230022: Treatment.PERMANENT,  # sensitive content
    230025: Treatment.SPLIT,  # too long
    230027: Treatment.UNFIT,  # lack of permission
    230028: Treatment.PERMANENT,  # refused by the data loss audit
    230029: Treatment.PERMANENT,  # the user has left
    230034: Treatment.PERMANENT,  # receive_id invalid
    230035: Treatment.PERMANENT,  # muted or blocked
    230038: Treatment.PERMANENT,  # private chat across tenants
    230049: Treatment.WAIT,  # the message is still being sent
    230053: Treatment.PERMANENT,  # the user stopped the bot
    230054: Treatment.PERMANENT,  # type not allowed in this group
    230055: Treatment.PERMANENT,  # file_type does not match msg_type
    230075: Treatment.PERMANENT,  # secret chat
    230099: Treatment.CARD,  # card creation failed
    231003: Treatment.UNQUOTE,  # the message that is replied to does not exist
    232009: Treatment.PERMANENT,  # the group was dissolved
}

# Images: https://open.feishu.cn/document/server-docs/im-v1/image/create
# Files: https://open.feishu.cn/document/server-docs/im-v1/file/create
_UPLOADS = {
    232096: Treatment.RETRY,  # metadata writes are paused
    234001: Treatment.ATTACHMENT,  # parameter or file name
    234006: Treatment.ATTACHMENT,  # too big
    234007: Treatment.UNFIT,  # the app has no bot
    234010: Treatment.ATTACHMENT,  # empty
    234011: Treatment.ATTACHMENT,  # format
    234039: Treatment.ATTACHMENT,  # resolution
}

# Custom bot: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
_HOOKS = {
    19001: Treatment.PERMANENT,  # the hook's token is invalid
    19002: Treatment.PERMANENT,  # msg_type missing
    19021: Treatment.PERMANENT,  # sign does not match, or our clock is an hour off
    19022: Treatment.PERMANENT,  # our address is not allowed
    19024: Treatment.PERMANENT,  # none of the keywords occurs
}

TREATMENTS = {**_GENERIC, **_MESSAGES, **_UPLOADS, **_HOOKS}

CARD_REFUSED = 230099
IMAGE_UNKNOWN = "200570"
QUOTA_SPENT = 99991403
SCOPE_MISSING = 99991672
ADDRESS_REFUSED = 99991401

_NO_WAIT_TOLD_S = 1.0
_FINAL = {
    Treatment.SPLIT,
    Treatment.CARD,
    Treatment.RELOAD,
    Treatment.UNQUOTE,
    Treatment.ATTACHMENT,
    Treatment.UNFIT,
    Treatment.PERMANENT,
}


class FeishuError(SendError):
    """Feishu refused, or its answer was lost; `treatment` says what may be tried before giving up."""

    def __init__(
        self, message: str, *, treatment: Treatment, code: int | None = None, retry_after_s: float | None = None
    ) -> None:
        if treatment is Treatment.WAIT and retry_after_s is None:
            retry_after_s = _NO_WAIT_TOLD_S
        super().__init__(
            message,
            permanent=treatment in _FINAL,
            retry_after_s=retry_after_s,
            unknown=treatment is Treatment.UNKNOWN,
        )
        self.treatment = treatment
        self.code = code


def treatment_of(*, status: int, code: int | None, said: str = "") -> Treatment:
    """Judge an answer by its body's code; the HTTP status decides where there is none, or it contradicts an ok.

    Why a card was refused stands as a sub-code in the message only.
    """
    if code == CARD_REFUSED and IMAGE_UNKNOWN in said:
        return Treatment.RELOAD
    if code is not None and (code != 0 or status < 300):
        return TREATMENTS.get(code, Treatment.WAIT if status == 429 else Treatment.UNKNOWN)
    if status == 429:
        return Treatment.WAIT
    if status == 413:
        return Treatment.SPLIT
    if 300 <= status < 500 and status != 408:
        return Treatment.PERMANENT
    return Treatment.UNKNOWN

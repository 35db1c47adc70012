"""Does this app robot work? Its credentials and permissions tried without saying anything, findings in Chinese."""

from bot.messengers.base import SendError
from bot.messengers.dingtalk.client import Client
from bot.messengers.dingtalk.errors import Outcome, Reply
from bot.messengers.dingtalk.payload import compact

# What a code, or the beginning of one, asks of the operator, and where in the vendor's console.
_ADVICE = {
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": "缺少权限（{told}）：开发者后台→应用→权限管理，"
    "申请“企业内机器人发送消息权限”（qyapi_robot_sendmsg）",
    "Forbidden.AccessDenied.IpNotInWhiteList": "本机出口IP不在白名单（{told}）：开发者后台→应用→安全设置→服务器出口IP",
    "Forbidden.AccessDenied.ApiCountLimitForOrg": "本月接口额度已用完（{told}）：开发者后台→资源用量，或购买资源包",
    "invalidParameter.robotCode": "robotCode有误（{told}）：开发者后台→应用→机器人页，复制RobotCode",
}


async def inspect(client: Client, *, name: str, robot_code: str) -> list[str]:
    """Fetch a token, then send to no group at all: what DingTalk objects to first tells what is wrong."""
    try:
        await client.tokens.get()
    except SendError as error:
        return [f"故障：{name} {_token_finding(error)}"]
    payload = {
        "robotCode": robot_code,
        "openConversationId": "",
        "msgKey": "sampleText",
        "msgParam": compact({"content": "check"}),
    }
    try:
        reply = await client.call("/v1.0/robot/groupMessages/send", payload)
    except SendError as error:
        return [f"故障：{name} 凭证有效，但发送接口未应答（{error}），请稍后再试"]
    fault = _fault(reply)
    return [f"故障：{name} {fault}" if fault else f"正常：{name} 凭证有效，可以发送消息"]


def _token_finding(error: SendError) -> str:
    if error.permanent:
        return f"Client ID或Client Secret有误（{error}）：开发者后台→应用→凭证与基础信息"
    return f"取不到访问凭证（{error}），请检查到 api.dingtalk.com 的网络、代理与DNS"


def _fault(reply: Reply) -> str | None:
    told = f"{reply.code} {reply.message}".strip()
    for code, advice in _ADVICE.items():
        if reply.code.startswith(code):
            return advice.format(told=told)
    if reply.outcome in {Outcome.WAIT, Outcome.RETRY, Outcome.UNKNOWN, Outcome.TOKEN}:
        return f"凭证已取得，发送接口暂时不通（{told}），请稍后再试"
    if reply.outcome is Outcome.GONE or reply.code.startswith(("miss.", "param.", "invalidParameter")):
        return None  # it missed the group, so credentials, address and permission were in order
    return f"发送被拒（{told}）：开发者后台→应用→机器人，确认机器人已启用、应用已发布"

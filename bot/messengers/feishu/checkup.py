"""Trying an app out, as an operator needs to know it: what works, and where in the console to mend what does not."""

from bot.messengers.feishu.app import App
from bot.messengers.feishu.codes import ADDRESS_REFUSED, QUOTA_SPENT, SCOPE_MISSING, FeishuError, Treatment

_CONSOLE = "飞书开放平台→开发者后台→该应用"
_WRONG_CREDENTIALS = {10003, 10014, 10015, 99991543}
_BOT_OFF = {230006, 234007}
_TELLING = {SCOPE_MISSING, ADDRESS_REFUSED, QUOTA_SPENT, *_BOT_OFF}
_ENABLED = 2
_NOBODY = "oc_00000000000000000000000000000000"


async def examine(app: App, *, encrypted: bool) -> tuple[list[str], str | None]:
    """Return findings, each beginning with 正常, 注意 or 故障, and the bot's own open_id.

    The bot's card costs one call of the month's quota, so this is no health probe. A message to a chat that does not
    exist tells whether the app may send at all; a refused call costs nothing and is shown to nobody.
    https://open.feishu.cn/document/client-docs/bot-v3/obtain-bot-info
    """
    findings, open_id = [], None
    try:
        await app.token()
        findings.append(f"正常：{app.robot} 凭证有效。")
        bot = (await app.get("/open-apis/bot/v3/info")).data.get("bot")
        open_id = bot.get("open_id") if isinstance(bot, dict) else None
        findings += [_bot(bot, robot=app.robot), await _may_send(app)]
    except FeishuError as error:
        findings.append(f"故障：{app.robot} {_mend(error)}")
    if not encrypted:
        mend = f"未设 Encrypt Key，事件没有签名；请在{_CONSOLE}→事件与回调→加密策略中设置"
        findings.append(f"注意：{app.robot} {mend}。")
    return findings, open_id if isinstance(open_id, str) else None


def _bot(bot: object, *, robot: str) -> str:
    if not isinstance(bot, dict):
        return f"故障：{robot} 没有机器人，请在{_CONSOLE}→添加应用能力→机器人中开启并发布版本。"
    if bot.get("activate_status", _ENABLED) != _ENABLED:
        return f"故障：{robot} 机器人未启用，请在{_CONSOLE}→版本管理与发布中发布版本，并由管理员启用。"
    return f"正常：{robot} 机器人“{bot.get('app_name', '')}”已启用。"


async def _may_send(app: App) -> str:
    payload = {"receive_id": _NOBODY, "msg_type": "text", "content": '{"text":"duban"}'}
    try:
        await app.post("/open-apis/im/v1/messages", payload, query={"receive_id_type": "chat_id"})
    except FeishuError as error:
        if error.code is None or error.treatment in {Treatment.WAIT, Treatment.TOKEN} or error.code in _TELLING:
            return f"故障：{app.robot} {_mend(error)}"
    return f"正常：{app.robot} 有发送消息的权限。"


def _mend(error: FeishuError) -> str:
    if error.code in _WRONG_CREDENTIALS:
        return f"App ID 或 App Secret 不对，请在{_CONSOLE}→凭证与基础信息中核对。"
    if error.code == SCOPE_MISSING:
        return f"缺少权限 im:message:send_as_bot 等，请在{_CONSOLE}→权限管理中开通并发布版本。（{error}）"
    if error.code == ADDRESS_REFUSED:
        return f"本机出口 IP 不在白名单，请在{_CONSOLE}→安全设置→IP 白名单中加入。"
    if error.code == QUOTA_SPENT:
        return "本月接口调用额度已用完，下月1日恢复；可升级飞书版本，或给群配置自定义机器人。"
    if error.code in _BOT_OFF:
        return f"机器人能力未开启，请在{_CONSOLE}→添加应用能力→机器人中开启并发布版本。"
    return str(error)

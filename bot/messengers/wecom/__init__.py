"""WeCom (企业微信): the smart robot by callback or by long connection, the group webhook, the self-built app."""

from bot.messengers.wecom.app import WeComApp
from bot.messengers.wecom.group_webhook import WeComGroupWebhook
from bot.messengers.wecom.long_connection import Stop, WeComLongConnection
from bot.messengers.wecom.robot import WeComRobot

__all__ = ["Stop", "WeComApp", "WeComGroupWebhook", "WeComLongConnection", "WeComRobot"]

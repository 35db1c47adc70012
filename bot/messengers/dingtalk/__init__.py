"""DingTalk (钉钉): the app robot, and custom webhooks that only push."""

from bot.messengers.dingtalk.quota import Quota, Usage
from bot.messengers.dingtalk.robot import DingTalk
from bot.messengers.dingtalk.webhook import DingTalkWebhook

__all__ = ["DingTalk", "DingTalkWebhook", "Quota", "Usage"]

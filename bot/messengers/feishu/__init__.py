"""Feishu (飞书) and Lark: an app robot, and group webhooks that only push."""

from bot.messengers.feishu.client import Feishu
from bot.messengers.feishu.hook import FeishuHook

__all__ = ["Feishu", "FeishuHook"]

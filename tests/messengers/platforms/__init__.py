"""Every messenger behind one face, so that one set of tests can ask all of them for the same."""

from tests.messengers.platforms.base import Call, Platform
from tests.messengers.platforms.dingtalk import DingTalkPlatform
from tests.messengers.platforms.feishu import FeishuPlatform
from tests.messengers.platforms.generic import GenericPlatform
from tests.messengers.platforms.stage import Stage
from tests.messengers.platforms.wecom import AppPlatform, ConnectionPlatform, RobotPlatform

CALLING = (GenericPlatform, AppPlatform, RobotPlatform, DingTalkPlatform, FeishuPlatform)
"""Those that call a webhook of ours."""
ALL = (*CALLING, ConnectionPlatform)

__all__ = ["ALL", "CALLING", "Call", "ConnectionPlatform", "Platform", "Stage"]

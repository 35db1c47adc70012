"""DingTalk's robots: the groups' webhooks first, then the app robots, which lean on them."""

from collections.abc import Mapping

from bot.messengers import dingtalk
from bot.messengers.base import Limits
from bot.robots.workshop import Workshop, named
from config import robots as wanted


def build(shop: Workshop) -> None:
    """Build the robots of DingTalk; those of one corporation share its month."""
    quotas: dict[str | None, dingtalk.Quota] = {}
    for robot in shop.settings.dingtalk.values():
        corp = robot.corp_id
        quotas.setdefault(
            corp,
            dingtalk.Quota(
                clock=shop.wall,
                api_limit=robot.api_quota,
                webhook_limit=robot.webhook_quota,
                robot=f"dingtalk/{corp}" if corp else "dingtalk",
            ),
        )
    only = next(iter(quotas.values())) if len(quotas) == 1 else None
    hooks = {}
    for name, hook in shop.settings.dingtalk_webhook.items():
        quota = quotas.get(hook.corp_id) or only
        if quota is None:
            quota = quotas[hook.corp_id] = dingtalk.Quota(clock=shop.wall, robot=f"dingtalk-webhook:{name}")
        with named("dingtalk_webhook", name):
            hooks[name] = _dingtalk_webhook(shop, name, hook, quota)
    for name, robot in shop.settings.dingtalk.items():
        with named("dingtalk", name):
            _dingtalk_robot(shop, name, robot, hooks, quotas[robot.corp_id])
    shop.built.quotas += quotas.values()


def _dingtalk_webhook(
    shop: Workshop, name: str, robot: wanted.DingTalkWebhook, quota: dingtalk.Quota
) -> dingtalk.DingTalkWebhook:
    hook = dingtalk.DingTalkWebhook(
        name=f"dingtalk-webhook:{name}",
        access_token=robot.access_token,
        secret=robot.secret,
        session=shop.session(robot),
        clock=shop.wall,
        oapi_base=robot.oapi_base,
        quota=quota,
        limits=Limits(posts=robot.posts_per_minute, idempotent=True, private=False),
        timeout_s=robot.timeout_s,
    )
    shop.add(hook)
    return hook


def _dingtalk_robot(
    shop: Workshop,
    name: str,
    robot: wanted.DingTalk,
    hooks: Mapping[str, dingtalk.DingTalkWebhook],
    quota: dingtalk.Quota,
) -> None:
    shop.add(
        dingtalk.DingTalk(
            name=f"dingtalk:{name}",
            client_id=robot.client_id,
            client_secret=robot.client_secret,
            session=shop.session(robot),
            clock=shop.wall,
            robot_code=robot.robot_code,
            corp_id=robot.corp_id,
            api_base=robot.api_base,
            oapi_base=robot.oapi_base,
            webhooks=hooks,
            quota=quota,
            limits=Limits(posts=robot.posts_per_minute),
            timeout_s=robot.timeout_s,
        )
    )

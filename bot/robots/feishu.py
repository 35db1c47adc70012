"""Feishu's robots: the groups' custom bots first, then the apps, which fall back on them."""

from collections.abc import Mapping

from bot.messengers import feishu
from bot.messengers.base import Limits
from bot.robots.workshop import Workshop, named
from config import robots as wanted


def build(shop: Workshop) -> None:
    """Build the custom bots and apps of Feishu."""
    hooks = {}
    for name, hook in shop.settings.feishu_hook.items():
        with named("feishu_hook", name):
            hooks[name] = _feishu_hook(shop, name, hook)
    for name, robot in shop.settings.feishu.items():
        with named("feishu", name):
            _feishu_app(shop, name, robot, hooks)


def _feishu_hook(shop: Workshop, name: str, robot: wanted.FeishuHook) -> feishu.FeishuHook:
    hook = feishu.FeishuHook(
        name=f"feishu-hook:{name}",
        hook_url=robot.url,
        session=shop.session(robot),
        clock=shop.wall,
        hook_secret=robot.secret,
        api_base=robot.api_base,
        limits=Limits(posts=robot.posts_per_minute, per_chat=False, second=(5, 1.0), private=False),
        timeout_s=robot.timeout_s,
    )
    shop.add(hook)
    return hook


def _feishu_app(shop: Workshop, name: str, robot: wanted.Feishu, hooks: Mapping[str, feishu.FeishuHook]) -> None:
    app = feishu.Feishu(
        name=f"feishu:{name}",
        app_id=robot.app_id,
        app_secret=robot.app_secret,
        verification_token=robot.verification_token,
        session=shop.session(robot),
        clock=shop.wall,
        encrypt_key=robot.encrypt_key,
        api_base=robot.api_base,
        fallbacks=hooks,
        monthly_quota=robot.monthly_quota or None,
        limits=Limits(posts=robot.posts_per_second, window_s=1.0, idempotent=True),
        timeout_s=robot.timeout_s,
    )
    shop.add(app)
    shop.built.quotas.append(app.quota)

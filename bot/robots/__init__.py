"""The robots that are switched on: each built from its settings, with a session of its own."""

from bot.messengers.generic.client import Generic
from bot.robots import dingtalk, feishu, wecom
from bot.robots.workshop import Checked, Hear, Robots, Workshop, named

__all__ = ["Checked", "Hear", "Robots", "Workshop", "open_all"]


async def open_all(shop: Workshop) -> Robots:
    """Build every robot that is switched on; raise SettingsError for one that cannot be."""
    try:
        _generic(shop)
        wecom.build(shop)
        dingtalk.build(shop)
        feishu.build(shop)
    except BaseException:
        await shop.built.close()
        raise
    return shop.built


def _generic(shop: Workshop) -> None:
    robot = shop.settings.generic
    if robot is None:
        return
    with named("generic"):
        shop.add(
            Generic(
                secret=robot.secret,
                push_url=robot.push_url,
                http=shop.session(robot),
                clock=shop.wall,
                posts_per_minute=robot.posts_per_minute,
            )
        )

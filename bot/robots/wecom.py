"""WeCom's robots: apps first, then the groups' webhooks, then the smart robots, which lean on both."""

from collections.abc import Mapping

from bot.lease import Lease
from bot.messengers import wecom
from bot.messengers.base import Inbound, Messenger
from bot.robots.workshop import Workshop, named
from config import robots as wanted


def build(shop: Workshop) -> None:
    """Build the apps, webhooks and smart robots of WeCom."""
    apps = {}
    for name, robot in shop.settings.wecom.items():
        with named("wecom", name):
            apps[name] = _wecom_app(shop, name, robot)
    groups: dict[str, Messenger] = {}
    for name, group in shop.settings.wecom_group.items():
        with named("wecom_group", name):
            groups[name] = _wecom_group(shop, name, group, _of(apps, name))
    for name, smart in shop.settings.wecom_robot.items():
        with named("wecom_robot", name):
            if smart.is_connected:
                _wecom_connection(shop, name, smart, groups)
            else:
                _wecom_robot(shop, name, smart, groups, _of(apps, name))


def _wecom_app(shop: Workshop, name: str, robot: wanted.WeComApp) -> wecom.WeComApp:
    app = wecom.WeComApp(
        name=f"wecom:{name}",
        corp_id=robot.corp_id,
        agent_id=robot.agent_id,
        secret=robot.secret,
        token=robot.token,
        aes_key=robot.aes_key,
        http=shop.session(robot),
        clock=shop.wall,
        api_base=robot.api_base,
        posts_per_minute=robot.posts_per_minute,
        posts_per_hour=robot.posts_per_hour,
        duplicate_check=robot.duplicate_check,
        welcome=robot.welcome,
        timeout_s=robot.timeout_s,
    )
    shop.add(app)
    return app


def _wecom_group(shop: Workshop, name: str, robot: wanted.WeComGroup, app: wecom.WeComApp | None) -> Messenger:
    group = wecom.WeComGroupWebhook(
        name=f"wecom-group:{name}",
        key=robot.key,
        http=shop.session(robot),
        clock=shop.wall,
        api_base=robot.api_base,
        plain_user_ids=app.plain_user_ids if app else None,
        posts_per_minute=robot.posts_per_minute,
        timeout_s=robot.timeout_s,
    )
    shop.add(group)
    return group


def _wecom_robot(
    shop: Workshop, name: str, robot: wanted.WeComRobot, groups: Mapping[str, Messenger], app: wecom.WeComApp | None
) -> None:
    assert robot.token is not None
    assert robot.aes_key is not None
    shop.add(
        wecom.WeComRobot(
            name=f"wecom-robot:{name}",
            token=robot.token,
            aes_key=robot.aes_key,
            http=shop.session(robot),
            clock=shop.wall,
            api_base=robot.api_base,
            robot_name=robot.robot_name,
            bot_id=robot.bot_id,
            welcome=robot.welcome,
            webhooks=groups,
            app=app,
            posts_per_minute=robot.posts_per_minute or 20,
            timeout_s=robot.timeout_s,
        )
    )


def _wecom_connection(shop: Workshop, name: str, robot: wanted.WeComRobot, groups: Mapping[str, Messenger]) -> None:
    assert robot.bot_id is not None
    assert robot.secret is not None
    full_name = f"wecom-robot:{name}"

    async def deliver(inbound: Inbound) -> None:
        await shop.hear(full_name, inbound)

    connection = wecom.WeComLongConnection(
        name=full_name,
        bot_id=robot.bot_id,
        secret=robot.secret,
        http=shop.session(robot),
        clock=shop.wall,
        deliver=deliver,
        lease=Lease(f"{full_name}/connection", database=shop.database, clock=shop.wall),
        ws_endpoint=robot.ws_endpoint,
        robot_name=robot.robot_name,
        welcome=robot.welcome,
        webhooks=groups,
        posts_per_minute=robot.posts_per_minute or 30,
        posts_per_hour=robot.posts_per_hour,
    )
    shop.add(connection)
    shop.built.connections.append(connection)


def _of(apps: Mapping[str, wecom.WeComApp], name: str) -> wecom.WeComApp | None:
    """Return the app that a robot leans on: that of its own name, else the only one."""
    return apps.get(name) or (next(iter(apps.values())) if len(apps) == 1 else None)

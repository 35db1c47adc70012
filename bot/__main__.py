"""The duban command: one thin function per command."""

import asyncio
import datetime as dt
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from bot import checking, logs, parsing, server, tasks, wiring
from bot import demo as demo_
from bot import replay as replay_
from bot.clock import SHANGHAI, local
from bot.demo.sandbox import DemoError
from bot.papers.sheet import SheetError
from bot.parsing import lines
from bot.replay import ReplayError
from bot.roster import RosterError
from bot.server import DoorError
from bot.tasks import TaskError
from config import settings as settings_
from config.campaign import Campaign, CampaignError
from config.settings import SettingsError
from storage.records import Role, Sender

T = TypeVar("T")

app = typer.Typer(name="duban", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
importing = typer.Typer(no_args_is_help=True, help="从文件导入：名单、台账、项目。")
database = typer.Typer(no_args_is_help=True, help="数据库。")
app.add_typer(importing, name="import")
app.add_typer(database, name="db")

PORT = 8080
FAULTS = (SettingsError, CampaignError, RosterError, SheetError, ReplayError, TaskError, DemoError, DoorError)
"""What a user can mend: told in plain lines, exit 1."""


@app.callback()
def duban() -> None:
    """督办机器人：收报、记账、日报、提醒、预警。"""


@app.command()
def parse(
    text: Annotated[str | None, typer.Argument(help="一条消息；不给则从标准输入逐行读 JSON")] = None,
    region: Annotated[str | None, typer.Option(help="发送人所在市州")] = None,
    role: Annotated[Role | None, typer.Option(help="发送人身份")] = None,
    division: Annotated[str | None, typer.Option(help="发送人所在处室")] = None,
    at: Annotated[str | None, typer.Option(help="发送日期或时刻，如 2023-11-15")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """读懂消息：给一句话看结果，或从标准输入逐行读 JSON。"""
    campaign = wiring.campaign_of(settings_.load())
    if text is None:
        raise typer.Exit(_parse_lines(campaign))
    if region is not None and region not in campaign.regions:
        raise typer.BadParameter(f"{region} 不是本次行动的市州", param_hint="--region")
    sender = Sender(role=role or (Role.CITY_LIAISON if region else Role.UNKNOWN), region=region, division=division)
    if as_json:
        reading = parsing.parse(text, sender=sender, sent_at=_moment(at), campaign=campaign)
        print(lines.to_text(lines.reading_to_json(None, reading)))
    else:
        from rich.console import Console  # noqa: PLC0415 start-up counts: only this needs rich

        from bot.parsing import colour, explain  # noqa: PLC0415

        explained = explain.explain(text, sender=sender, sent_at=_moment(at), campaign=campaign)
        Console().print(colour.show(text, explained))


def _parse_lines(campaign: Campaign) -> int:
    """Answer each line of standard input; 1 when any was no valid input."""
    faulty = False
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
    for line in sys.stdin:
        if line.strip():
            answer = lines.read_line(line, campaign=campaign)
            faulty |= "error" in answer
            print(lines.to_text(answer))
    return int(faulty)


def _moment(said: str | None) -> dt.datetime:
    """Read a date (12:00 of it) or a moment; now when nothing is said."""
    if said is None:
        return wiring.clock_of(settings_.load()).now()
    try:
        if len(said) == 10:
            return local(dt.date.fromisoformat(said), dt.time(12))
        moment = dt.datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter(f"{said} 不是日期或时刻", param_hint="--at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="消息文件，逐行 JSON")],
    out: Annotated[Path, typer.Option(help="输出目录，须为空或不存在")],
    until: Annotated[str | None, typer.Option(help="截止日期（到当日24时）或时刻")] = None,
) -> None:
    """按原来的时间把消息重放一遍，输出对话和台账。"""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        _fail(f"{out}: 目录不为空")
    logs.quiet()
    campaign = wiring.campaign_of(settings_.load())
    messages = replay_.read(file.read_text(encoding="utf-8"), campaign)
    _run(replay_.run(messages, campaign, until=_until(until), out=out))


def _until(said: str | None) -> dt.datetime | None:
    if said is not None and len(said) == 10:
        try:
            return local(dt.date.fromisoformat(said) + dt.timedelta(days=1), dt.time.min)
        except ValueError:
            raise typer.BadParameter(f"{said} 不是日期", param_hint="--until") from None
    return None if said is None else _moment(said)


@app.command()
def demo(port: Annotated[int, typer.Option(min=1, max=65535, help="端口")] = PORT) -> None:
    """打开沙盒页面：不用账号就能试。"""
    logs.quiet()
    _run(demo_.run(port=port))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="端口，默认8080；没有 web 职能的进程给了端口才监听")
    ] = None,
    roles: Annotated[str, typer.Option(help="本进程的职能")] = ",".join(server.ROLES),
) -> None:
    """运行服务。"""
    wanted = {role.strip() for role in roles.split(",") if role.strip()}
    if not wanted or wanted - set(server.ROLES):
        raise typer.BadParameter(f"须为 {','.join(server.ROLES)} 中的若干个", param_hint="--roles")
    settings = settings_.load()
    logs.configure(as_json=settings.log_json)
    listens_at = PORT if port is None and "web" in wanted else port
    _run_fast(tasks.serve(settings, host=host, port=listens_at, roles=wanted))


@app.command()
def push(
    kind: Annotated[tasks.PushName, typer.Argument(help="推送种类")],
    date: Annotated[str | None, typer.Option(help="日期，默认今天")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不发")] = False,
    out: Annotated[Path | None, typer.Option(help="试看时附件写到哪里")] = None,
) -> None:
    """立即推送一次，或先看将发什么。"""
    settings = settings_.load()
    logs.configure(as_json=settings.log_json)
    day = None if date is None else _day(date)
    for line in _run(tasks.push(settings, kind, day=day, dry_run=dry_run, out=out)):
        print(line)


def _day(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter(f"{said} 不是日期", param_hint="--date") from None


@app.command()
def check(network: Annotated[bool, typer.Option("--network", help="列出须放行的主机和端口")] = False) -> None:
    """检查设置、数据库、行动文件和日历。"""
    faults = _run(checking.check(settings_.load(), network=network, say=print))
    raise typer.Exit(1 if faults else 0)


@app.command()
def rebuild(apply: Annotated[bool, typer.Option("--apply", help="按新读法更新；不加则只看")] = False) -> None:
    """用现在的读法重读全部消息，列出差异。"""
    _run(tasks.rebuild(settings_.load(), apply=apply, say=print))


@importing.command("roster")
def import_roster(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="名单：xlsx 或 TOML")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不写")] = False,
) -> None:
    """导入人员和群。"""
    for line in _run(tasks.import_roster(settings_.load(), file, dry_run=dry_run)):
        print(line)


@importing.command("ledger")
def import_ledger(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="台账：xlsx")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不写")] = False,
) -> None:
    """导入期初数据，或改好的台账。"""
    for line in _run(tasks.import_ledger(settings_.load(), file, dry_run=dry_run)):
        print(line)


@importing.command("projects")
def import_projects(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="项目清单：xlsx")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不写")] = False,
) -> None:
    """导入项目清单和计划日期。"""
    for line in _run(tasks.import_projects(settings_.load(), file, dry_run=dry_run)):
        print(line)


@app.command()
def export(file: Annotated[Path, typer.Argument(dir_okay=False, help="写到哪里：xlsx")]) -> None:
    """导出台账。"""
    print(_run(tasks.export(settings_.load(), file)))


@app.command()
def backup(file: Annotated[Path, typer.Argument(dir_okay=False, help="备份写到哪个文件")]) -> None:
    """备份全部数据；不必停止服务。"""
    for line in _run(tasks.backup(settings_.load(), file)):
        print(line)


@app.command()
def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="备份文件")]) -> None:
    """把备份恢复到空的数据库，SQLite 和 PostgreSQL 皆可。"""
    for line in _run(tasks.restore(settings_.load(), file)):
        print(line)


@database.command("upgrade")
def db_upgrade() -> None:
    """把数据库升级到当前版本。"""
    _run(tasks.upgrade(settings_.load()))


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _run_fast(work: Coroutine[Any, Any, T]) -> T:
    """Run what serves on uvloop, where there is one."""
    try:
        import uvloop  # noqa: PLC0415 only a service needs it, and not every system has it
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


def _fail(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(1)


def main() -> None:
    """Run the console script; what a user can mend is told in plain lines."""
    try:
        app()
    except FAULTS as fault:
        print(fault, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

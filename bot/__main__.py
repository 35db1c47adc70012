"""The duban command: one thin function per command."""

import typer

app = typer.Typer(name="duban", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def duban() -> None:
    """督办机器人：收报、记账、日报、提醒、预警。"""


def main() -> None:
    """Run the console script."""
    app()


if __name__ == "__main__":
    main()

"""The schema's history (Alembic), run inside the caller's transaction."""

from pathlib import Path

from sqlalchemy import Connection

HEAD = "0001"
"""The newest revision; a database that has it needs no Alembic at start."""


def upgrade(connection: Connection) -> None:
    """Run every migration that the database lacks."""
    from alembic import command  # noqa: PLC0415 start-up counts: only a database that lags needs Alembic
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""The tables. Every row of ledger, report, occurrence, snapshot and outbox carries its campaign."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import Json, Moment, Mu, Serial

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

KEY = String(64)
NAME = String(128)
ADDRESS = String(256)
"""A messenger's own id of a chat, a person or a message."""


def _id() -> Column[int]:
    return Column("id", Serial, primary_key=True, autoincrement=True)


def _campaign() -> Column[str]:
    return Column("campaign", KEY, nullable=False)


# Who and where -----------------------------------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    _id(),
    Column("messenger", KEY, nullable=False),
    Column("user_id", ADDRESS, nullable=True),
    Column("name", NAME, nullable=False),
    Column("role", KEY, nullable=False),
    Column("region", NAME),
    Column("division", NAME),
    Column("stand_in", NAME),
    Column("from_day", Date),
    Column("to_day", Date),
    Column("active", Boolean, nullable=False, default=True),
    Column("source", Text),  # the roster row it came from, as text: a row changed in chat wins until this changes
    Column("acknowledged", Integer, nullable=False, default=0),  # how often the 更正/撤回 hint was given
    UniqueConstraint("messenger", "user_id"),
)

joins = Table(
    "joins",
    metadata,
    _id(),
    Column("messenger", KEY, nullable=False),
    Column("user_id", ADDRESS, nullable=False),
    Column("name", NAME, nullable=False),
    Column("unit", NAME, nullable=False),
    Column("kind", KEY, nullable=False, default="join"),  # join, or stand_in: to report for another unit for some days
    Column("from_day", Date),
    Column("to_day", Date),
    Column("asked_at", Moment, nullable=False),
    Column("state", KEY, nullable=False, default="open"),
)

chats = Table(
    "chats",
    metadata,
    _id(),
    Column("messenger", KEY, nullable=False),
    Column("chat_id", ADDRESS, nullable=False),
    _campaign(),
    Column("kind", KEY, nullable=False),  # headquarters leaders liaisons city division direct, or group: not bound
    Column("region", NAME),
    Column("division", NAME),
    Column("route", KEY),
    Column("name", NAME),
    Column("source", Text),
    UniqueConstraint("messenger", "chat_id"),
)

# Received ----------------------------------------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    _id(),
    _campaign(),
    Column("messenger", KEY, nullable=False),
    Column("message_id", ADDRESS, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("chat_id", ADDRESS, nullable=False),
    Column("chat_kind", KEY, nullable=False),
    Column("sender_id", ADDRESS, nullable=False),
    Column("sender_name", NAME),
    Column("text", Text, nullable=False),
    Column("form", KEY, nullable=False),
    Column("quoted_id", ADDRESS),
    Column("reply_route", Json),
    Column("reply_until", Moment),
    Column("sent_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", KEY, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("fault", Text),
    Column("handled_at", Moment),
    Column("outcome", KEY),
    Column("role", KEY),
    Column("region", NAME),
    Column("division", NAME),
    Column("person", NAME),
    Column("parser_version", KEY),
    UniqueConstraint("messenger", "message_id"),
    Index(
        "ix_inbox_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

conflicts = Table(
    "conflicts",
    metadata,
    _id(),
    Column("messenger", KEY, nullable=False),
    Column("message_id", ADDRESS, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    UniqueConstraint("messenger", "message_id", "body_sha256"),
)

# The ledger --------------------------------------------------------------------------------------------------------

reports = Table(
    "reports",
    metadata,
    _id(),  # shown as #A<id>: one per (message, region), never reused
    _campaign(),
    Column("region", NAME, nullable=False),
    Column("inbox_id", Serial, ForeignKey("inbox.id"), nullable=False, index=True),
    Column("sender", NAME, nullable=False),
    Column("day", Date, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("state", KEY, nullable=False),  # live, voided
    Column("correction", Boolean, nullable=False, default=False),
    Column("replaces", Json),  # numbers of the reports whose records this one replaced
    Column("nil", Boolean, nullable=False, default=False),
    Column("touched_by", NAME),  # a person changed it in chat: a rebuild leaves it
    Column("voided_at", Moment),
    Column("voided_by", NAME),
    Column("reason", Text),
    Index("ix_reports_campaign_region_day", "campaign", "region", "day"),
)

entries = Table(
    "entries",
    metadata,
    _id(),
    _campaign(),
    Column("report_id", Serial, ForeignKey("reports.id"), nullable=False, index=True),
    Column("region", NAME, nullable=False),
    Column("county", NAME),
    Column("track", KEY, nullable=False),
    Column("stage", KEY, nullable=False),
    Column("basis", KEY, nullable=False),
    Column("since", Date),
    Column("day", Date, nullable=False),
    Column("count", Serial),
    Column("area_mu", Mu),
    Column("part", Boolean, nullable=False, default=False),
    Column("derived", Boolean, nullable=False, default=False),
    Column("live", Boolean, nullable=False, default=True),
    Column("spans", Json),
    Column("sent_at", Moment, nullable=False),
    Column("position", Serial, nullable=False),  # the inbox id: the order of receipt
    Column("sender", NAME, nullable=False),
    Column("replaced_by", Serial),
    Index("ix_entries_line", "campaign", "region", "track", "stage", "day"),
)

line_days = Table(
    "line_days",
    metadata,
    Column("campaign", KEY, primary_key=True),
    Column("region", NAME, primary_key=True),
    Column("track", KEY, primary_key=True),
    Column("stage", KEY, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("added_count", Serial),
    Column("added_mu", Mu),
    Column("stated_count", Serial),
    Column("stated_mu", Mu),
    Column("count", Serial),
    Column("area_mu", Mu),
)

duties = Table(  # which days' reporting duty a report meets
    "duties",
    metadata,
    _id(),
    _campaign(),
    Column("report_id", Serial, ForeignKey("reports.id"), nullable=False, index=True),
    Column("region", NAME, nullable=False),
    Column("day", Date, nullable=False),
    Column("nil", Boolean, nullable=False),  # it says that there was nothing new, and nothing else
    Column("at", Moment, nullable=False),
    Column("live", Boolean, nullable=False, default=True),
    Index("ix_duties_campaign_day_region", "campaign", "day", "region"),
    Index("ix_duties_campaign_region_day", "campaign", "region", "day"),
)

visits = Table(
    "visits",
    metadata,
    _id(),
    _campaign(),
    Column("report_id", Serial, ForeignKey("reports.id"), index=True),
    Column("region", NAME, nullable=False),
    Column("division", NAME),
    Column("leader", NAME),
    Column("day", Date, nullable=False),
    Column("live", Boolean, nullable=False, default=True),
    Index("ix_visits_campaign_region", "campaign", "region"),
)

problems = Table(
    "problems",
    metadata,
    _id(),
    _campaign(),
    Column("number", Integer),  # shown as #12; empty while it is only a candidate
    Column("report_id", Serial, ForeignKey("reports.id"), index=True),
    Column("region", NAME, nullable=False),
    Column("project", NAME),
    Column("category", KEY, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", KEY, nullable=False),
    Column("division", NAME),
    Column("measure", Text),
    Column("person", NAME),
    Column("due", Date),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("announced_at", Moment),
    Column("evidence", Text),
    Column("solved_by", KEY),  # division, region or office: who said so; the other side confirms
    UniqueConstraint("campaign", "number"),
    Index("ix_problems_campaign_region", "campaign", "region"),
    Index("ix_problems_campaign_state", "campaign", "state"),
)

problem_events = Table(
    "problem_events",
    metadata,
    _id(),
    Column("problem_id", Serial, ForeignKey("problems.id"), nullable=False, index=True),
    Column("report_id", Serial, ForeignKey("reports.id"), index=True),
    Column("at", Moment, nullable=False),
    Column("actor", NAME, nullable=False),
    Column("action", KEY, nullable=False),
    Column("detail", Json),
)

projects = Table(
    "projects",
    metadata,
    _id(),
    _campaign(),
    Column("region", NAME, nullable=False),
    Column("name", NAME, nullable=False),
    Column("county", NAME),
    Column("track", KEY),
    Column("area_mu", Mu),
    Column("planned", Json),  # stage → planned day
    Column("listed", Boolean, nullable=False, default=False),
    Column("merged_into", Serial),  # the project that this is another name of
    UniqueConstraint("campaign", "region", "name"),
)

project_stages = Table(
    "project_stages",
    metadata,
    _id(),
    _campaign(),
    Column("project_id", Serial, ForeignKey("projects.id"), nullable=False, index=True),
    Column("report_id", Serial, ForeignKey("reports.id"), index=True),
    Column("stage", KEY, nullable=False),
    Column("day", Date, nullable=False),
    Column("live", Boolean, nullable=False, default=True),
)

questions = Table(
    "questions",
    metadata,
    _id(),
    _campaign(),
    Column("inbox_id", Serial, ForeignKey("inbox.id"), nullable=False),
    Column("report_id", Serial, ForeignKey("reports.id"), nullable=False),
    Column("messenger", KEY, nullable=False),
    Column("chat_id", ADDRESS, nullable=False),
    Column("sender_id", ADDRESS, nullable=False),
    Column("sender", NAME, nullable=False),
    Column("region", NAME, nullable=False),
    Column("day", Date, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", KEY, nullable=False),  # open, queued, answered, unclaimed, taken, dropped
    Column("text", Text, nullable=False),
    Column("doubt", Json, nullable=False),
    Column("answered_at", Moment),
    Column("answer", Text),
    Index("ix_questions_chat", "messenger", "chat_id", "state"),
    Index("ix_questions_day", "campaign", "region", "day"),
)

# Supervision -------------------------------------------------------------------------------------------------------

holds = Table(
    "holds",
    metadata,
    _id(),
    _campaign(),
    Column("kind", KEY, nullable=False),  # promise 计划, silence 静默, exempt 免报, leave 请假
    Column("region", NAME),
    Column("person_id", Serial),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=False),
    Column("until", Moment),  # a silence of hours ends in the middle of its last day
    Column("reason", Text),
    Column("author", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("live", Boolean, nullable=False, default=True),
    Column("outcome", KEY),  # how it ended: over, met, missed, lifted; empty until somebody was told
    Column("ended_at", Moment),
    Index("ix_holds_campaign_kind", "campaign", "kind"),
)

levels = Table(
    "levels",
    metadata,
    Column("campaign", KEY, primary_key=True),
    Column("region", NAME, primary_key=True),
    Column("data", Json, nullable=False),
)

ladder = Table(
    "ladder",
    metadata,
    _id(),
    _campaign(),
    Column("region", NAME, nullable=False),
    Column("day", Date, nullable=False),
    Column("step", KEY, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("campaign", "region", "day", "step"),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("campaign", KEY, primary_key=True),
    Column("schedule", KEY, primary_key=True),
    Column("due_at", Moment, primary_key=True),
    Column("state", KEY, nullable=False),  # done, skipped
    Column("reason", Text),
    Column("at", Moment, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    _id(),
    _campaign(),
    Column("kind", KEY, nullable=False),
    Column("day", Date, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("figures", Json, nullable=False),
    Column("document", Json, nullable=False),
    UniqueConstraint("campaign", "kind", "day"),
)

confirmations = Table(  # which units' three lists were confirmed for the weekly of a day
    "confirmations",
    metadata,
    Column("campaign", KEY, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("region", NAME, primary_key=True),
    Column("author", NAME, nullable=False),
    Column("at", Moment, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("campaign", KEY, primary_key=True),
    Column("name", KEY, primary_key=True),
    Column("value", Json, nullable=False),
)

pending = Table(  # wide changes: asked to be confirmed, done, and how to undo them; shown as #C<id>
    "pending",
    metadata,
    _id(),
    _campaign(),
    Column("messenger", KEY, nullable=False),
    Column("chat_id", ADDRESS, nullable=False),
    Column("sender_id", ADDRESS, nullable=False),
    Column("action", KEY, nullable=False),
    Column("args", Json, nullable=False),
    Column("undo", Json),
    Column("state", KEY, nullable=False),  # open, done, cancelled, replaced, undone; an open one past its time is over
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index("ix_pending_chat", "messenger", "chat_id", "sender_id", "state"),
)

# Owed --------------------------------------------------------------------------------------------------------------

attachments = Table(
    "attachments",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("media_type", NAME, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("recipe", String(64), unique=True),  # the SHA-256 of what it was made from, where it was made here
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _campaign(),
    Column("dedup_key", ADDRESS, nullable=False, unique=True),
    Column("messenger", KEY, nullable=False),
    Column("route", KEY),
    Column("chat_id", ADDRESS, nullable=False),
    Column("chat_kind", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("document", Json, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("inbox_id", Serial),
    Column("reply_to", ADDRESS),
    Column("reply_route", Json),
    Column("reply_until", Moment),
    Column("region", NAME),  # for what a report of that unit and day makes needless
    Column("day", Date),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", KEY, nullable=False),  # waiting, leased, sent, dead, expired, void
    Column("owner", KEY),
    Column("lease_until", Moment),
    Column("tries", Integer, nullable=False, default=0),
    Column("unknown", Integer, nullable=False, default=0),  # tries that may have arrived
    Column("doubled", Boolean, nullable=False, default=False),  # re-sent after such a try: maybe shown twice
    Column("sent_at", Moment),
    Column("fault", Text),
    Index(
        "ix_outbox_due",
        "priority",
        "not_before",
        "id",
        sqlite_where=text("state IN ('waiting', 'leased')"),
        postgresql_where=text("state IN ('waiting', 'leased')"),
    ),
    Index("ix_outbox_region_day", "campaign", "kind", "region", "day"),
)

sends = Table(
    "sends",
    metadata,
    _id(),
    Column("destination", ADDRESS, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_sends_destination_at", "destination", "at"),
)

leases = Table(  # what only one process may hold at a time, as a robot's long connection
    "leases",
    metadata,
    Column("name", NAME, primary_key=True),
    Column("owner", KEY, nullable=False),
    Column("until", Moment, nullable=False),
)

usage = Table(  # how much of a messenger's monthly quota was used
    "usage",
    metadata,
    Column("robot", NAME, primary_key=True),
    Column("month", KEY, primary_key=True),
    Column("meter", KEY, primary_key=True),
    Column("used", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _campaign(),
    Column("at", Moment, nullable=False),
    Column("actor", NAME, nullable=False),
    Column("action", KEY, nullable=False),
    Column("object", NAME),
    Column("inbox_id", Serial),
    Column("detail", Json),
    Index("ix_audit_campaign_object", "campaign", "object"),
)

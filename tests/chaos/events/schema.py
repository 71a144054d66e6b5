# SPDX-License-Identifier: Apache-2.0
"""What migrations, operators and administrators do to the table."""

import psycopg2
from psycopg2 import errors

from demo.postgres import EXPORTER_ROLE
from events.event import Event

_TABLE = '"LiteLLM_SpendLogs"'
# Columns that came with some version of LiteLLM: an exporter does without them.
_OPTIONAL = ("agent_id", "organization_id", "mcp_namespaced_tool_name", "api_base", "model_id")
# Types that a column has had somewhere, the first is LiteLLM's.
_TYPES = {"spend": ("double precision", "numeric"), "prompt_tokens": ("integer", "bigint"),
          "completion_tokens": ("integer", "bigint"), '"startTime"': ("timestamp(3)", "timestamptz"),
          '"endTime"': ("timestamp(3)", "timestamptz")}


def _is_partitioned(world):
    return world.servers.query(f"SELECT relkind = 'p' FROM pg_class WHERE oid = '{_TABLE}'::regclass")[0][0]


def _change(world, *statements):
    """One transaction, again and again while others hold the table."""
    for _ in range(40):
        connection = world.servers.connect()
        try:
            with connection, connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            return
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            yield 0.1
        finally:
            connection.close()
    raise psycopg2.OperationalError("the table is never free")


class SchemaEvent(Event):
    room = "schema"

    def heal(self, world):
        # What was made anew has no grants.
        world.servers.grant()


class Migration(SchemaEvent):
    """Columns come and go."""

    def __init__(self):
        self._gone = []

    def play(self, world, chooser):
        column = chooser.choice(_OPTIONAL)
        self._gone = [column]
        yield from _change(world, f"ALTER TABLE {_TABLE} DROP COLUMN IF EXISTS {column}",
                           f"ALTER TABLE {_TABLE} ADD COLUMN IF NOT EXISTS new_{column} text DEFAULT 'x'")
        yield chooser.uniform(1, 2.5)
        self.heal(world)

    def heal(self, world):
        for column in self._gone:
            world.servers.query(f"ALTER TABLE {_TABLE} ADD COLUMN IF NOT EXISTS {column} text, "
                                f"DROP COLUMN IF EXISTS new_{column}")
        super().heal(world)


class Retyped(SchemaEvent):
    """The table is written anew, with another type of a column, and again."""

    def __init__(self):
        self._column = None

    def play(self, world, chooser):
        # A key of partitions keeps its type.
        columns = [column for column in _TYPES if column != '"startTime"' or not _is_partitioned(world)]
        self._column = chooser.choice(columns)
        for kind in reversed(_TYPES[self._column]):
            yield from _change(world, self._change_to(kind))
            yield chooser.uniform(0.5, 1.5)

    def heal(self, world):
        if self._column:
            world.servers.query(self._change_to(_TYPES[self._column][0]))

    def _change_to(self, kind):
        return f"ALTER TABLE {_TABLE} ALTER COLUMN {self._column} TYPE {kind}"


class Rewritten(SchemaEvent):
    """Rows change their places."""

    def play(self, world, chooser):
        for _ in range(2):
            try:
                world.servers.query(chooser.choice(("VACUUM FULL", "VACUUM FREEZE", "REINDEX TABLE")) + f" {_TABLE}")
            except errors.LockNotAvailable:
                pass
            yield chooser.uniform(0, 1)


class Partitions(SchemaEvent):
    """The table becomes partitioned, or plain again, with all its rows."""

    def play(self, world, chooser):
        key, suffix = 'request_id, "startTime"', ' PARTITION BY RANGE ("startTime")'
        if was_partitioned := _is_partitioned(world):
            key, suffix = "request_id", ""
        statements = [
            f"LOCK TABLE {_TABLE} IN ACCESS EXCLUSIVE MODE", f"ALTER TABLE {_TABLE} RENAME TO former",
            f"CREATE TABLE {_TABLE} (LIKE former INCLUDING DEFAULTS, PRIMARY KEY ({key})){suffix}"]
        if not was_partitioned:
            statements += [
                f"CREATE TABLE part_old PARTITION OF {_TABLE} FOR VALUES FROM (MINVALUE) TO (date_trunc('day', now()))",
                f"CREATE TABLE part_new PARTITION OF {_TABLE} DEFAULT"]
        statements += [
            f"INSERT INTO {_TABLE} SELECT * FROM former", "DROP TABLE former",
            f'CREATE INDEX ON {_TABLE} ("startTime")', f"GRANT SELECT ON {_TABLE} TO {EXPORTER_ROLE}"]
        yield from _change(world, *statements)
        yield chooser.uniform(0.5, 1.5)


class RightsLost(SchemaEvent):
    """The role may no longer read what it read; it is never told of less than there is."""

    def play(self, world, chooser):
        yield from _change(world, *chooser.choice((
            (f"REVOKE SELECT ON {_TABLE} FROM {EXPORTER_ROLE}",
             f"REVOKE SELECT (request_id) ON {_TABLE} FROM {EXPORTER_ROLE}"),
            (f"REVOKE SELECT (xmin) ON {_TABLE} FROM {EXPORTER_ROLE}",),
            (f"REVOKE USAGE ON SCHEMA public FROM {EXPORTER_ROLE}, PUBLIC",),
            (f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY",))))
        yield chooser.uniform(1, 3)
        self.heal(world)

    def heal(self, world):
        for statement in (f"ALTER TABLE {_TABLE} DISABLE ROW LEVEL SECURITY", "GRANT USAGE ON SCHEMA public TO PUBLIC"):
            world.servers.query(statement)
        super().heal(world)


class Locked(SchemaEvent):
    """A migration that takes its time."""

    def play(self, world, chooser):
        connection = world.servers.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {_TABLE} IN ACCESS EXCLUSIVE MODE")
            yield chooser.uniform(0.5, 4)
        finally:
            connection.close()


EVENTS = [Migration, Retyped, Rewritten, Partitions, RightsLost, Locked]

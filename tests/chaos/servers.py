# SPDX-License-Identifier: Apache-2.0
"""A primary and its standby, which can crash and change places."""

import contextlib
import os
import shutil
import signal
from pathlib import Path

import psycopg2

from demo.postgres import ROLE, Cluster
from demo.process import wait_until

DATABASE = "litellm"
_SETTINGS = {
    # What was committed a moment ago is gone with a crash.
    "synchronous_commit": "off",
    # What pg_rewind asks for.
    "wal_log_hints": "on", "full_page_writes": "on",
    "shared_buffers": "16MB", "max_connections": "60",
    "max_wal_size": "256MB", "wal_keep_size": "64MB", "wal_retrieve_retry_interval": "200ms",
    # A frozen exporter does not hold up the standby.
    "max_standby_streaming_delay": "1s", "max_standby_archive_delay": "1s", "tcp_keepalives_idle": "5",
}


class Servers:
    """`primary` takes writes, `standby` follows. Call from one thread that lives as long as they do."""

    def __init__(self, directory):
        self._directory = directory
        self._made = 0
        self.primary = Cluster.create(self._next_directory(), durable=False, settings=_SETTINGS)
        self.primary.create_database(DATABASE)
        self.standby = self.primary.standby(self._next_directory(), durable=False, settings=_SETTINGS)

    def _next_directory(self):
        self._made += 1
        return self._directory / f"postgres-{self._made}"

    def connect(self, autocommit=False):
        """To the primary; no statement and no wait for a lock lasts long."""
        connection = psycopg2.connect(self.primary.url(database=DATABASE), connect_timeout=5,
                                      options="-c timezone=UTC -c statement_timeout=15s -c lock_timeout=1500ms")
        connection.autocommit = autocommit
        return connection

    def query(self, statement, parameters=None):
        connection = self.connect(autocommit=True)
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def grant(self):
        """What the exporter's role may read, where that was lost."""
        try:
            self.primary.psql(DATABASE, ROLE)
        except RuntimeError as error:
            raise psycopg2.OperationalError(str(error)) from error

    def crash(self, cluster):
        """All its processes end at once, as with the machine: what only they knew of the log is gone."""
        processes = [cluster.pid, *_children(cluster.pid)]
        # Nobody is left to notice that somebody is gone.
        for pid in processes:
            _send(pid, signal.SIGSTOP)
        for pid in [*processes, *_children(cluster.pid)]:
            _send(pid, signal.SIGKILL)
        cluster.stop("immediate")

    def keep_unwritten(self):
        """From here on the log is not written by itself, until a crash or let_write()."""
        _send(self._log_writer(), signal.SIGSTOP)

    def let_write(self):
        _send(self._log_writer(), signal.SIGCONT)

    def _log_writer(self):
        return self.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")[0][0]

    def fail_over(self):
        """The primary is gone; the standby takes its place. See follow_again()."""
        self.crash(self.primary)
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def follow_again(self, rewind):
        """The old primary becomes the standby: by pg_rewind, or from a new copy."""
        old = self.standby
        if rewind:
            # A crashed server is recovered first, as pg_rewind would do in single-user mode.
            old.start()
            old.stop("fast")
            self.primary.query("CHECKPOINT")
            program = max(Path("/usr/lib/postgresql").glob("*/bin/pg_rewind"))
            old._run([program, "--target-pgdata", old.data, "--source-server", self.primary.url(),
                      "--write-recovery-conf", "--no-sync"])
            old.start()
        else:
            shutil.rmtree(old.directory)
            self.standby = self.primary.standby(self._next_directory(), durable=False, settings=_SETTINGS)

    def wait_replayed(self):
        """Until the standby shows everything that is committed by now."""
        position = self.query("SELECT pg_current_wal_insert_lsn()")[0][0]
        wait_until(lambda: self.standby.query("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (position,))[0][0], 60,
                   "the standby has replayed everything")

    def stop(self):
        for cluster in (self.standby, self.primary):
            cluster.stop("immediate")


def _children(parent):
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            # The name, in parentheses, may have blanks.
            if int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _send(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)

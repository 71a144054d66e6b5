# SPDX-License-Identifier: Apache-2.0
"""Databases, a pooler, networks, an exporter and those who write: everything that a round needs."""

import contextlib
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

from demo.exporter import Exporter
from demo.postgres import EXPORTER_ROLE
from demo.process import ProcessExited, wait_until
from ledger import Ledger
from link import Link
from page import Page
from pgbouncer import PgBouncer
from servers import DATABASE, Servers
from watch import Watch
from writers import Writers

# Short waits and few ranges, so that a round takes seconds; nothing is polled but what counts.
_CONFIG = """
database: {poll_interval: 1s, statement_timeout: 5s, connect_timeout: 2s}
spend_log: {window: 20m, sweep_window: 40m, sweep_interval: 2s}
collectors: {%s}
""" % ", ".join(f"{name}: {{enabled: false}}" for name in (
    "keys", "teams", "users", "organizations", "projects", "tags", "team_members", "organization_members",
    "access_groups", "agents", "spend", "audit", "spend_log_table", "model_health", "workers", "mcp_servers",
    "accounting"))
# Nobody writes what came with later versions of LiteLLM.
_NOT_THERE = (
    "LiteLLM_SpendLogDelivery", "LiteLLM_DailyGatewayRequests", "LiteLLM_DailyGatewayFailedRequests",
    "LiteLLM_DailyRequestErrors", "LiteLLM_DailyUserSpend", "LiteLLM_DailyModelUsage", "LiteLLM_DailyTeamSpend",
    "LiteLLM_DailyTagSpend", "LiteLLM_DailyOrganizationSpend", "LiteLLM_DailyAgentSpend", "LiteLLM_DailyEndUserSpend")
# The clock that the exporter's role sees: now() under another name, and in its place one that can be set.
_CLOCK = (
    "CREATE TABLE fake_clock (ahead interval)", "INSERT INTO fake_clock VALUES ('0')",
    f"GRANT SELECT ON fake_clock TO {EXPORTER_ROLE}", "ALTER FUNCTION pg_catalog.now() RENAME TO true_now",
    f"""CREATE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$SELECT pg_catalog.true_now() +
        CASE WHEN current_user = '{EXPORTER_ROLE}' THEN (SELECT ahead FROM public.fake_clock) ELSE '0' END$$""")
PATHS = ("direct", "session", "transaction")


class World:
    """Call from one thread that lives as long as it does: processes end with the thread that started them.

    The exporter's way is `front`, a link to the server that it reads; or to a pooler, and then from there `back`.
    """

    def __init__(self, directory, seed, chooser):
        self.directory = Path(directory)
        self.servers = Servers(self.directory)
        for statement in (*(f'DROP TABLE "{table}"' for table in _NOT_THERE), *_CLOCK):
            self.servers.query(statement)
        self.back = Link(self.servers.primary.port)
        self._poolers = {}
        for mode in PATHS[1:]:
            pooler = PgBouncer(self.directory / f"pgbouncer-{mode}", SimpleNamespace(port=self.back.port), mode)
            pooler.start(EXPORTER_ROLE)
            self._poolers[mode] = pooler
        self.front = Link(self.back.port)
        self.path = "direct"
        self.reads_standby = False
        self.ledger = Ledger()
        self.exporter = self._make_exporter()
        # When the exporter was started last, by the monotonic clock.
        self.started = None
        # The file was removed or damaged, and may not have been written anew.
        self.state_at_risk = False
        # A state of an earlier round, with the ledger's epoch that it belongs to.
        self.keepsake = None
        self.take_path(chooser.choice(PATHS))
        self.read_from(standby=chooser.random() < 0.3)
        self.servers.wait_replayed()
        self.start_exporter()
        wait_until(lambda: self.metric("litellm_exporter_baselines_total", reason="first_start") == 1, 60, "a baseline")
        self.watch = Watch(self.exporter, self.ledger)
        self.watch.look()
        self._set_backs = 0
        self.settled()
        self.watch.start()
        self.writers = Writers(self.servers.connect, self.ledger, seed)

    def _make_exporter(self):
        library = self.directory / "clock.so"
        source = Path(__file__).with_name("clock.c")
        subprocess.run(["cc", "-shared", "-fPIC", source, "-o", library, "-ldl"], check=True, timeout=120)
        self.clock_file = self.directory / "ahead"
        environment = {"LD_PRELOAD": str(library), "CLOCK_AHEAD": str(self.clock_file)}
        url = f"postgresql://{EXPORTER_ROLE}@127.0.0.1:{self.front.port}/{DATABASE}"
        exporter = Exporter(self.directory / "exporter", url, config=_CONFIG, env=environment)
        self.disk = Disk(exporter.state)
        return exporter

    def describe(self):
        return f"{self.path}, reads the {'standby' if self.reads_standby else 'primary'}"

    def take_path(self, path):
        self.path = path
        self.find_servers()

    def read_from(self, standby):
        self.reads_standby = standby
        self.find_servers()

    def find_servers(self):
        """Leads the exporter to where the servers are now, on the way that it takes."""
        server = (self.servers.standby if self.reads_standby else self.servers.primary).port
        self.back.target = server
        self.front.target = server if self.path == "direct" else self._poolers[self.path].port
        for link in (self.front, self.back):
            link.reset()

    def metric(self, name, **labels):
        return Page(self.exporter.page()).total(name, **labels)

    def start_exporter(self):
        if not self.exporter.alive():
            self.started = time.monotonic()
            self.exporter.start()
            # It gives up where it may not write.
            if not self.disk.is_read_only:
                wait_until(self._serves, 60, "the exporter serves")

    def _serves(self):
        if not self.exporter.alive():
            raise ProcessExited(f"the exporter has ended: {self.exporter.log()[-1000:]}")
        return self.exporter.page()

    def kill_exporter(self):
        if self.exporter.alive():
            self.exporter.kill()
        self._lose_state()

    def stop_exporter(self):
        self.exporter.stop()
        self._lose_state()

    def _lose_state(self):
        """What the exporter would have written anew is gone with it."""
        if self.state_at_risk:
            self.watch.may_begin_anew = self.watch.may_fall = True

    def heal(self):
        """Whatever was played: everything works again."""
        self.front.mend()
        self.back.mend()
        self.front.delay = self.back.delay = 0.0
        self.clock_file.unlink(missing_ok=True)
        self.writers.clock.ahead = 0.0
        self.disk.mend()
        for cluster in (self.servers.primary, self.servers.standby):
            if cluster.pid is None:
                cluster.start()
        wait_until(lambda: self.servers.let_write() or True, 30, "the log is written")
        if self.servers.standby.query("SELECT pg_is_wal_replay_paused()")[0][0]:
            self.servers.standby.query("SELECT pg_wal_replay_resume()")
        if self.exporter.alive():
            self.exporter.send_signal(signal.SIGCONT)
        self.start_exporter()

    def settled(self):
        """Counters and ledger are equal: what happens from now on is compared anew."""
        self._set_backs = self._told_set_backs()
        self.state_at_risk = False
        self.watch.settled()

    def clock_was_set_back(self):
        """The exporter tells that rows may be missing because clocks were wrong together."""
        return self._told_set_backs() not in (0, self._set_backs)

    def _told_set_backs(self):
        return self.metric("litellm_exporter_baselines_total", reason="clock_set_back")

    def present(self, ids):
        return {row[0] for row in self.servers.query(
            'SELECT request_id FROM "LiteLLM_SpendLogs" WHERE request_id = ANY(%s)', (ids,))}

    def shown(self):
        return Page(self.exporter.page()).counted()

    def end(self):
        """Everything stops; the directory stays."""
        self.writers.end()
        self.watch.end()
        self.exporter.stop()
        for pooler in self._poolers.values():
            pooler.stop()
        self.front.close()
        self.back.close()
        self.servers.stop()
        self.disk.close()


class Disk:
    """A small disk for the state. Without the rights to mount one, it is a directory that is always well."""

    def __init__(self, path):
        self._path = path
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "chaos", path], timeout=60,
                                      capture_output=True, check=False).returncode == 0
        self._ballast = path / "ballast"
        self.is_read_only = False

    def fill(self):
        with contextlib.suppress(OSError), open(self._ballast, "wb", buffering=0) as ballast:
            while True:
                ballast.write(b"\0" * 4096)

    def make_read_only(self):
        """While no file on it is open for writing."""
        self._remount("ro")
        self.is_read_only = True

    def _remount(self, mode):
        subprocess.run(["mount", "-o", f"remount,{mode}", self._path], timeout=60, capture_output=True, check=True)

    def mend(self):
        if self.mounted:
            self._remount("rw")
            self.is_read_only = False
            self._ballast.unlink(missing_ok=True)

    def close(self):
        """What was on it is kept beside it, for whoever looks for a fault."""
        if self.mounted:
            shutil.copytree(self._path, self._path.with_name("state-at-the-end"))
            subprocess.run(["umount", "-l", self._path], timeout=60, check=False)

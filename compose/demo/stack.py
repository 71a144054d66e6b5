# SPDX-License-Identifier: Apache-2.0
"""Everything the quick start runs, started in order and stopped the other way round."""

import contextlib
import datetime
import os
from urllib.parse import quote

from . import timelapse
from .database import connect, without_password
from .exporter import Exporter
from .fake_litellm import KEY, FakeLitellm
from .ports import claim, free_port, is_free
from .modes import MODES
from .postgres import EXPORTER_ROLE, Cluster
from .scratch import scratch_directory
from .traffic import Traffic
from .truth import table_totals
from .watchers import Watchers

_EXPORTER_PORT = 19400
_PORTS = {"prometheus": 9090, "alertmanager": 9093, "blackbox": 9115, "node": 9100}
_GRAPH = quote("sum by (model) (rate(litellm_requests_total[1m]))", safe="")
_SCRAPE_SECONDS = 2
# The demo's requests fail more often than anybody would promise.
_OBJECTIVES = "objectives: {availability_ratio: 0.95}"
# What some of the demo's clients send.
_DIMENSIONS = "dimensions: [spend_logs_metadata.customer]"
# It polls often, so that its table moves; the defaults are 15s and 60s.
_POLLS = "database: {poll_interval: 2s}, entities: {poll_interval: 5s}, litellm: {poll_interval: 5s}"

# Rows of calls that began before the stack may still arrive; the table is read from here on.
_LOOK_BACK = datetime.timedelta(hours=1)

# The requests themselves, where LiteLLM does not log them.
_UNLOGGED = "demo_requests"


def say(subject, text):
    print(f"{subject:<12} {text}", flush=True)


def _port(wanted, subject):
    if is_free(wanted) and claim(wanted):
        return wanted
    port = free_port()
    say(subject, f"port {wanted} is taken, using {port}")
    return port


class Stack:
    """A context manager. With a `database_url` the rows come from there, else from our traffic.

    With `lapse` the rules run in a hurry (see timelapse), as the drills need it. `mode` is one of
    modes.MODES, for our own traffic.
    """

    def __init__(self, database_url=None, rate=20, seed=1, keep=False, lapse=False, mode="log"):
        self._database_url = database_url
        self._rate = rate
        self._seed = seed
        self._keep = keep
        self._lapse = lapse
        self.mode = mode if database_url is None else "log"
        # Which table has every request.
        self.table = "LiteLLM_SpendLogs" if self.mode == "log" else _UNLOGGED
        self._closing = contextlib.ExitStack()
        self.prometheus = None
        self.receiver = None
        self.proxy = None
        self.cluster = None
        self.database = "litellm"
        self.exporter = None
        self.traffic = None
        self.connection = None
        # When the exporter was started, and since when the table is read; then its totals just before
        # that and once the exporter was ready.
        self.started = None
        self.since = None
        self._seen_before_start = None
        self._seen_after_start = None
        self.watches_a_proxy = False

    def __enter__(self):
        with contextlib.ExitStack() as starting:
            directory = starting.enter_context(scratch_directory(self._keep))
            if self._keep:
                say("Directory", directory)
            exporter_url = self._open_database(starting, directory)
            self._start_exporter(starting, directory, exporter_url)
            self._start_watchers(starting, directory)
            self._start_traffic(starting)
            # Last, so that it stands right above the table.
            say("Open first", f"{self.exporter.url}/status (Ctrl-C stops everything)")
            self._closing = starting.pop_all()
        return self

    def __exit__(self, *exception):
        self._closing.close()

    def stop_traffic(self):
        """Every row is committed when this returns; nothing to do for a database of others."""
        if self.traffic:
            self.traffic.stop()

    def table_totals(self):
        """(least, most): what became visible since the exporter began to count.

        They differ only on a database of others, by the rows that came while the exporter started.
        """
        now = table_totals(self.connection, self.table, self.since)
        return now.minus(self._seen_after_start), now.minus(self._seen_before_start)

    def _open_database(self, starting, directory):
        """Returns the URL for the exporter."""
        url = exporter_url = self._database_url
        if url is None:
            self.cluster = Cluster(os.path.join(directory, "postgres"), durable=False)
            starting.callback(self.cluster.stop)
            self.cluster.initialise()
            self.cluster.start()
            self.cluster.create_database(self.database)
            self._database_url = url = self.cluster.url(database=self.database)
            exporter_url = self.cluster.url(EXPORTER_ROLE, self.database)
            self.traffic = Traffic(url, self._rate, self._seed, mode=self.mode, table=self.table)
            if self.mode != "log":
                self.cluster.query(f'CREATE TABLE "{_UNLOGGED}" (LIKE "LiteLLM_SpendLogs" INCLUDING ALL)', database=self.database)
                say("LiteLLM", MODES[self.mode].remark)
        say("PostgreSQL", without_password(url))
        self.connection = starting.enter_context(contextlib.closing(connect(url, autocommit=True)))
        return exporter_url

    def _start_exporter(self, starting, directory, url):
        self.started = datetime.datetime.utcnow()
        self.since = self.started - _LOOK_BACK
        self._seen_before_start = table_totals(self.connection, self.table, self.since)
        port = _port(_EXPORTER_PORT, "Exporter")
        polls = timelapse.EXPORTER if self._lapse else _POLLS
        self.exporter = Exporter(os.path.join(directory, "exporter"), url, f"{{{_OBJECTIVES}, {_DIMENSIONS}, {polls}}}", port,
                                 env=self._proxy(starting))
        starting.callback(self.exporter.stop)
        self.exporter.start()
        self.exporter.wait_ready()
        self._seen_after_start = table_totals(self.connection, self.table, self.since)
        say("Exporter", f"{self.exporter.url}/metrics")

    def _proxy(self, starting):
        """The environment that names the proxy: the user's own, else a stand-in beside our traffic."""
        self.watches_a_proxy = True
        own = {name: value for name, value in os.environ.items()
               if name in ("LITELLM_BASE_URL", "LITELLM_MASTER_KEY", "LITELLM_MASTER_KEY_FILE")}
        if own or not self.traffic:
            self.watches_a_proxy = "LITELLM_BASE_URL" in own
            return own
        self.proxy = FakeLitellm()
        self.proxy.start()
        starting.callback(self.proxy.stop)
        say("LiteLLM", f"{self.proxy.url} (a stand-in that answers the health endpoints)")
        return {"LITELLM_BASE_URL": self.proxy.url, "LITELLM_MASTER_KEY": KEY}

    def _proxies(self):
        if self.proxy:
            return [self.proxy.url]
        return [url.strip() for url in os.environ.get("LITELLM_BASE_URL", "").split(",") if url.strip()]

    def _start_watchers(self, starting, directory):
        ports = {name: _port(port, name.capitalize()) for name, port in _PORTS.items()}
        watchers = Watchers(directory, self.exporter.address, self._proxies(),
                            timelapse.SCRAPE_SECONDS if self._lapse else _SCRAPE_SECONDS, self._lapse, ports)
        starting.callback(watchers.stop)
        watchers.start()
        self.prometheus, self.receiver = watchers.prometheus, watchers.receiver
        say("Prometheus", f"{self.prometheus.url}/graph?g0.tab=0&g0.expr={_GRAPH}")
        say("Alerts", f"{self.prometheus.url}/alerts")
        say("Alertmanager", watchers.alertmanager.url)
        say("Grafana", f"yours: import dashboards/*.json, data source {self.prometheus.url}; the compose stack brings one")

    def _start_traffic(self, starting):
        """Last, so that the exporter sees every row of it."""
        if self.traffic:
            starting.callback(self.traffic.stop)
            self.traffic.start()
            say("Traffic", f"{self._rate:g} requests a second")

# SPDX-License-Identifier: Apache-2.0
"""Everything the quick start runs, started in order and stopped the other way round."""

import contextlib
import datetime
import os
from urllib.parse import quote

from .database import connect, without_password
from .exporter import Exporter
from .fake_litellm import KEY, FakeLitellm
from .ports import free_port, is_free
from .postgres import EXPORTER_ROLE, Cluster
from .prometheus import Prometheus
from .scratch import scratch_directory
from .traffic import Traffic
from .truth import table_totals

_EXPORTER_PORT = 19400
_PROMETHEUS_PORT = 9090
_SCRAPE_SECONDS = 2
_GRAPH = quote("sum by (model) (rate(litellm_requests_total[1m]))", safe="")
_CONFIG = """\
# The demo polls often, so that its table moves; the defaults are 15s and 60s.
database:
  poll_interval: 2s
entities:
  poll_interval: 5s
litellm:
  poll_interval: 5s
"""

# Rows of calls that began before the stack may still arrive; the table is read from here on.
_LOOK_BACK = datetime.timedelta(hours=1)


def say(subject, text):
    print(f"{subject:<12} {text}", flush=True)


def _port(wanted, subject):
    if is_free(wanted):
        return wanted
    port = free_port()
    say(subject, f"port {wanted} is taken, using {port}")
    return port


class Stack:
    """A context manager. With a `database_url` the rows come from there, else from our traffic."""

    def __init__(self, database_url=None, rate=20, seed=1, keep=False):
        self._database_url = database_url
        self._rate = rate
        self._seed = seed
        self._keep = keep
        self._closing = contextlib.ExitStack()
        self.prometheus = None
        self.exporter = None
        self.traffic = None
        self.connection = None
        self.watches_a_proxy = False

    def __enter__(self):
        with contextlib.ExitStack() as starting:
            directory = starting.enter_context(scratch_directory(self._keep))
            if self._keep:
                say("Directory", directory)
            exporter_url = self._open_database(starting, directory)
            self._start_exporter(starting, directory, exporter_url)
            self._start_prometheus(starting, directory)
            self._start_traffic(starting)
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
        now = table_totals(self.connection, self.since)
        return now.minus(self._seen_after_start), now.minus(self._seen_before_start)

    def _open_database(self, starting, directory):
        """Returns the URL for the exporter."""
        url = exporter_url = self._database_url
        if url is None:
            cluster = Cluster(os.path.join(directory, "postgres"), durable=False)
            starting.callback(cluster.stop)
            cluster.initialise()
            cluster.start()
            cluster.create_database("litellm")
            self._database_url = url = cluster.url(database="litellm")
            exporter_url = cluster.url(EXPORTER_ROLE, "litellm")
            self.traffic = Traffic(url, self._rate, self._seed)
        say("PostgreSQL", without_password(url))
        self.connection = starting.enter_context(contextlib.closing(connect(url, autocommit=True)))
        return exporter_url

    def _start_exporter(self, starting, directory, url):
        self.started = datetime.datetime.utcnow()
        self.since = self.started - _LOOK_BACK
        self._seen_before_start = table_totals(self.connection, self.since)
        port = _port(_EXPORTER_PORT, "Exporter")
        self.exporter = Exporter(os.path.join(directory, "exporter"), url, _CONFIG, port,
                                 env=self._proxy(starting))
        starting.callback(self.exporter.stop)
        self.exporter.start()
        self.exporter.wait_ready()
        self._seen_after_start = table_totals(self.connection, self.since)
        say("Exporter", f"{self.exporter.url}/metrics")

    def _proxy(self, starting):
        """The environment that names the proxy: the user's own, else a stand-in beside our traffic."""
        self.watches_a_proxy = True
        own = {name: value for name, value in os.environ.items()
               if name in ("LITELLM_BASE_URL", "LITELLM_MASTER_KEY", "LITELLM_MASTER_KEY_FILE")}
        if own or not self.traffic:
            self.watches_a_proxy = "LITELLM_BASE_URL" in own
            return own
        proxy = FakeLitellm()
        proxy.start()
        starting.callback(proxy.stop)
        say("LiteLLM", f"{proxy.url} (a stand-in that answers the health endpoints)")
        return {"LITELLM_BASE_URL": proxy.url, "LITELLM_MASTER_KEY": KEY}

    def _start_prometheus(self, starting, directory):
        port = _port(_PROMETHEUS_PORT, "Prometheus")
        self.prometheus = Prometheus(os.path.join(directory, "prometheus"), [self.exporter.address],
                                     port, _SCRAPE_SECONDS)
        starting.callback(self.prometheus.stop)
        self.prometheus.start()
        say("Prometheus", f"{self.prometheus.url}/graph?g0.tab=0&g0.expr={_GRAPH}")

    def _start_traffic(self, starting):
        """Last, so that the exporter sees every row of it."""
        if self.traffic:
            starting.callback(self.traffic.stop)
            self.traffic.start()
            say("Traffic", f"{self._rate:g} requests a second")

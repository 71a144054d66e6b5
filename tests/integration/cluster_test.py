# SPDX-License-Identifier: Apache-2.0
"""Two exporters of one deployment: one counts, the other takes over, and together they look like one that never ends."""

import contextlib
import http.client
import os
import resource
import signal
import threading
import time
import unittest
from urllib.parse import quote

from harness import EXPORTER_ROLE, FAST, Exporter, IntegrationCase, metric, parse_page, total, wait_until
from link import Link
from demo.ports import free_port  # noqa: E402
from pgbouncer import PgBouncer
from pki import Authority
from rows import failure, insert
from web_case import HASH, PASSWORD

ACTIVE = "litellm_exporter_active"
REQUESTS = "litellm_requests_total"
SECRET = "three quiet lamps".replace(" ", "-")
# A lease, the wait of who does not know whether it has ended, and what a slow machine adds.
TAKEOVER = 90
# What asking an exporter ends with that is not there, or ends in the middle of its answer.
AWAY = (OSError, RuntimeError, http.client.HTTPException)


class Background:
    """Runs its _run() in a thread until _stop is set, for as long as a block."""

    def __init__(self):
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


class Watch(Background):
    """Looks at all pages again and again, as one Prometheus does that gives their series one name."""

    def __init__(self, exporters):
        super().__init__()
        self._exporters = exporters
        self._seen = {}
        self.faults = []
        self.holes = 0

    def _run(self):
        while not self._stop.is_set():
            begin = time.monotonic()
            shown = [name for name, exporter in self._exporters.items() if self._look(name, exporter)]
            # One page after the other: a takeover may lie between two that were fetched at leisure.
            if len(shown) > 1 and time.monotonic() - begin < 1:
                self._confirm(shown)
            self.holes += bool(self._seen) and not shown
            time.sleep(0.2)

    def _confirm(self, shown):
        """Two shows at once are a fault unless the first of them ended between the two looks."""
        if self._look(shown[0], self._exporters[shown[0]]):
            self.faults.append(f"{shown} show counters at once")

    def _look(self, name, exporter):
        try:
            page = parse_page(exporter.page())
        except AWAY:
            return False
        counters = {key: value for key, value in page.items()
                    if not key[0].startswith(("litellm_exporter_", "process_")) and key[0].endswith(("_total", "_count"))}
        for key, value in counters.items():
            if value < self._seen.get(key, (0, ""))[0]:
                self.faults.append(f"{key}: {self._seen[key]} and then {value} of {name}")
            self._seen[key] = value, name
        return bool(counters)


class Writer(Background):
    """Inserts rows without a pause, also while the database is away, and counts those that were committed."""

    def __init__(self, case):
        super().__init__()
        self._case = case
        self.written = 0

    def _run(self):
        connection = None
        while not self._stop.is_set():
            try:
                connection = connection or self._case.cluster.connect(database=self._case.database, autocommit=False)
                # New series all the time: they are where a takeover could show less than was shown.
                insert(connection, [{"model_group": f"model-{self.written // 8}"}, failure()], age=0.5)
                connection.commit()
                self.written += 2
            except Exception:  # noqa: BLE001 - the database is away
                connection = None
            time.sleep(0.1)


class Pair(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.exporters = {}

    def pair(self, urls=None, start=True, extra=""):
        """Exporters a and b, each of which knows both."""
        url = self.cluster.url(EXPORTER_ROLE, self.database)
        for name in ("a", "b"):
            directory = self.directory / f"{self._testMethodName}-{name}"
            directory.mkdir()
            self.exporters[name] = Exporter(directory, (urls or {}).get(name, url),
                                            env={"LITELLM_EXPORTER_CLUSTER_SECRET": SECRET})
            self.addCleanup(self.stop_and_look, self.exporters[name])
        peers = ", ".join(exporter.url for exporter in self.exporters.values())
        for exporter in self.exporters.values():
            exporter.config_file.write_text(f"{FAST}\ncluster: {{peers: [{peers}]}}\n{extra}", encoding="utf-8")
            if start:
                exporter.start()
        if start:
            for exporter in self.exporters.values():
                exporter.wait_ready()
        return self.exporters["a"], self.exporters["b"]

    def active(self, wanted=None):
        """The name of the one that counts and shows it, once there is one; or only whether this one does."""
        for name, exporter in self.exporters.items():
            # Another one may be frozen, and would have us wait for its page.
            if wanted not in (None, name):
                continue
            with contextlib.suppress(*AWAY):
                page = parse_page(exporter.page())
                if total(page, ACTIVE) == 1 and total(page, "litellm_exporter_baselines_total"):
                    return name
        return None

    def wait_active(self, wanted=None):
        """Waits until somebody counts, or until this one does, and returns it."""
        name = wait_until(lambda: self.active(wanted), TAKEOVER, f"{wanted or 'one'} counts")
        return self.exporters[name]

    def wait_copied(self, exporter):
        """The standby has what the other one has saved by now."""
        def copied():
            return metric(exporter, "litellm_exporter_state_copied_timestamp_seconds") > now
        now = time.time()
        wait_until(copied, 60, "the state is copied")

    def wait_counted(self, exporter, written):
        wait_until(lambda: metric(exporter, REQUESTS) == written, 60, f"{written} requests are counted")

    @contextlib.contextmanager
    def traffic(self):
        """Rows come while the test goes on; afterwards they all count, and the pages never contradicted each other."""
        # What was written before the baseline is not counted, and the other one goes on only from what it has.
        active = self.wait_active()
        for exporter in self.exporters.values():
            if exporter is not active:
                self.wait_copied(exporter)
        with Watch(self.exporters) as watch:
            with Writer(self) as writer:
                # Before the first fault something is there that could be lost.
                wait_until(lambda: metric(active, REQUESTS) > 20, 60, "rows are counted")
                yield watch
            self.wait_counted(self.wait_active(), writer.written)
            time.sleep(2)
            self.wait_counted(self.wait_active(), writer.written)
        self.assertEqual(watch.faults, [])

    def test_one_counts_and_the_other_knows(self):
        self.pair()
        active = self.wait_active()
        standby = next(one for one in self.exporters.values() if one is not active)
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_counted(active, 3)
        page = parse_page(standby.page())
        self.assertEqual(total(page, ACTIVE), 0)
        self.assertEqual({name for name, _ in page if name.startswith("litellm_") and
                          not name.startswith("litellm_exporter_")}, set())
        self.assertEqual(standby.get("/-/ready")[::2], (200, b"Ready: stands by for another exporter.\n"))
        self.assertIn("stands by", standby.get("/")[2].decode())
        self.assertIn("stands by", standby.get("/status")[2].decode())
        wait_until(lambda: metric(standby, "litellm_exporter_peer_active", peer=active.url) == 1, 30, "it is seen to count")
        wait_until(lambda: metric(active, "litellm_exporter_peer_up", peer=standby.url) == 1, 30, "the standby is seen")
        self.assertEqual(metric(active, "litellm_exporter_peer_active", peer=standby.url), 0)
        self.assertEqual(metric(standby, "litellm_exporter_database_up"), 1)
        report = standby.run("doctor").stdout
        self.assertIn(f"{active.url} answers: active", report)
        self.assertIn(f"{standby.url} answers: standby", report)
        # Nobody but a peer learns anything.
        for path in ("/-/cluster", "/-/cluster/state"):
            self.assertEqual(active.get(path)[0], 403)
            self.assertEqual(active.get(path, headers={"X-LiteLLM-Exporter-Secret": SECRET + "x"})[0], 403)
        self.assertNotIn(SECRET, active.log() + standby.log())

    def test_a_stop_hands_over_at_once(self):
        self.pair()
        with self.traffic():
            for _ in range(3):
                active = self.wait_active()
                active.stop(deadline=60)
                self.assertIn("msg=Stopped", active.log())
                self.wait_active()
                active.start()
                active.wait_ready()
                self.wait_copied(active)

    def test_a_stop_before_the_first_copy(self):
        """Whoever has nothing waits for the one that has, instead of beginning anew at once."""
        a, b = self.pair(start=False)
        a.start()
        self.wait_active("a")
        insert(self.cluster.connect(database=self.database), [{}] * 5)
        self.wait_counted(a, 5)
        b.start()
        wait_until(lambda: "msg=Listening" in b.log(), 60, "the other one serves")
        a.stop(deadline=60)
        a.start()
        self.wait_counted(self.wait_active(), 5)

    def test_kill(self):
        self.pair()
        with self.traffic():
            for _ in range(3):
                active = self.wait_active()
                active.kill()
                self.wait_active()
                active.start()
                active.wait_ready()

    def test_freeze(self):
        """Whoever wakes up after its lease shows nothing before it has looked around."""
        self.pair()
        with self.traffic():
            active = self.wait_active()
            other = next(name for name, one in self.exporters.items() if one is not active)
            active.send_signal(signal.SIGSTOP)
            try:
                # The watch would wait for its page.
                self.wait_active(other)
            finally:
                active.send_signal(signal.SIGCONT)
            wait_until(lambda: metric(active, ACTIVE) == 0, 60, "it stands by")

    def test_the_database_restarts(self):
        """The page holds still and is there all the time, and the same exporter goes on."""
        self.pair()
        with self.traffic() as watch:
            active = self.wait_active()
            self.cluster.stop("immediate")
            try:
                time.sleep(20)
                self.assertEqual(metric(active, ACTIVE), 1)
                self.assertGreater(metric(active, REQUESTS), 0)
            finally:
                self.cluster.start()
            wait_until(lambda: metric(active, "litellm_exporter_database_up") == 1, 60, "the database is back")
            self.assertEqual(watch.holes, 0)

    def test_the_active_one_loses_the_database(self):
        links = {name: Link(self.cluster.port) for name in ("a", "b")}
        for link in links.values():
            self.addCleanup(link.close)
        user = f"postgresql://{EXPORTER_ROLE}@127.0.0.1"
        self.pair({name: f"{user}:{link.port}/{self.database}" for name, link in links.items()})
        with self.traffic():
            name = next(key for key, one in self.exporters.items() if one is self.wait_active())
            other = "b" if name == "a" else "a"
            links[name].cut()
            self.wait_active(other)
            links[name].mend()
            wait_until(lambda: metric(self.exporters[name], ACTIVE) == 0, 60, "the other one stands by")
            links[other].reset()
            self.wait_active()

    def test_peers_that_refuse_each_other(self):
        """As a firewall does, or a wrong port: who seems not to run may count all the same."""
        a, b = self.pair(start=False)
        for exporter, other in ((a, b), (b, a)):
            text = exporter.config_file.read_text(encoding="utf-8")
            exporter.config_file.write_text(text.replace(other.url, f"http://127.0.0.1:{free_port()}"), encoding="utf-8")
        a.start()
        self.wait_active("a")
        b.start()
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{}] * 3)
        self.wait_counted(a, 3)
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        # Whoever gets the lock, soon one alone counts, and stays the one.
        def counting():
            return [one for one in (a, b) if metric(one, REQUESTS)]
        wait_until(lambda: len(counting()) == 1 and not time.sleep(10) and len(counting()) == 1, 90, "one alone counts")
        insert(connection, [{}] * 3)
        self.wait_counted(counting()[0], 6)

    def test_a_standby_that_cannot_keep_its_copy(self):
        """It is not ready, and takes over only what it can save: the page shows nothing that is less than before."""
        self.pair()
        active = self.wait_active()
        standby = next(one for one in self.exporters.values() if one is not active)
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{}] * 5)
        self.wait_counted(active, 5)
        self.wait_copied(standby)
        resource.prlimit(standby.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        for _ in range(20):
            insert(connection, [{"model_group": f"model-{number}"} for number in range(50)])
        self.wait_counted(active, 1005)
        wait_until(lambda: standby.get("/-/ready")[0] == 503, 60, "the standby is not ready")
        active.kill()
        wait_until(lambda: "This exporter counts from now on" in standby.log(), TAKEOVER, "it takes over")
        time.sleep(5)
        self.assertEqual((metric(standby, REQUESTS), metric(standby, ACTIVE)), (0, 0))
        resource.prlimit(standby.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.wait_counted(standby, 1005)

    def test_reload_and_stop_while_it_stands_by(self):
        self.pair()
        active = self.wait_active()
        standby = next(one for one in self.exporters.values() if one is not active)
        text = standby.config_file.read_text(encoding="utf-8")
        standby.config_file.write_text(text + "families: {keys: false}\n", encoding="utf-8")
        standby.send_signal(signal.SIGHUP)
        wait_until(lambda: "configuration reloaded" in standby.log(), 60, "the reload")
        insert(self.cluster.connect(database=self.database), [{"api_key": "k" * 64}])
        self.wait_counted(active, 1)
        self.wait_copied(standby)
        active.stop(deadline=60)
        self.wait_active(next(name for name, one in self.exporters.items() if one is standby))
        self.wait_counted(standby, 1)
        self.assertEqual(metric(standby, "litellm_key_requests_total"), 0)
        standby.stop(deadline=60)
        self.assertIn("msg=Stopped", standby.log())

    def test_a_pooler_between(self):
        bouncer = PgBouncer(self.directory / f"pgbouncer-{self._testMethodName}", self.cluster, "transaction")
        bouncer.start(EXPORTER_ROLE)
        self.addCleanup(bouncer.stop)
        url = bouncer.url(EXPORTER_ROLE, self.database)
        self.pair({"a": url, "b": url})
        with self.traffic():
            self.wait_active().kill()
            self.wait_active()

    def test_state_that_was_lost_comes_from_the_other(self):
        self.pair()
        with self.traffic():
            active = self.wait_active()
            standby = next(one for one in self.exporters.values() if one is not active)
            self.wait_copied(standby)
            standby.kill()
            active.kill()
            for file in active.state.iterdir():
                file.unlink()
            # The one that lost everything is there first, and would begin anew if it did not ask.
            standby.start()
            active.start()
            self.wait_active()
        self.assertEqual(metric(self.wait_active(), "litellm_exporter_baselines_total"), 1)

    def test_the_baseline_of_one_that_counted_alone(self):
        """Two that counted from different beginnings agree on the older one's, and nothing is thrown away unseen."""
        self.pair(start=False)
        a, b = self.exporters.values()
        a.start()
        self.wait_active("a")
        insert(self.cluster.connect(database=self.database), [{}] * 5)
        self.wait_counted(a, 5)
        b.start()
        b.wait_ready()
        self.wait_copied(b)
        a.stop(deadline=60)
        self.wait_counted(self.wait_active("b"), 5)
        a.start()
        a.wait_ready()
        self.wait_copied(a)
        self.assertTrue((a.state / "state.before").exists())
        self.assertIn("own_before", a.log())

    def test_behind_tls_and_passwords(self):
        Authority(self.directory, "authority").issue("exporter", "IP:127.0.0.1")
        web = self.directory / "web.yml"
        web.write_text(f"tls_server_config: {{cert_file: {self.directory}/exporter.pem, key_file: {self.directory}/exporter.key}}\n"
                       f"basic_auth_users: {{peer: {HASH}}}\n", encoding="utf-8")
        a, b = self.pair(start=False)
        peers = ", ".join(f"https://peer:{quote(PASSWORD)}@{exporter.address}" for exporter in (a, b))
        for exporter in (a, b):
            exporter.config_file.write_text(
                f"{FAST}\ncluster: {{peers: [{peers}], ca_file: {self.directory}/authority.pem}}\n"
                f"web: {{config_file: {web}}}\n", encoding="utf-8")
            exporter.start()

        def counts(exporter):
            return "This exporter counts from now on" in exporter.log()
        first = wait_until(lambda: next((one for one in (a, b) if counts(one)), None), TAKEOVER, "one counts")
        other = b if first is a else a
        wait_until(lambda: (other.state / "state").exists(), 60, "the other one copies")
        self.assertFalse(counts(other))
        first.kill()
        wait_until(lambda: counts(other), TAKEOVER, "the other one takes over")
        self.assertNotIn(PASSWORD, a.log() + b.log())

    def test_peers_that_are_no_peers(self):
        config = FAST + "cluster: {peers: [http://127.0.0.1:1]}\n"
        done = Exporter(self.directory / "no-secret", self.cluster.url(EXPORTER_ROLE, self.database), config=config
                        ).run("--config.check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no secret for cluster.peers", done.stderr + done.stdout)
        a, b = self.pair(start=False)
        b._env = {**b._env, "LITELLM_EXPORTER_CLUSTER_SECRET": SECRET[::-1]}
        a.start()
        self.wait_active("a")
        b.start()
        wait_until(lambda: "another cluster.secret" in b.log(), 60, "the log says why")
        self.assertEqual(metric(b, ACTIVE), 0)
        report = b.run("doctor")
        self.assertEqual(report.returncode, 1)
        self.assertIn(f"{a.url}: it has another cluster.secret", report.stdout)


if __name__ == "__main__":
    os.environ.setdefault("PATIENCE", "1")
    unittest.main()

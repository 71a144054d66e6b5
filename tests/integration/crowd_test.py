# SPDX-License-Identifier: Apache-2.0
"""Many scrapers at once, and few threads."""

import contextlib
import os
import resource
import selectors
import socket
import subprocess
import time
import unittest
from collections import Counter

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, patient, wait_polls, wait_until
from rows import insert
from demo.fake_litellm import KEY, FakeLitellm

CROWD = 1000
# For all of them together, however slow the machine is.
DEADLINE = 300
REQUEST = b"GET /metrics HTTP/1.1\r\nHost: x\r\n"
# Whoever says nothing for so long may be sent away while others wait. Only on a busy machine we are that slow.
SILENCE = 0.25


class Scraper:
    """One connection that waits for one whole answer."""

    def __init__(self, port, request):
        self.answer = b""
        begin = time.monotonic()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(request)
        self._silent = time.monotonic() - begin
        self.socket.setblocking(False)

    def step(self):
        """True once it has its answer, or never will."""
        try:
            piece = self.socket.recv(65536)
            self.answer += piece
            return not piece or self.complete()
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

    def was_late(self):
        """It was sent away, and rightly."""
        return self._silent >= SILENCE and self.answer[9:12] in (b"", b"408")

    def is_right(self):
        return self.was_late() or (self.answer.startswith(b"HTTP/1.1 200 ") and self.complete())

    def complete(self):
        head, found, body = self.answer.partition(b"\r\n\r\n")
        length = [line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
        return bool(found and length) and len(body) == int(length[0].split(b" ")[1])


def scrape_at_once(port, count, request):
    """The scrapers, after all have ended or the time is over."""
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as sockets:
        scrapers = [Scraper(port, request) for _ in range(count)]
        for one in scrapers:
            sockets.enter_context(one.socket)
            selector.register(one.socket, selectors.EVENT_READ, one)
        deadline = time.monotonic() + DEADLINE
        while selector.get_map() and time.monotonic() < deadline:
            for key, _ in selector.select(timeout=1):
                if key.data.step():
                    selector.unregister(key.fileobj)
        return scrapers


def status_of(link):
    """Of its answer; empty if it was closed without one."""
    try:
        return link.recv(4096)[9:12]
    except ConnectionError:
        return b""


class Crowd(IntegrationCase):
    def setUp(self):
        super().setUp()
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * CROWD, limits[1]), limits[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)

    def test_each_of_a_thousand_scrapers_is_answered(self):
        exporter = self.exporter()
        late = 0
        for more in (b"Connection: close\r\n", b""):
            with self.subTest(more):
                scrapers = scrape_at_once(exporter.port, CROWD, REQUEST + more + b"\r\n")
                wrong = [one.answer[:100] for one in scrapers if not one.is_right()]
                self.assertEqual((len(wrong), wrong[:3]), (0, []))
                late += sum(one.was_late() for one in scrapers)
        self.assertEqual(metric(exporter, "litellm_exporter_web_refusals_total"), late)

    def test_a_thousand_that_connect_before_any_asks(self):
        """Each is answered, or sent away for its silence and counted."""
        exporter = self.exporter()
        begin = time.monotonic()
        links = [socket.create_connection(("127.0.0.1", exporter.port), timeout=DEADLINE) for _ in range(CROWD)]
        try:
            for link in links:
                with contextlib.suppress(ConnectionError):
                    link.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            silent = time.monotonic() - begin
            answers = Counter(status_of(link) for link in links)
        finally:
            for link in links:
                link.close()
        self.assertEqual(answers.total(), CROWD)
        self.assertLessEqual(set(answers), {b"200", b"408", b""} if silent >= SILENCE else {b"200"})
        self.assertGreater(answers[b"200"], 0)
        for reason, status in (("slow", b"408"), ("crowded", b"")):
            self.assertEqual(metric(exporter, "litellm_exporter_web_refusals_total", reason=reason), answers[status])


# pthread_create() that finds no thread as long as a file exists.
NO_THREADS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*begin)(void *), void *argument) {
  int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = dlsym(RTLD_NEXT, "pthread_create");
  return access(getenv("NO_THREADS"), F_OK) == 0 ? EAGAIN : next(thread, attributes, begin, argument);
}
"""


class Threads(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.switch = self.directory / f"{self._testMethodName}-switch"
        library = self.directory / f"{self._testMethodName}.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library, "-ldl"], input=NO_THREADS,
                       text=True, check=True, timeout=patient(60))
        self.environment = {"LD_PRELOAD": str(library), "NO_THREADS": str(self.switch),
                            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def test_none_at_the_start_is_one_clear_line(self):
        exporter = self.exporter(start=False, env=self.environment)
        self.switch.touch()
        exporter.start()
        wait_until(lambda: not exporter.alive(), 30, "it ends")
        self.assertEqual(exporter.stop(), 1)
        self.assertEqual(exporter.log().count("level=error"), 1, exporter.log())
        self.assertIn("no thread to be had: raise the limit of processes", exporter.log())

    def test_none_while_it_serves_is_an_answer_later(self):
        fake = FakeLitellm()
        fake.start()
        self.addCleanup(fake.stop)
        exporter = self.exporter(FAST + f"litellm: {{urls: ['{fake.url}'], key: {KEY}, poll_interval: 1s, timeout: 5s}}\n", env=self.environment)
        wait_until(lambda: metric(exporter, "litellm_up") == 1, 30, "the proxy answers")
        self.switch.touch()
        with contextlib.ExitStack() as links:
            # More than there are threads, each of which has to wait for the rest of its request.
            for _ in range(40):
                links.enter_context(socket.create_connection(("127.0.0.1", exporter.port), timeout=60)).sendall(REQUEST)
            wait_until(lambda: "clients have to wait for each other" in exporter.log(), 30, "it is said")
            scrapers = scrape_at_once(exporter.port, 40, REQUEST + b"Connection: close\r\n\r\n")
        self.assertEqual([one.answer[:100] for one in scrapers if not one.is_right()], [])
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="proxies") == 0, 30, "no thread for the proxies")
        # A session that is lost needs none.
        def sessions():
            return {pid for pid, in self.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'litellm_exporter'")}
        lost = sessions()
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'litellm_exporter'")
        wait_until(lambda: len(sessions() - lost) >= len(lost) > 0, 60, "new ones")
        wait_polls(exporter, 2)
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="spend_log") == 1, 30, "a poll with a new one")
        self.assertIn("no thread to be had", exporter.log())
        self.switch.unlink()
        for collector in ("proxies", "spend_log"):
            wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector=collector) == 1, 30, f"{collector} works again")
        self.assertEqual(exporter.stop(), 0)

    def test_none_for_the_name_of_the_database_is_one_clear_line(self):
        url = self.cluster.url(EXPORTER_ROLE, self.database).replace("127.0.0.1", "localhost")
        exporter = self.exporter(url=url, env=self.environment)
        self.switch.touch()
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,))
        wait_until(lambda: "no thread to be had" in exporter.log(), 60, "it is said")
        self.switch.unlink()
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_total(exporter, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)

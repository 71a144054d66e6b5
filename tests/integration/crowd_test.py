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

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, wait_polls, wait_until
from rows import insert
from demo.fake_litellm import KEY, FakeLitellm

CROWD = 1000
# For all of them together, however slow the machine is.
DEADLINE = 300
REQUEST = b"GET /metrics HTTP/1.1\r\nHost: x\r\n"


class Scraper:
    """One connection that waits for one whole answer."""

    def __init__(self, port, request):
        self._request = request
        self.answer = b""
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex(("127.0.0.1", port))

    def step(self, events):
        """True once it has its answer, or never will."""
        try:
            if events & selectors.EVENT_WRITE and self._request:
                self._request = self._request[self.socket.send(self._request):]
                return False
            piece = self.socket.recv(65536)
            self.answer += piece
            return not piece or self.complete()
        except BlockingIOError:
            return False
        except OSError as error:
            self.answer = str(error).encode()
            return True

    def events(self):
        return selectors.EVENT_WRITE if self._request else selectors.EVENT_READ

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
            selector.register(one.socket, one.events(), one)
        deadline = time.monotonic() + DEADLINE
        while selector.get_map() and time.monotonic() < deadline:
            for key, events in selector.select(timeout=1):
                one = key.data
                if one.step(events):
                    selector.unregister(one.socket)
                else:
                    selector.modify(one.socket, one.events(), one)
        return scrapers


class Crowd(IntegrationCase):
    def setUp(self):
        super().setUp()
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * CROWD, limits[1]), limits[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)

    def test_each_of_a_thousand_scrapers_is_answered(self):
        exporter = self.exporter()
        for more in (b"Connection: close\r\n", b""):
            with self.subTest(more):
                scrapers = scrape_at_once(exporter.port, CROWD, REQUEST + more + b"\r\n")
                wrong = [one.answer[:100] for one in scrapers
                         if not one.answer.startswith(b"HTTP/1.1 200 ") or not one.complete()]
                self.assertEqual((len(wrong), wrong[:3]), (0, []))
        self.assertEqual(metric(exporter, "litellm_exporter_web_refusals_total"), 0)

    def test_a_thousand_that_connect_before_any_asks(self):
        exporter = self.exporter()
        links = [socket.create_connection(("127.0.0.1", exporter.port), timeout=DEADLINE) for _ in range(CROWD)]
        try:
            for link in links:
                link.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answers = [link.recv(4096)[:12] for link in links]
        finally:
            for link in links:
                link.close()
        self.assertEqual(answers, [b"HTTP/1.1 200"] * CROWD)


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
                       text=True, check=True, timeout=60)
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
        self.assertEqual([one.answer[:12] for one in scrapers], [b"HTTP/1.1 200"] * 40)
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

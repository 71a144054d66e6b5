#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A thousand scrapers, clients that do not read, connections that say nothing and somebody who guesses passwords, all
at once for as long as it is told, while one Prometheus scrapes each second. Fails if that one is ever refused or waits
longer than its ten seconds, if a poll is missed for long, if a row is lost, or if memory is not bounded."""

import argparse
import contextlib
import http.client
import itertools
import random
import resource
import selectors
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from scene import scene
from harness import parse_page, total
from measured import peak_memory
from web_case import HASH, PASSWORD, basic
from demo.process import patient, wait_until

CONFIG = """
database: {poll_interval: 1s}
entities: {poll_interval: 1s}
limits: {series_per_family: 100000}
"""
# Each is two series: a page of a megabyte, which no buffer of the kernel takes from a client that does not read.
TAGS = 5000
SCRAPERS, DEAF, SILENT, GUESSERS = 1000, 50, 100, 2
# Addresses of this host: the exporter shares its places out among addresses.
GOOD, CROWD, HOSTILE = "127.0.0.1", "127.0.0.2", "127.0.0.3"
SCRAPE_TIMEOUT = 10
# What the exporter of these series needs alone, and what the connections may add.
MOST_MEGABYTES = 150


def request_text(password):
    return ("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
            + basic("prometheus", password)["Authorization"] + "\r\n\r\n").encode()


class Client(threading.Thread):
    """Does one thing again and again until it is stopped, from an address of its own."""

    def __init__(self, port, source):
        super().__init__(daemon=True)
        self._port, self._source = port, source
        self._ended = threading.Event()
        self.done = 0

    def run(self):
        while not self._ended.is_set():
            # Whoever is sent away comes again: that is what an attack does.
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.act()
                self.done += 1

    def act(self):
        raise NotImplementedError

    def connect(self):
        return socket.create_connection(("127.0.0.1", self._port), timeout=60, source_address=(self._source, 0))

    def stop(self):
        self._ended.set()


class Crowd(Client):
    """As many scrapers at once as there are, each with a connection of its own; then all of them again."""

    def act(self):
        with selectors.DefaultSelector() as selector, contextlib.ExitStack() as links:
            for _ in range(SCRAPERS):
                link = links.enter_context(self.connect())
                with contextlib.suppress(OSError):
                    link.sendall(request_text(PASSWORD))
                link.setblocking(False)
                selector.register(link, selectors.EVENT_READ)
            deadline = time.monotonic() + 60
            while selector.get_map() and time.monotonic() < deadline and not self._ended.is_set():
                for key, _ in selector.select(timeout=1):
                    with contextlib.suppress(BlockingIOError):
                        if not self.receive(key.fileobj):
                            selector.unregister(key.fileobj)

    @staticmethod
    def receive(link):
        try:
            return link.recv(65536)
        except ConnectionError:
            return b""


class Deaf(Client):
    """Asks for the page and takes next to nothing of the answer."""

    def act(self):
        with self.connect() as link:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            link.sendall(request_text(PASSWORD))
            while not self._ended.wait(1) and link.recv(16):
                pass


class Silent(Client):
    """Connects and says nothing."""

    def act(self):
        with self.connect() as link:
            link.recv(1)


class Guesser(Client):
    """Tries one password after the other."""

    guesses = itertools.count()
    # Answers that no guess may have.
    let_in = []

    def act(self):
        with self.connect() as link:
            link.sendall(request_text(f"guess {next(self.guesses)}"))
            if (status := link.recv(64)[9:12]) not in (b"401", b"429", b"408", b""):
                self.let_in.append(status)


class Prometheus(threading.Thread):
    """The one that must be served: scrapes once a second and remembers what went wrong."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._port = port
        self._ended = threading.Event()
        self.faults, self.seconds, self.page = [], [], {}

    def run(self):
        while not self._ended.wait(1):
            self.scrape()

    def scrape(self):
        begin = time.monotonic()
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=patient(SCRAPE_TIMEOUT),
                                          source_address=(GOOD, 0))
        try:
            link.request("GET", "/metrics", headers=basic("prometheus", PASSWORD))
            answer = link.getresponse()
            text = answer.read().decode()
            if answer.status == 200:
                self.page = parse_page(text)
            else:
                self.faults.append(f"answered {answer.status}")
        except (OSError, http.client.HTTPException) as error:
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            link.close()
        self.seconds.append(time.monotonic() - begin)

    def stop(self):
        self._ended.set()
        self.join()


def attack(exporter, prometheus, seconds):
    """The clients, after all have ended; the longest time between two polls is the second result."""
    kinds = [(Crowd, CROWD, 1), (Deaf, HOSTILE, DEAF), (Silent, HOSTILE, SILENT), (Guesser, HOSTILE, GUESSERS)]
    clients = [kind(exporter.port, source) for kind, source, count in kinds for _ in range(count)]
    for one in clients:
        one.start()
    longest, polls, since = 0, 0, time.monotonic()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.5)
        now = total(prometheus.page, "litellm_exporter_polls_total", collector="spend_log")
        if now > polls:
            polls, since = now, time.monotonic()
        longest = max(longest, time.monotonic() - since)
    for one in clients:
        one.stop()
    for one in clients:
        one.join(90)
    return clients, longest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=120, help="default: %(default)s")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * SCRAPERS, most), most))
    with tempfile.TemporaryDirectory() as files:
        web = Path(files) / "web.yml"
        web.write_text(f"basic_auth_users: {{prometheus: {HASH}}}\n", encoding="utf-8")
        return judge(options, web)


def judge(options, web):
    faults = []
    opening = basic("prometheus", PASSWORD)
    with scene(CONFIG, random.randrange(10**6), opening, [f"--web.config.file={web}"]) as (_, exporter, writer):
        writer.write([{"request_tags": [f"stress-{n}"]} for n in range(TAGS)])
        prometheus = Prometheus(exporter.port)
        prometheus.start()
        wait_until(lambda: total(prometheus.page, "litellm_tag_requests_total") >= TAGS, 60, "the page is large")
        clients, longest = attack(exporter, prometheus, options.seconds)
        writer.stop()
        wait_until(lambda: total(prometheus.page, "litellm_requests_total") == writer.written, 60,
                   "all rows are counted")
        prometheus.stop()
        memory = peak_memory(exporter.pid)
        faults += prometheus.faults + [f"a guess was answered {status}" for status in Guesser.let_in]
        if "Sanitizer" in exporter.log():
            faults.append("a sanitizer has reported a fault")
        elif memory > MOST_MEGABYTES:
            faults.append(f"{memory:.0f} MB were used")
        if longest > patient(SCRAPE_TIMEOUT):
            faults.append(f"no poll for {longest:.1f} s")
        crowds, guesses = (sum(one.done for one in clients if isinstance(one, kind)) for kind in (Crowd, Guesser))
        print(f"{len(prometheus.seconds)} scrapes of the good one, {len(prometheus.faults)} failed, the slowest took"
              f" {max(prometheus.seconds):.2f} s; {crowds} crowds of {SCRAPERS}, {guesses} guesses, {SILENT} silent and"
              f" {DEAF} deaf clients all the time; {writer.written} rows counted, at most {longest:.1f} s without a"
              f" poll; {memory:.0f} MB at most", flush=True)
        for reason in ("slow", "crowded", "authentication", "too_large"):
            print(f"  refused, {reason}: {total(prometheus.page, 'litellm_exporter_web_refusals_total', reason=reason):.0f}")
    for fault in faults[:20]:
        print(f"FAULT: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""The limits of the web interface, and how it listens: no client keeps Prometheus out."""

import contextlib
import errno
import http.client
import os
import socket
import subprocess
import threading
import unittest

from harness import metric, patient, wait_until
from web_case import WebCase


class Limits(WebCase):
    def test_slow_clients_do_not_keep_prometheus_out(self):
        """A hundred connections that send a byte now and then; a scrape is answered all the same."""
        exporter = self.exporter()
        stop = threading.Event()
        crowd = [socket.create_connection(("127.0.0.1", exporter.port), timeout=30) for _ in range(100)]
        self.addCleanup(lambda: [one.close() for one in crowd])

        def drip():
            for letter in "GET /metrics HTTP/1.1\r\nHost: slow\r\nX: " + "x" * 1000:
                for one in crowd:
                    try:
                        one.send(letter.encode())
                    except OSError:
                        pass
                if stop.wait(0.1):
                    return
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            for _ in range(20):
                self.assertEqual(self.fetch(exporter)[0], 200)
        finally:
            stop.set()
            thread.join()
        self.assertGreater(metric(exporter, "litellm_exporter_web_refusals_total", reason="crowded"), 0)

    def test_a_slow_request_is_told_so(self):
        exporter = self.exporter()
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as slow:
            slow.sendall(b"GET /metrics HTTP/1.1\r\nHost: slow\r\n")
            answer = slow.recv(1000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
        self.assertEqual(metric(exporter, "litellm_exporter_web_refusals_total", reason="slow"), 1)

    def test_large_requests(self):
        exporter = self.exporter()
        # Newer releases of the HTTP library count headers and measure lines, and give up first: with 400 or without a word.
        ours = self.status_of(exporter, b"GET / HTTP/1.1\r\n" + b"X-Header: value\r\n" * 110 + b"\r\n") == b"200"
        head = (b"431",) if ours else (b"431", b"400", b"")
        for request, statuses in (
                (b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n", head),
                (b"GET / HTTP/1.1\r\n" + b"X-Header: value\r\n" * 20_000 + b"\r\n", head),
                (b"POST /-/reload HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000, (b"413",)),
                (b"POST /-/reload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"4000\r\n" + b"x" * 0x4000
                 + b"\r\n" + (b"4000\r\n" + b"x" * 0x4000 + b"\r\n") * 20 + b"0\r\n\r\n", (b"413",))):
            with self.subTest(request[:40]):
                # What is read no more when it arrives may take the answer with it.
                wait_until(lambda: self.status_of(exporter, request) in statuses, 20, f"an answer of {statuses}")  # noqa: B023
        if ours:
            self.assertGreaterEqual(metric(exporter, "litellm_exporter_web_refusals_total", reason="too_large"), 2)

    @staticmethod
    def status_of(exporter, request):
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
            with contextlib.suppress(OSError):
                link.sendall(request)  # it may be cut off before the end
            return link.recv(1000)[9:12]

    def test_a_body_is_not_taken_for_the_next_request(self):
        exporter = self.exporter()
        hidden = b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
            link.sendall(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(hidden) + hidden)
            answer = b""
            while piece := link.recv(4096):
                answer += piece
        self.assertTrue(answer.startswith(b"HTTP/1.1 405 "), answer)
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)

    def test_nothing_after_a_request_that_makes_no_sense_is_obeyed(self):
        """What another server took for a body must not reload the configuration."""
        exporter = self.exporter()
        hidden = b"POST /-/reload HTTP/1.1\r\nHost: x\r\n\r\n"
        length = b"Content-Length: %d\r\n" % len(hidden)
        for head in (b"GET /metrics HTTP/1.1\r\nRange: bytes=x\r\n" + length, b"PROPFIND / HTTP/1.1\r\n" + length,
                     b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n" + length, b"GET / HTTP/1.2\r\n" + length,
                     b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n" + length,
                     b"GET / HTTP/1.1\r\nContent-Length : %d\r\n" % len(hidden),
                     b"GET /nothing HTTP/1.1\r\n" + length):
            with self.subTest(head[:40]), socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
                link.sendall(head + b"\r\n" + hidden)
                answer = b""
                while piece := link.recv(65536):
                    answer += piece
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer[:2000])
        self.assertNotIn("configuration reloaded", exporter.log())

    def test_clients_that_do_not_read_do_not_keep_prometheus_out(self):
        exporter = self.exporter()
        crowd = [socket.create_connection(("127.0.0.1", exporter.port), timeout=30) for _ in range(60)]
        self.addCleanup(lambda: [one.close() for one in crowd])
        for one in crowd:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.setblocking(False)
            with contextlib.suppress(OSError):
                one.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 400)
        for _ in range(10):
            self.assertEqual(self.fetch(exporter)[0], 200)

    def test_requests_on_one_connection(self):
        exporter = self.exporter()
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
            link.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n" * 3
                         + b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := link.recv(4096):
                answer += piece
        self.assertEqual(answer.count(b"HTTP/1.1 200 "), 4, answer)

    def test_it_stops_at_once_though_connections_are_open(self):
        exporter = self.exporter()
        links = [socket.create_connection(("127.0.0.1", exporter.port), timeout=30) for _ in range(40)]
        self.addCleanup(lambda: [one.close() for one in links])
        self.assertEqual(exporter.stop(deadline=10), 0)


# accept() whose third call fails, with the error that $ACCEPT_ERROR names.
FAILING_ACCEPT = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
int accept(int listener, struct sockaddr *address, socklen_t *length) {
  static int calls;
  int (*next)(int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "accept");
  if (++calls == 3) { errno = atoi(getenv("ACCEPT_ERROR")); return -1; }
  return next(listener, address, length);
}
"""


class Listening(WebCase):
    def failing(self, error):
        """An exporter of which one accept() fails, after two that work."""
        library = self.files / "accept.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library, "-ldl"], input=FAILING_ACCEPT,
                       text=True, check=True, timeout=patient(60))
        options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        return self.secured("{}\n", env={"LD_PRELOAD": str(library), "ACCEPT_ERROR": str(error),
                                         "ASAN_OPTIONS": options})

    def test_a_connection_that_cannot_be_accepted_is_not_the_last(self):
        exporter = self.failing(errno.ENFILE)
        self.assertEqual([self.fetch(exporter, "/-/healthy")[0] for _ in range(6)], [200] * 6)
        self.assertEqual(exporter.log().count("cannot accept a connection"), 1, exporter.log())
        self.assertEqual(exporter.stop(), 0)

    def test_without_its_listening_socket_it_ends(self):
        """So that systemd or Docker starts it anew."""
        exporter = self.failing(errno.EBADF)
        self.assertEqual(self.fetch(exporter, "/-/healthy")[0], 200)
        # It may end before the second is answered.
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.fetch(exporter, "/-/healthy")
        wait_until(lambda: not exporter.alive(), 20, "the exporter ends")
        self.assertIn("the listening socket is lost", exporter.log())
        self.assertEqual(exporter.stop(), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""Answers of a proxy that would hurt who reads them: without end, without sense, from odd addresses."""

import contextlib
import os
import re
import time
import unittest
from pathlib import Path

from harness import FAST, IntegrationCase, metric, wait_polls, wait_until
from strange_servers import Dripper, RawServer, full_queue


def is_connecting(exporter, port):
    """Whether a socket of the exporter waits for a connection to this port."""
    sockets = set()
    for link in Path(f"/proc/{exporter.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(os.readlink(link))
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return any(row[2].endswith(f":{port:04X}") and row[3] == "02" and f"socket:[{row[9]}]" in sockets for row in rows)


def resident_bytes(exporter):
    for line in Path(f"/proc/{exporter.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no VmHWM")


class Answers(IntegrationCase):
    def watch(self, server, host="127.0.0.1"):
        self.addCleanup(server.stop)
        return self.exporter(FAST + f"litellm: {{urls: ['http://{host}:{server.port}'], poll_interval: 1s, timeout: 2s}}\n")

    def test_an_answer_without_end_is_cut_off(self):
        # Newer releases of the HTTP library give up on two of these by themselves.
        by_itself = "the answer is not HTTP"
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for name, head, endless, words in (
                ("a status line of 300 kB", b"HTTP/1.1 200 " + b"A" * 300_000 + b"\r\n\r\n", b"", "head of the answer"),
                ("headers without end", b"HTTP/1.1 200 OK\r\n", b"X-Header: value\r\n" * 1000, f"head of the answer|{by_itself}"),
                ("a line without end", b"", b"A" * 65536, "head of the answer"),
                ("a chunk's length without end", chunked, b"0" * 65536, f"larger than|{by_itself}"),
                ("a body without end", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, "larger than")):
            with self.subTest(name):
                exporter = self.watch(RawServer(head, endless))
                wait_polls(exporter, 3, "proxies")
                wait_until(lambda: re.search(words, exporter.log()), 20, f"the log says {words!r}")
                self.assertEqual(metric(exporter, "litellm_up"), 0)
                # The sanitizers need a multiple of it.
                self.assertLess(resident_bytes(exporter), 600e6)
                self.assertEqual(exporter.stop(), 0)

    def test_an_answer_without_a_body(self):
        exporter = self.watch(RawServer(b"HTTP/1.1 204 No Content\r\n\r\n"))
        wait_until(lambda: metric(exporter, "litellm_health_check_status_code", endpoint="readiness") == 204, 20, "204")
        self.assertEqual(metric(exporter, "litellm_up"), 0)

    def test_an_address_of_both_kinds(self):
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n\"I'm alive!\""
        exporter = self.watch(RawServer(answer), host="[::ffff:7f00:1]")
        wait_until(lambda: metric(exporter, "litellm_up") == 1, 20, "the proxy answers")

    def test_a_stop_does_not_wait_for_a_connection(self):
        with full_queue() as port:
            exporter = self.exporter(FAST + f"litellm: {{urls: ['http://127.0.0.1:{port}'], timeout: 60s}}\n", start=False)
            exporter.start()
            wait_until(lambda: is_connecting(exporter, port), 20, "it connects")
            begin = time.monotonic()
            self.assertEqual(exporter.stop(deadline=60), 0)
            self.assertLess(time.monotonic() - begin, 40)

    def test_connecting_takes_no_longer_than_it_may(self):
        with full_queue() as port:
            exporter = self.exporter(FAST + f"litellm: {{urls: ['http://127.0.0.1:{port}'], timeout: 1s}}\n")
            self.assertIn("cannot connect within 1s", exporter.log())

    def test_a_handshake_without_end_takes_no_longer_than_it_may(self):
        server = Dripper()
        self.addCleanup(server.stop)
        exporter = self.exporter(FAST + f"litellm: {{urls: ['https://127.0.0.1:{server.port}'], timeout: 1s}}\n")
        self.assertIn("cannot connect within 1s", exporter.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)

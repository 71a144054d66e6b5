# SPDX-License-Identifier: Apache-2.0
"""Answers of a proxy that would hurt who reads them: without end, without sense, from odd addresses."""

import contextlib
import os
import socket
import threading
import time
import unittest
from pathlib import Path

from harness import FAST, IntegrationCase, metric, wait_polls, wait_until


class RawServer:
    """Answers every connection with the same bytes, again and again if asked, whatever was requested."""

    def __init__(self, head, endless=b""):
        self._head, self._endless = head, endless
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=(self._listener.accept()[0],)).start()

    def _answer(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            connection.recv(65536)
            connection.sendall(self._head)
            while self._endless:
                connection.sendall(self._endless)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)

    def stop(self):
        # A close alone would not wake the thread that waits for a connection.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


class Dripper(RawServer):
    """Begins a TLS handshake whose first message never ends, a byte now and then."""

    def __init__(self):
        super().__init__(b"")

    def _answer(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x40\x00")
            while True:
                connection.sendall(b"\x02")
                time.sleep(0.1)


@contextlib.contextmanager
def full_queue():
    """A port where a connection is neither made nor refused, as behind a firewall that drops packets."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            one = sockets.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


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
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for name, head, endless, words in (
                ("a status line of 300 kB", b"HTTP/1.1 200 " + b"A" * 300_000 + b"\r\n\r\n", b"", "head of the answer"),
                ("headers without end", b"HTTP/1.1 200 OK\r\n", b"X-Header: value\r\n" * 1000, "head of the answer"),
                ("a line without end", b"", b"A" * 65536, "head of the answer"),
                ("a chunk's length without end", chunked, b"0" * 65536, "larger than"),
                ("a body without end", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, "larger than")):
            with self.subTest(name):
                exporter = self.watch(RawServer(head, endless))
                wait_polls(exporter, 3, "proxies")
                wait_until(lambda: words in exporter.log(), 20, f"the log says {words!r}")
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

# SPDX-License-Identifier: Apache-2.0
"""Servers that answer as no proxy should."""

import contextlib
import socket
import threading
import time


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

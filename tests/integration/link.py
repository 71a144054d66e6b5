# SPDX-License-Identifier: Apache-2.0
"""A network between a client and a server that can be cut, slow, or lead elsewhere."""

import contextlib
import select
import socket
import threading
import time


class Link:
    """Forwards connections to its own port to 127.0.0.1:`target`; a new target is for new connections."""

    def __init__(self, target):
        self.target = target
        # Seconds that each packet takes.
        self.delay = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        # Set while packets pass.
        self._whole = threading.Event()
        self._whole.set()
        self._closed = False
        self._sockets = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Packets vanish and nobody is told: new connections are taken, as a kernel's backlog does, and lead nowhere."""
        self._whole.clear()

    def mend(self):
        self._whole.set()

    def reset(self):
        """Ends all connections; both sides are told."""
        for one in list(self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._closed = True
        self._whole.set()
        self._listener.close()
        self.reset()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, contextlib.suppress(OSError):
            self._whole.wait()
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                self._sockets |= {client, server}
                try:
                    while self._pass_on(client, server):
                        pass
                finally:
                    self._sockets -= {client, server}

    def _pass_on(self, client, server):
        readable, _, _ = select.select([client, server], [], [], 0.2)
        self._whole.wait()
        for one in readable:
            if not (data := one.recv(65536)):
                return False
            if self.delay:
                time.sleep(self.delay)
            (server if one is client else client).sendall(data)
        return not self._closed

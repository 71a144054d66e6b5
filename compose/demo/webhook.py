# SPDX-License-Identifier: Apache-2.0
"""Stands in for the services that wake people: takes Alertmanager's webhooks and remembers them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .ports import free_port

_LARGEST = 10_000_000


class WebhookReceiver:
    """`pages` holds (role, notification) in the order of arrival; the role is the path."""

    def __init__(self, token="token", port=None, host="127.0.0.1"):
        self.port = port or free_port()
        self.address = f"{host}:{self.port}"
        self._host = host
        self.token = token
        self.pages = []
        self._server = None

    def start(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = min(int(self.headers.get("Content-Length", 0)), _LARGEST)
                body = self.rfile.read(length)
                known = self.headers.get("Authorization") == f"Bearer {receiver.token}"
                if known:
                    receiver.pages.append((self.path.strip("/"), json.loads(body)))
                self.send_response(200 if known else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer((self._host, self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def alerts(self, status, begin=0):
        """(role, alert) of every alert of this status in the notifications since the `begin`th."""
        return [(role, alert) for role, page in list(self.pages)[begin:] for alert in page["alerts"]
                if alert["status"] == status and role != "deadman"]

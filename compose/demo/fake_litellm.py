# SPDX-License-Identifier: Apache-2.0
"""A fake of LiteLLM's health endpoints, answering as the real ones do; it serves no models."""

import contextlib
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .ports import free_port

VERSION = "1.105.0"
KEY = "sk-fake-master-key"

_READY = {"status": "healthy", "db": "connected"}
_DETAILS = {**_READY, "cache": "local", "litellm_version": VERSION, "success_callbacks": []}
_OLD = {"status": "connected", "db": "connected", "cache": None, "litellm_version": "1.80.0"}
_MODELS = {"data": [{"model_name": "gpt-4o-mini", "model_info": {"id": "deployment-1", "db_model": False},
                     "litellm_params": {"model": "openai/gpt-4o-mini"}}]}
_HEALTH = {"healthy_endpoints": [{"model": "openai/gpt-4o-mini", "model_id": "deployment-1"}],
           "unhealthy_endpoints": [{"model": "openai/o4-mini", "model_id": "deployment-2", "error": "no"}],
           "healthy_count": 1, "unhealthy_count": 1}

# Path to (needs a key, document).
_NEW_ANSWERS = {
    "/health/liveliness": (False, "I'm alive!"),
    "/health/readiness": (False, _READY),
    "/health/readiness/details": (True, _DETAILS),
    "/health/backlog": (True, {"in_flight_requests": 3, "admitted_requests": 0, "queued_requests": 0}),
    "/model/info": (True, _MODELS),
    "/health": (True, _HEALTH),
}
_OLD_ANSWERS = {
    "/health/liveliness": (False, "I'm alive!"),
    "/health/readiness": (False, _OLD),
    "/model/info": (True, _MODELS),
}


class FakeLitellm:
    """Listens from start() to stop(), on a free port of 127.0.0.1 unless told otherwise. `mode` may change at any time:

    good, old (v1.80), not_ready (its database is gone), lying (another server's 200), garbage (a 200
    of no HTTP), huge, redirect, hang (never answers), drip (a byte now and then).
    """

    def __init__(self, mode="good", key=KEY, certificate=None, host="127.0.0.1", port=None):
        self.mode = mode
        self.key = key
        self.port = port or free_port()
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        self.requests = []      # (path, value of the Authorization header)
        self._released = threading.Event()
        self._certificate = certificate
        self._host = host
        self._server = None

    def start(self):
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                fake.requests.append((self.path, self.headers.get("Authorization")))
                # Clients leave when their time is up.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    fake._answer(self)

            def log_message(self, *_):
                pass

        self._released.clear()
        self._server = ThreadingHTTPServer((self._host, self.port), Handler)
        self._server.daemon_threads = True
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._released.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def paths(self):
        return {path for path, _ in self.requests}

    def _answer(self, handler):
        mode = self.mode
        if mode == "hang":
            self._released.wait(60)
        elif mode == "drip":
            handler.send_response(200)
            handler.end_headers()
            while not self._released.wait(0.2):
                handler.wfile.write(b" ")
        elif mode == "garbage":
            handler.wfile.write(b"\x00\xff not HTTP at all\r\n\r\n")
        elif mode == "huge":
            _send(handler, 200, b"[" + b"1," * 5_000_000 + b"1]")
        elif mode == "redirect":
            handler.send_response(302)
            handler.send_header("Location", "/health/drain")
            handler.end_headers()
        elif mode == "lying":
            _send(handler, 200, b"<html>It works!</html>")
        else:
            self._answer_as_litellm(handler, mode)

    def _answer_as_litellm(self, handler, mode):
        answers = _OLD_ANSWERS if mode == "old" else _NEW_ANSWERS
        needs_key, document = answers.get(handler.path, (False, None))
        if document is None:
            _send_json(handler, 404, {"detail": "Not Found"})
        elif needs_key and handler.headers.get("Authorization") != f"Bearer {self.key}":
            _send_json(handler, 401, {"error": {"message": "Authentication Error", "code": "401"}})
        elif mode == "not_ready" and handler.path.startswith("/health/readiness"):
            _send_json(handler, 503, {"status": "healthy", "db": "disconnected"})
        else:
            _send_json(handler, 200, document)


def _send_json(handler, status, document):
    _send(handler, status, json.dumps(document).encode(), "application/json")


def _send(handler, status, body, kind="text/html"):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)

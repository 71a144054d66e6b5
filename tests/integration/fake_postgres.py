# SPDX-License-Identifier: Apache-2.0
"""A fake PostgreSQL server that speaks just enough of the protocol to be hostile. Not a database."""

import socket
import struct
import threading

_SSL_REQUEST = 80877103


def message(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


def row_description(*names):
    body = struct.pack("!H", len(names))
    for name in names:
        body += name.encode() + b"\0" + struct.pack("!IHIhih", 0, 0, 25, -1, -1, 0)
    return message(b"T", body)


def data_row(*values):
    body = struct.pack("!H", len(values))
    for value in values:
        body += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
    return message(b"D", body)


def error(words, code="XX000", severity="ERROR"):
    return message(b"E", b"S" + severity.encode() + b"\0C" + code.encode() + b"\0M" + words + b"\0\0")


def answer(*rows):
    """The rows of a SELECT."""
    width = max((len(row) for row in rows), default=1)
    return row_description(*["c"] * width) + b"".join(data_row(*row) for row in rows) + message(b"C", b"SELECT\0")


def copy(*lines, columns):
    return (message(b"H", struct.pack("!bH", 0, columns) + struct.pack("!H", 0) * columns)
            + b"".join(message(b"d", line) for line in lines) + message(b"c") + message(b"C", b"COPY\0"))


def ready(state=b"T"):
    return message(b"Z", state)


class FakePostgres:
    """Answers each query with what `reply(sql)` returns: bytes of the protocol, which a ReadyForQuery follows, or a
    pair of bytes and None, which the end of the connection follows."""

    def __init__(self, reply):
        self.reply = reply
        self.queries = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self):
        return f"postgresql://exporter@127.0.0.1:{self.port}/litellm?sslmode=disable"

    def stop(self):
        self._stopped.set()
        self._listener.close()

    def _accept(self):
        while not self._stopped.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with client, client.makefile("rb") as stream:
                self._log_in(client, stream)
                while kind := stream.read(1):
                    size = struct.unpack("!I", stream.read(4))[0]
                    body = stream.read(size - 4)
                    if kind != b"Q":
                        return
                    sql = body.rstrip(b"\0").decode("utf-8", "replace")
                    self.queries.append(sql)
                    reply = self.reply(sql)
                    if isinstance(reply, tuple):
                        client.sendall(reply[0])
                        return
                    client.sendall(reply + ready())
        except (OSError, struct.error):
            pass

    def _log_in(self, client, stream):
        size, code = struct.unpack("!II", stream.read(8))
        stream.read(size - 8)
        if code == _SSL_REQUEST:
            client.sendall(b"N")
            return self._log_in(client, stream)
        parameters = b"".join(message(b"S", name + b"\0" + value + b"\0") for name, value in (
            (b"server_encoding", b"UTF8"), (b"client_encoding", b"UTF8"), (b"server_version", b"15.0"),
            (b"standard_conforming_strings", b"on")))
        client.sendall(message(b"R", struct.pack("!I", 0)) + parameters + message(b"K", struct.pack("!II", 1, 2))
                       + ready(b"I"))
        return None

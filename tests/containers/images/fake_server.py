#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A fake of a server: fake_server.py PORT DIRECTORY FILE... answers 200 to everything once it has written into
the directory and read each of the files, as the real one must."""

import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"# TYPE fake gauge\nfake 1\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main(port, directory, *files):
    # The first process of a container ends by no signal that it does not ask for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    (Path(directory) / "written").write_text("yes\n", encoding="ascii")
    for file in files:
        if not Path(file).read_bytes():
            sys.exit(f"{file} is empty")
    print(f"a fake: has read {len(files)} files", flush=True)
    ThreadingHTTPServer(("", int(port)), Handler).serve_forever()


main(*sys.argv[1:])

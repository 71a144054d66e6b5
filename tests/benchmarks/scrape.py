# SPDX-License-Identifier: Apache-2.0
"""How long a scrape takes, beside nginx with the same bytes as a file: plain and gzip, one client and 16.
Prints figures, never fails. Needs nginx and wrk.

usage: scrape.py [SERIES]..., default 1000 10000 100000
"""

import re
import statistics
import subprocess
import sys
from pathlib import Path

from measured import measured_cluster
from tags import counted_tags, exporter_of, fill_tags
from demo.ports import free_port
from demo.process import Process, wait_until
from demo.web import request

# Exporter and nginx take turns, so that both meet the same machine.
ROUNDS = 5
SECONDS = 3
NGINX = """
daemon off; worker_processes 2; pid {directory}/nginx.pid; error_log {directory}/error.log;
events {{}}
http {{
  access_log off; sendfile on; default_type text/plain; client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port}; root {directory}; }}
}}
"""
UNITS = {"us": 0.001, "ms": 1, "s": 1000}


def slowest(url, clients, headers):
    """Milliseconds within which 99 of 100 answers were complete."""
    answer = subprocess.run(
        ["wrk", "--latency", "--threads", "1", "--connections", str(clients), "--duration", f"{SECONDS}s",
         "--timeout", "30s", *headers, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in answer or "Socket errors" in answer:
        raise RuntimeError(f"{url}: {answer}")
    amount, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s)\b", answer).groups()
    return float(amount) * UNITS[unit]


def compare(series, exporter, files, port):
    for name, file, headers in (("plain", "page", []), ("gzip", "page.gz", ["-H", "Accept-Encoding: gzip"])):
        size = (files / file).stat().st_size
        for clients in (1, 16):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(slowest(f"{exporter.url}/metrics", clients, headers))
                theirs.append(slowest(f"http://127.0.0.1:{port}/{file}", clients, []))
            p99, other = statistics.median(ours), statistics.median(theirs)
            print(f"{series} series, {name}, {size / 1e6:.2f} MB, {clients} client(s): p99 {p99:.2f} ms,"
                  f" nginx {other:.2f} ms, ratio {p99 / other:.2f}", flush=True)


def measure(cluster, scratch, series):
    scratch.mkdir()
    scratch.chmod(0o755)
    exporter = exporter_of(cluster, scratch)
    files = scratch / "files"
    files.mkdir(mode=0o755)
    port = free_port()
    (files / "nginx.conf").write_text(NGINX.format(directory=files, port=port), encoding="utf-8")
    nginx = None
    try:
        fill_tags(cluster, series // 2)
        wait_until(lambda: counted_tags(exporter) == series // 2, 300, "all tags are counted")
        (files / "page").write_bytes(request(exporter.url + "/metrics")[2])
        (files / "page.gz").write_bytes(request(exporter.url + "/metrics", headers={"Accept-Encoding": "gzip"})[2])
        nginx = Process.start(["nginx", "-c", str(files / "nginx.conf"), "-e", "stderr"], scratch / "nginx.log")
        wait_until(lambda: request(f"http://127.0.0.1:{port}/page")[0] == 200, 10, "nginx serves")
        compare(series, exporter, files, port)
    finally:
        if nginx:
            nginx.stop()
        exporter.stop()


def main():
    with measured_cluster() as (cluster, scratch):
        Path(scratch).chmod(0o755)
        for series in [int(word) for word in sys.argv[1:]] or [1000, 10_000, 100_000]:
            cluster.query('TRUNCATE "LiteLLM_SpendLogs"', database="litellm")
            measure(cluster, scratch / str(series), series)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""How long a page of 100 000 series takes, beside nginx with the same bytes as a file. Prints
figures, never fails. Needs nginx.

usage: page.py [SERIES, default 100000]
"""

import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import EXPORTER_ROLE, metric  # noqa: E402
from rows import insert  # noqa: E402
from demo.exporter import Exporter  # noqa: E402
from demo.ports import free_port  # noqa: E402
from demo.postgres import Cluster  # noqa: E402
from demo.process import Process, wait_until  # noqa: E402
from demo.scratch import scratch_directory  # noqa: E402
from demo.web import request  # noqa: E402

ROUNDS = 40
NGINX = """
daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/error.log;
events {{}}
http {{
  access_log off; sendfile on; default_type text/plain; client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port}; root {directory}; }}
}}
"""


def fetch_milliseconds(urls, flags):
    """The median time of each URL, fetched in turns so that both meet the same machine."""
    times = {url: [] for url in urls}
    for _ in range(ROUNDS):
        for url in urls:
            answer = subprocess.run(
                ["curl", "--silent", "--fail", *flags, "--output", "/dev/null", "--write-out",
                 "%{time_total}", url], capture_output=True, text=True, check=True)
            times[url].append(float(answer.stdout) * 1000)
    return [statistics.median(times[url]) for url in urls]


def main():
    series = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with scratch_directory() as scratch:
        scratch = Path(scratch)
        cluster = Cluster.create(scratch / "postgres", durable=False)
        nginx = None
        try:
            cluster.create_database("litellm")
            (scratch / "exporter").mkdir()
            exporter = Exporter(scratch / "exporter", cluster.url(EXPORTER_ROLE, "litellm"), config=(
                "database: {poll_interval: 5s}\nlimits: {series_per_family: 1000000}\n"))
            exporter.start()
            exporter.wait_ready()
            connection = cluster.connect(database="litellm")
            for start in range(0, series // 2, 1000):
                insert(connection, [{"request_tags": [f"tag-{start + n:06}"]} for n in range(1000)])
            wait_until(lambda: metric(exporter, "litellm_tag_requests_total") == series // 2, 120,
                       "all tags are counted")
            page = request(exporter.url + "/metrics")[2]
            packed = request(exporter.url + "/metrics", headers={"Accept-Encoding": "gzip"})[2]
            files = scratch / "files"
            files.mkdir(mode=0o755)
            scratch.chmod(0o755)
            (files / "page").write_bytes(page)
            (files / "page.gz").write_bytes(packed)
            port = free_port()
            (files / "nginx.conf").write_text(NGINX.format(directory=files, port=port),
                                              encoding="utf-8")
            nginx = Process.start(["nginx", "-c", str(files / "nginx.conf"), "-e", "stderr"],
                                  scratch / "nginx.log")
            wait_until(lambda: request(f"http://127.0.0.1:{port}/page")[0] == 200, 10, "nginx serves")
            for name, file, flags in (("plain", "page", []),
                                      ("gzip", "page.gz", ["--header", "Accept-Encoding: gzip"])):
                ours, theirs = fetch_milliseconds(
                    [exporter.url + "/metrics", f"http://127.0.0.1:{port}/{file}"], flags)
                size = len(page if name == "plain" else packed)
                print(f"{page.count(10)} lines, {name}, {size / 1e6:.1f} MB: exporter {ours:.1f} ms,"
                      f" nginx {theirs:.1f} ms, ratio {ours / theirs:.2f}")
            print(f"poll with rendering: "
                  f"{metric(exporter, 'litellm_exporter_collector_duration_seconds', collector='spend_log'):.2f} s;"
                  f" memory {metric(exporter, 'process_resident_memory_bytes') / 1e6:.0f} MB")
            exporter.stop()
        finally:
            if nginx:
                nginx.stop()
            cluster.stop("immediate")


if __name__ == "__main__":
    main()

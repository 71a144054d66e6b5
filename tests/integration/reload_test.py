# SPDX-License-Identifier: Apache-2.0
"""POST /-/reload: who may ask for it, and that nothing else waits for it."""

import http.server
import os
import signal
import socket
import subprocess
import threading
import unittest

from browser import chromium
from harness import FAST, IntegrationCase, metric, patient, wait_polls, wait_until
from rows import insert

ENABLED = ["--web.enable-lifecycle"]
LAST = "litellm_exporter_config_last_reload_success_timestamp_seconds"


class Reload(IntegrationCase):
    def change(self, exporter, text="families: {keys: false}\n"):
        """Writes a configuration that a reload would have to obey."""
        exporter.config_file.write_text(FAST + text, encoding="utf-8")

    def reload(self, exporter, headers=None, method="POST", timeout=60):
        status, answer, body = exporter.get("/-/reload", method=method, headers=headers, timeout=timeout)
        return status, body.decode(), answer

    def test_off_unless_asked_for(self):
        exporter = self.exporter()
        self.change(exporter)
        for method in ("POST", "PUT"):
            status, body, _ = self.reload(exporter, method=method)
            self.assertEqual(status, 403)
            self.assertEqual(body, "Lifecycle API is not enabled: start with --web.enable-lifecycle, or send SIGHUP.\n")
        status, _, headers = self.reload(exporter, method="GET")
        self.assertEqual((status, headers["Allow"]), (405, "POST, PUT"))
        self.assertNotIn("configuration reloaded", exporter.log())
        exporter.send_signal(signal.SIGHUP)
        wait_until(lambda: "configuration reloaded" in exporter.log(), 20, "the reload by SIGHUP")

    def test_the_file_may_allow_it(self):
        exporter = self.exporter(FAST + "web: {enable_lifecycle: true}\n")
        self.assertEqual(self.reload(exporter)[0], 200)

    def test_as_the_guide_says(self):
        """curl -X POST sends neither a body nor its length."""
        exporter = self.exporter(flags=ENABLED)
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=60) as link:
            link.sendall(b"POST /-/reload HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertTrue(link.recv(1000).startswith(b"HTTP/1.1 200 "))
        done = subprocess.run(["curl", "--silent", "--fail", "-X", "POST", exporter.url + "/-/reload"],
                              capture_output=True, text=True, timeout=patient(60), check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "Reloaded.\n"), done.stderr)

    def test_not_for_pages_of_another_origin(self):
        exporter = self.exporter(flags=ENABLED)
        self.change(exporter)
        own, port = exporter.address, exporter.port
        refused = [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": f"http://{own}.evil.example"},
                   {"Origin": f"http://127.0.0.1:{port + 1}"}, {"Origin": f"http://localhost:{port}"},
                   {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                   {"Origin": f"http://{own}", "Sec-Fetch-Site": "cross-site"},
                   # A name of the page's owner that means this machine by now.
                   {"Origin": f"http://evil.example:{port}", "Host": f"evil.example:{port}", "Sec-Fetch-Site": "same-origin"},
                   {"Origin": "http://127.0.0.1.evil.example", "Host": "127.0.0.1.evil.example"},
                   {"Origin": "http://[127.0.0.1", "Host": "[127.0.0.1"}]
        for headers in refused:
            with self.subTest(headers):
                status, body, _ = self.reload(exporter, headers)
                self.assertEqual((status, body), (403, "Not for the pages of another origin.\n"))
        self.assertNotIn("configuration reloaded", exporter.log())
        for headers in ({"Origin": f"http://{own}", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"},
                        {"Origin": f"http://localhost:{port}", "Host": f"localhost:{port}"},
                        {"Origin": f"http://[::1]:{port}", "Host": f"[::1]:{port}"}, {"Host": "litellm-exporter:19400"}):
            with self.subTest(headers):
                self.assertEqual(self.reload(exporter, headers)[0], 200)

    def test_a_page_of_another_origin_in_a_browser(self):
        exporter = self.exporter(flags=ENABLED)
        self.change(exporter)
        page = f"""<title>begun</title><script>
            const target = '{exporter.url}/-/reload';
            Promise.allSettled([
                fetch(target, {{method: 'POST', mode: 'no-cors'}}), fetch(target, {{method: 'POST', mode: 'cors'}}),
                fetch(target, {{method: 'PUT'}}), fetch(target, {{method: 'POST', mode: 'no-cors', referrerPolicy: 'no-referrer'}}),
                fetch('{exporter.url}/metrics', {{mode: 'no-cors'}})
            ]).then(all => {{ document.title = all.map(one => one.status).join(); }});
            </script>"""

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            dom = chromium(self.directory / "chromium", f"http://127.0.0.1:{server.server_port}/",
                           "--virtual-time-budget=20000", "--dump-dom")
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
        # The first, the fourth and the last were sent, whatever came of them; none could be read.
        self.assertIn("<title>fulfilled,rejected,rejected,fulfilled,fulfilled</title>", dom)
        self.assertNotIn("configuration reloaded", exporter.log())
        self.assertEqual(self.reload(exporter)[0], 200)
        self.assertIn("configuration reloaded", exporter.log())

    def test_the_same_configuration_changes_nothing(self):
        secret = self.directory / "the_key"
        secret.write_text("sk-one\n", encoding="utf-8")
        text = FAST + f"litellm: {{urls: ['http://127.0.0.1:1'], key_file: {secret}}}\n"
        exporter = self.exporter(text, flags=ENABLED)
        exporter.config_file.write_text("# Another comment.\n" + text, encoding="utf-8")
        self.assertEqual(self.reload(exporter)[0], 200)
        before = metric(exporter, LAST)
        exporter.send_signal(signal.SIGHUP)
        wait_until(lambda: metric(exporter, LAST) > before, 20, "the reload is known")
        self.assertNotIn("configuration reloaded", exporter.log())
        secret.write_text("sk-two\n", encoding="utf-8")
        self.assertEqual(self.reload(exporter)[0], 200)
        self.assertEqual(exporter.log().count("configuration reloaded"), 1)

    def test_clients_in_a_loop_do_not_stop_the_counting(self):
        exporter = self.exporter(flags=ENABLED)
        connection = self.cluster.connect(database=self.database)
        self.addCleanup(connection.close)
        stop = threading.Event()
        answers = []

        def ask():
            while not stop.is_set():
                answers.append(self.reload(exporter)[0])
        crowd = [threading.Thread(target=ask) for _ in range(4)]
        for one in crowd:
            one.start()
        try:
            for rows in range(1, 4):
                insert(connection, [{}])
                self.wait_total(exporter, rows)
        finally:
            stop.set()
            for one in crowd:
                one.join()
        self.assertIn(200, answers)
        self.assertLessEqual(set(answers), {200, 503})

    def test_one_at_a_time_and_the_page_waits_for_none(self):
        secret = self.directory / "the_pipe"
        secret.write_text("sk-one\n", encoding="utf-8")
        exporter = self.exporter(FAST + f"litellm: {{urls: ['http://127.0.0.1:1'], key_file: {secret}}}\n", flags=ENABLED)
        # Who reads this waits until somebody writes.
        secret.unlink()
        os.mkfifo(secret)
        first = []
        waiting = threading.Thread(target=lambda: first.append(self.reload(exporter)[0]))
        waiting.start()
        writer = wait_until(lambda: os.open(secret, os.O_WRONLY | os.O_NONBLOCK), 30, "the first reads")
        try:
            links = [socket.create_connection(("127.0.0.1", exporter.port), timeout=60) for _ in range(40)]
            for link in links:
                link.sendall(b"POST /-/reload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            for path in ("/metrics", "/-/healthy", "/-/ready", "/status", "/"):
                self.assertEqual(exporter.get(path, timeout=60)[0], 200)
            for link in links:
                answer = link.recv(4096)
                self.assertTrue(answer.startswith(b"HTTP/1.1 503 "), answer)
                self.assertIn(b"Retry-After: 1\r\n", answer)
                link.close()
            wait_polls(exporter, 2)
            self.assertEqual(first, [])
        finally:
            os.write(writer, b"sk-two\n")
            os.close(writer)
            waiting.join()
        self.assertEqual(first, [200])


if __name__ == "__main__":
    unittest.main(verbosity=2)

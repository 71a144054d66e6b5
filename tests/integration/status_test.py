# SPDX-License-Identifier: Apache-2.0
"""The status page: its numbers, its trend across restarts, and what a real browser makes of it."""

import html
import json
import re
import struct
import threading
import unittest
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from browser import chromium
from harness import FAST, IntegrationCase, keep_clear_of, metric, wait_until
from rows import failure, insert

SIZES = {"phone": (390, 844), "laptop": (1280, 900), "wall": (1920, 1080)}
LIGHT, DARK = (255, 255, 255), (0x0F, 0x14, 0x19)
HOSTILE = '<script>alert("model")</script>'


class Status(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.connection = self.cluster.connect(database=self.database)
        self.addCleanup(self.connection.close)

    def cards(self, exporter):
        page = exporter.get("/status")[2].decode()
        return dict(re.findall(r"<h2>(\w+)</h2><b[^>]*>([^<]*)</b>", page))

    def tokens(self, exporter):
        return sum(metric(exporter, f"litellm_{kind}_tokens_total") for kind in ("input", "output"))

    def wait_shown(self, exporter, total):
        self.wait_total(exporter, total)
        wait_until(lambda: self.cards(exporter)["Requests"] == str(total), 20, f"{total} requests on the page")

    def test_it_shows_what_the_metrics_show(self):
        exporter = self.exporter()
        paid = {"spend": 1.25, "prompt_tokens": 100, "completion_tokens": 50}
        insert(self.connection, [paid, paid, {**paid, "model_group": HOSTILE}, failure()])
        self.wait_shown(exporter, 4)
        self.assertEqual(self.cards(exporter), {
            "Requests": "4", "Tokens": f"{self.tokens(exporter):.0f}", "Spend": "$3.75", "Errors": "25.00 %"})
        status, headers, body = exporter.get("/status")
        page = body.decode()
        self.assertEqual(status, 200)
        self.assertIn("gpt-4o-mini", page)
        self.assertNotIn(HOSTILE, page)
        self.assertIn(html.escape(HOSTILE), page)
        # Nothing from elsewhere.
        self.assertNotRegex(page, r'(?:src|href)="(?!/[a-z"]|data:)|url\(|https?://(?!www\.w3\.org/2000/svg)|@import')
        policy = headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertEqual(exporter.get("/status", method="HEAD")[0], 200)
        self.assertEqual(exporter.get("/status", method="POST")[0], 405)
        self.assertEqual(exporter.get("/status/")[0], 200)

    def test_it_says_that_no_proxy_answers(self):
        exporter = self.exporter(FAST + "litellm: {urls: ['http://127.0.0.1:1'], poll_interval: 1s}\n")
        wait_until(lambda: "\u2717 0 of 1 proxies answer" in html.unescape(exporter.get("/status")[2].decode()), 20, "the dead proxy")

    def test_frames_are_a_matter_of_configuration(self):
        exporter = self.exporter(FAST + "web: {frame_ancestors: ['https://www.example.org', 'https://*.example.net']}\n")
        policy = exporter.get("/status")[1]["Content-Security-Policy"]
        self.assertTrue(policy.endswith("frame-ancestors https://www.example.org https://*.example.net"), policy)
        self.assertIn("frame-ancestors 'none'", exporter.get("/")[1]["Content-Security-Policy"])

    def test_the_trend_is_remembered(self):
        keep_clear_of(3600)
        exporter = self.exporter()
        insert(self.connection, [{}] * 7)
        self.wait_shown(exporter, 7)
        exporter.kill()
        # As if it had begun two days ago, with 5 requests counted until yesterday.
        trend = exporter.state / "trend.json"
        last, = json.loads(trend.read_text(encoding="utf-8"))
        days_ago = [{**last, "hour": last["hour"] - 24 * days, "at": last["at"] - 86400 * days, "requests": requests}
                    for days, requests in ((2, 0), (1, 5))]
        trend.write_text(json.dumps([*days_ago, {**last, "requests": 6}]), encoding="utf-8")
        insert(self.connection, [{}] * 3)
        exporter.start()
        exporter.wait_ready()
        self.wait_total(exporter, 10)
        wait_until(lambda: self.cards(exporter)["Requests"] == "5", 20, "the requests of the last day")
        page = exporter.get("/status")[2].decode()
        counts = [int(count) for count in re.findall(r"UTC: (\d+) requests", page)]
        # The exporter was there in three hours of the week, and has been away or not yet there else.
        self.assertIn(len(counts), (2, 3))
        self.assertIn("no exporter", page)
        self.assertEqual(sum(counts), 10)
        self.assertRegex(page, r"since \w{3} \d\d:00 UTC")

    def test_a_damaged_trend_stops_nothing(self):
        exporter = self.exporter(start=False)
        (exporter.state / "trend.json").write_text("[{", encoding="utf-8")
        exporter.start()
        exporter.wait_ready()
        self.assertEqual(self.cards(exporter)["Requests"], "0")
        self.assertIn("the trend of the status page starts anew", exporter.log())


class Browser(IntegrationCase):
    """Debian's Chromium, headless."""

    def setUp(self):
        super().setUp()
        self.subject = self.exporter()
        connection = self.cluster.connect(database=self.database)
        self.addCleanup(connection.close)
        insert(connection, [{"spend": 2, "model_group": f"a-model-with-quite-a-long-name-{n}"} for n in range(12)] + [failure()])
        self.wait_total(self.subject, 13)
        wait_until(lambda: b"<b>13</b>" in self.subject.get("/status")[2], 20, "13 requests on the page")

    def chromium(self, url, *flags):
        return chromium(self.directory / "chromium", url, *flags)

    def test_light_and_dark_at_three_sizes(self):
        for name, (width, height) in SIZES.items():
            for colour, flags in ((LIGHT, []), (DARK, ["--force-dark-mode", "--enable-features=WebContentsForceDark"])):
                with self.subTest(name, colour=colour):
                    shot = self.directory / f"{name}-{len(flags)}.png"
                    self.chromium(self.subject.url + "/status", f"--window-size={width},{height}", f"--screenshot={shot}", *flags)
                    size, corner = look(shot)
                    self.assertEqual(size, (width, height))
                    self.assertEqual(corner, colour)

    def test_nothing_is_wider_than_a_phone(self):
        page = self.subject.get("/status")[2].decode()
        ruler = "<script>document.title = 'wide ' + document.documentElement.scrollWidth</script></body>"
        with pages(lambda count: (page.replace("</body>", ruler), {})) as server:
            dom = self.chromium(server.url, "--window-size=390,844", "--dump-dom")
        wide = int(re.search(r"<title>wide (\d+)</title>", dom)[1])
        # Chromium's window is at least 500 wide, unless it takes a screenshot.
        self.assertLessEqual(wide, 500)

    def test_it_refreshes_itself_under_its_own_policy(self):
        """The exporter's own page and header, with another number from the second request on."""
        _, headers, body = self.subject.get("/status")
        policy = {"Content-Security-Policy": headers["Content-Security-Policy"]}
        text = body.decode()
        self.assertIn("<b>13</b>", text)
        with pages(lambda count: (text if count == 1 else text.replace("<b>13</b>", "<b>4711</b>"), policy)) as server:
            dom = self.chromium(server.url, "--virtual-time-budget=40000", "--dump-dom")
            self.assertGreaterEqual(server.count, 2)
        self.assertIn("<b>4711</b>", dom)
        self.assertIn('hidden=""', re.search(r'<p id="stale"[^>]*>', dom)[0])

    def test_a_refresh_leaves_the_reader_in_place(self):
        """What did not change stays the same node, scrolled and focused as it was; the open table stays open."""
        text = self.subject.get("/status")[2].decode()
        script = """<script>
            const table = document.querySelector('.scroll'), marked = document.querySelectorAll('main *');
            document.querySelector('details').open = true;
            table.scrollLeft = 60;
            table.focus();
            const left = table.scrollLeft;
            setTimeout(() => document.title = [left > 0 && table.scrollLeft === left, document.activeElement === table,
                document.querySelector('details').open, [...marked].filter(node => !node.isConnected).length].join(), 35000);
            </script></body>"""
        later = re.sub(r"<time[^<]*</time>", "<time>later</time>", text).replace("<td>13</td>", "<td>14</td>")
        self.assertIn("<td>14</td>", later)
        with pages(lambda count: ((text if count == 1 else later).replace("</body>", script), {})) as server:
            dom = self.chromium(server.url, "--window-size=500,844", "--virtual-time-budget=40000", "--dump-dom")
            self.assertGreaterEqual(server.count, 2)
        self.assertIn("<time>later</time>", dom)
        self.assertIn("<td>14</td>", dom)
        self.assertIn("<title>true,true,true,0</title>", dom)

    def test_a_sandboxed_frame_loads_itself_anew(self):
        """It has no origin, so that it may not fetch even its own page."""
        _, headers, body = self.subject.get("/status")
        policy = {"Content-Security-Policy": re.sub("frame-ancestors.*", "frame-ancestors *", headers["Content-Security-Policy"])}
        with pages(lambda count: (body.decode(), policy)) as inner:
            frame = f'<iframe sandbox="allow-scripts" src="{inner.url}"></iframe>'
            with pages(lambda count: (frame, {})) as outer:
                # Virtual time does not reach the frames of another process.
                self.chromium(outer.url, "--disable-features=IsolateSandboxedIframes", "--virtual-time-budget=40000", "--dump-dom")
        self.assertGreaterEqual(len(inner.wanted), 2)
        self.assertEqual(set(inner.wanted), {"iframe"})

    def test_it_says_when_the_exporter_is_gone(self):
        _, headers, body = self.subject.get("/status")
        policy = {"Content-Security-Policy": headers["Content-Security-Policy"]}
        with pages(lambda count: (body.decode(), policy) if count == 1 else None) as server:
            dom = self.chromium(server.url, "--virtual-time-budget=40000", "--dump-dom")
        self.assertNotIn("hidden", re.search(r'<p id="stale"[^>]*>', dom)[0])
        self.assertIn("<b>13</b>", html.unescape(dom))


class pages:
    """A server on loopback: `page(n)` is (text, headers) of the n-th request, or None for a 503.

    `wanted` is what the browser asked for each time: a document, an iframe, or "empty" for a script.
    """

    def __init__(self, page):
        self.count = 0
        self.wanted = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path != "/":
                    return self.send_error(404)
                outer.count += 1
                outer.wanted.append(self.headers["Sec-Fetch-Dest"])
                answer = page(outer.count)
                if answer is None:
                    return self.send_error(503)
                self.send_response(200)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **answer[1]}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer[0].encode())

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._server.server_close()


def look(path):
    """(width, height) of a PNG and the colour of its first pixel, which no filter changes."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG"), path
    size = struct.unpack(">II", data[16:24])
    packed = b""
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += 12 + length
    return size, tuple(zlib.decompress(packed)[1:4])


if __name__ == "__main__":
    unittest.main(verbosity=2)

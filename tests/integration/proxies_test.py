# SPDX-License-Identifier: Apache-2.0
"""Proxies that are up, not ready, dead, hanging or lying; LiteLLM's answers come from a fake."""

import itertools
import json
import subprocess
import time
import unittest

from harness import FAST, IntegrationCase, metric, parse_page, patient, wait_polls, wait_until
from demo.fake_litellm import KEY, VERSION, FakeLitellm

FORBIDDEN = {"/health/drain", "/health/services", "/health/test_connection"}


def config(*urls, key=KEY, more="", timeout="20s"):
    return (FAST + f"litellm: {{urls: [{', '.join(urls)}], poll_interval: 1s, timeout: {timeout}"
            + (f", key: {key}" if key else "") + more + "}\n")


class Proxies(IntegrationCase):
    def fake(self, mode="good", **options):
        fake = FakeLitellm(mode, **options)
        fake.start()
        self.addCleanup(fake.stop)
        return fake

    def start(self, fake):
        fake.start()
        self.addCleanup(fake.stop)
        return fake

    def wait_metric(self, exporter, value, name, **labels):
        wait_until(lambda: has(exporter, name, **labels) and metric(exporter, name, **labels) == value,
                   20, f"{name}{labels} is {value}")

    def test_two_proxies_of_two_versions_with_a_key(self):
        new, old = self.fake(), self.fake("old")
        exporter = self.exporter(config(new.url, old.url))
        for fake in (new, old):
            for name in ("litellm_up", "litellm_ready", "litellm_proxy_database_connected"):
                self.wait_metric(exporter, 1, name, proxy=fake.url)
            for endpoint in ("liveliness", "readiness"):
                self.wait_metric(exporter, 200, "litellm_health_check_status_code", proxy=fake.url,
                                 endpoint=endpoint)
        self.wait_metric(exporter, 1, "litellm_proxy_info", proxy=new.url, version=VERSION)
        self.wait_metric(exporter, 1, "litellm_proxy_info", proxy=old.url, version="1.80.0")
        self.wait_metric(exporter, 2, "litellm_proxy_requests_in_flight", proxy=new.url)
        self.assertFalse(has(exporter, "litellm_proxy_requests_in_flight", proxy=old.url))
        for fake in (new, old):
            self.assertFalse(fake.paths() & FORBIDDEN)
            self.assertNotIn("/health", fake.paths())
        self.assertNotIn(KEY, exporter.page() + exporter.log() + exporter.get("/")[2].decode())
        # What needs no key never carries it.
        self.assertEqual({header for path, header in new.requests if path.endswith(("liness", "readiness"))},
                         {None})

    def test_every_way_to_be_sick_is_told_apart(self):
        fake = self.fake()
        exporter = self.exporter(config(fake.url, key=None, timeout="3s"))
        self.wait_metric(exporter, 1, "litellm_up")
        for mode, up, code, words in (
                ("not_ready", 1, 503, "answers 503"),
                ("lying", 0, 200, "not as LiteLLM does"),
                ("garbage", 0, 0, "not HTTP"),
                ("huge", 0, 200, "larger than"),
                ("redirect", 0, 302, "a redirect"),
                ("hang", 0, 0, "no complete answer within"),
                ("drip", 0, 200, "no complete answer within")):
            with self.subTest(mode=mode):
                fake.mode = mode
                self.wait_metric(exporter, code, "litellm_health_check_status_code", endpoint="readiness")
                self.wait_metric(exporter, 0, "litellm_ready")
                self.wait_metric(exporter, up, "litellm_up")
                # Only an answer that names the database says anything of it.
                if mode == "not_ready":
                    self.wait_metric(exporter, 0, "litellm_proxy_database_connected")
                else:
                    wait_until(lambda: not has(exporter, "litellm_proxy_database_connected"), 20, "nothing is known of it")
                wait_until(lambda: words in exporter.log(), 10, f"the log says {words!r}")
        fake.stop()
        wait_until(lambda: "cannot connect: refused" in exporter.log(), 20, "the log names the refusal")
        self.wait_metric(exporter, 0, "litellm_up")
        wait_polls(exporter, 3, "proxies")
        # Said when it changed, not at each poll: once for each endpoint.
        self.assertEqual(exporter.log().count("cannot connect: refused"), 2)
        fake.mode = "good"
        fake.start()
        self.wait_metric(exporter, 1, "litellm_ready")
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="proxies"), 1)
        self.assertFalse(fake.paths() & FORBIDDEN)

    def test_one_that_hangs_delays_no_other(self):
        good, hanging = self.fake(), self.fake("hang")
        exporter = self.exporter(config(good.url, hanging.url, "http://127.0.0.1:9", timeout="3s"))
        self.wait_metric(exporter, 0, "litellm_up", proxy=hanging.url)
        self.wait_metric(exporter, 1, "litellm_up", proxy=good.url)
        self.wait_metric(exporter, 0, "litellm_up", proxy="http://127.0.0.1:9")

    def test_neither_page_nor_stop_waits_for_a_proxy(self):
        hanging = self.fake("hang")
        # It is ready only once the proxy has answered.
        exporter = self.exporter(config(hanging.url).replace("20s", "60s"), start=False)
        exporter.start()
        wait_until(hanging.paths, 20, "the proxy is asked")
        for _ in range(5):
            # The first probe has not ended: what was answered here did not wait for it.
            self.assertFalse(has(exporter, "litellm_up"))
        begin = time.monotonic()
        self.assertEqual(exporter.stop(deadline=90), 0)
        self.assertLess(time.monotonic() - begin, 40, "a stop gets through to a proxy that hangs")

    def test_a_refused_key_is_not_shown_again_and_again(self):
        fake = self.fake(key="sk-another-key")
        exporter = self.exporter(config(fake.url))
        wait_polls(exporter, 4, "proxies")
        self.assertEqual(metric(exporter, "litellm_up"), 1)
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="proxies"), 0)
        self.assertIn("refuses litellm.key", exporter.log())
        # Once for each path: a key may be good for one and not for another.
        shown = [path for path, header in fake.requests if header]
        self.assertEqual(len(shown), len(set(shown)), shown)
        self.assertNotIn(KEY, exporter.page() + exporter.log())

    def test_probes_that_want_the_key_get_it(self):
        for paths in ({"/health/readiness"}, {"/health/readiness", "/health/liveliness"}):
            for code in (401, 403):
                with self.subTest(paths=paths, code=code):
                    closed, open_one = self.start(Closed(paths, code)), self.fake()
                    exporter = self.exporter(config(closed.url + "/llm/", open_one.url))
                    for name in ("litellm_up", "litellm_ready", "litellm_proxy_database_connected"):
                        self.wait_metric(exporter, 1, name, proxy=closed.url + "/llm")
                    self.wait_metric(exporter, 200, "litellm_health_check_status_code", proxy=closed.url + "/llm",
                                     endpoint="readiness")
                    wait_polls(exporter, 3, "proxies")
                    # Once it is known, the question without the key is left out.
                    self.assertEqual([header for path, header in closed.requests if path in paths].count(None), len(paths))
                    self.assertEqual({header for path, header in open_one.requests if path in paths}, {None})
                    self.assertNotIn(KEY, exporter.page() + exporter.log())
                    self.assertNotIn("WARN", exporter.log().upper())

    def test_a_probe_that_refuses_the_key_is_called_that(self):
        for key, words in ((None, "answers 401: it wants a key, and there is no litellm.key"),
                           ("sk-of-yesterday", "answers 401: it wants a key, and refuses litellm.key")):
            with self.subTest(key=key):
                closed = self.start(Closed({"/health/readiness"}, 401))
                exporter = self.exporter(config(closed.url, key=key))
                self.wait_metric(exporter, 0, "litellm_ready")
                self.wait_metric(exporter, 1, "litellm_up")
                wait_polls(exporter, 3, "proxies")
                self.assertIn(words, exporter.log())
                self.assertFalse(has(exporter, "litellm_proxy_database_connected"))
                # A new key is tried again after a reload only.
                shown = [path for path, header in closed.requests if header]
                self.assertEqual(shown.count("/health/readiness"), 1 if key else 0)
                self.assertNotIn("sk-of-yesterday", exporter.page() + exporter.log())

    def test_the_key_follows_no_redirect(self):
        other = self.fake()
        closed = self.start(Closed({"/health/readiness"}, 401, location=other.url + "/health/readiness"))
        exporter = self.exporter(config(closed.url))
        self.wait_metric(exporter, 302, "litellm_health_check_status_code", endpoint="readiness")
        wait_polls(exporter, 2, "proxies")
        self.assertIn(f"Bearer {KEY}", {header for path, header in closed.requests if path == "/health/readiness"})
        self.assertEqual(other.requests, [])

    def test_a_key_that_may_not_ask_for_everything_is_used_for_the_rest(self):
        fake = Choosy()
        fake.start()
        self.addCleanup(fake.stop)
        exporter = self.exporter(config(fake.url))
        self.wait_metric(exporter, 1, "litellm_proxy_info", proxy=fake.url, version=VERSION)
        wait_polls(exporter, 2, "proxies")
        for collector in ("proxies", "model_names"):
            self.wait_metric(exporter, 1, "litellm_exporter_collector_success", collector=collector)
        self.assertFalse(has(exporter, "litellm_proxy_requests_in_flight"))
        self.assertEqual(exporter.log().count("/health/backlog"), 1, exporter.log())
        self.assertEqual([path for path, _ in fake.requests].count("/health/backlog"), 1)

    def test_a_key_that_is_no_longer_good_is_seen_at_once(self):
        fake = self.fake()
        exporter = self.exporter(config(fake.url))
        self.wait_metric(exporter, 1, "litellm_exporter_collector_success", collector="model_names")
        self.wait_metric(exporter, 1, "litellm_exporter_collector_success", collector="proxies")
        fake.key = "sk-the-next-one"
        self.wait_metric(exporter, 0, "litellm_exporter_collector_success", collector="proxies")
        self.assertIn("refuses litellm.key", exporter.log())

    def test_a_proxy_that_says_the_key_back_does_not_get_it_published(self):
        fake = Parrot()
        fake.start()
        self.addCleanup(fake.stop)
        exporter = self.exporter(config(fake.url) + "collectors: {model_probe: {enabled: true, poll_interval: 1s}}\n")
        wait_polls(exporter, 2, "proxies")
        wait_polls(exporter, 1, "model_probe")
        self.assertEqual(metric(exporter, "litellm_up"), 1)
        self.assertTrue(has(exporter, "litellm_model_healthy", model="honest"))
        self.assertFalse(has(exporter, "litellm_proxy_info"))
        pages = [exporter.get(path)[2].decode() for path in ("/metrics", "/", "/status")]
        self.assertNotIn(KEY, "".join(pages) + exporter.log())

    def test_a_list_of_models_without_end_is_not_read(self):
        fake = FakeLitellm()
        fake.start()
        self.addCleanup(fake.stop)
        body = json.dumps({"data": [{"model_name": "m" * 4_200_000, "model_info": {"id": "1"}}]}).encode()

        def answer(handler, mode, usual=fake._answer_as_litellm):
            send(handler, body) if handler.path == "/model/info" else usual(handler, mode)
        fake._answer_as_litellm = answer
        # Whether it is read in time is not the question.
        exporter = self.exporter(config(fake.url))
        wait_until(lambda: "/model/info: the answer is larger than" in exporter.log(), 20, "the list is refused")
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="proxies"), 1)

    def test_models_are_called_only_when_asked_for(self):
        fake = self.fake()
        exporter = self.exporter(
            config(fake.url) + "collectors: {model_probe: {enabled: true, poll_interval: 1s}}\n")
        self.wait_metric(exporter, 1, "litellm_model_healthy", model="gpt-4o-mini", model_id="deployment-1")
        self.wait_metric(exporter, 0, "litellm_model_healthy", model="openai/o4-mini", model_id="deployment-2")
        self.assertIn("/health", fake.paths())

    def test_a_reload_does_not_call_the_models_again(self):
        fake = self.fake(key="another")
        text = config(fake.url) + "collectors: {model_probe: {enabled: true, poll_interval: 1h}}\n"
        exporter = self.exporter(text, flags=["--web.enable-lifecycle"])
        others = itertools.count(201)

        def calls():
            return [path for path, _ in fake.requests].count("/health")

        def reload():
            # Another configuration, or nothing would happen.
            exporter.config_file.write_text(f"{text}limits: {{label_bytes: {next(others)}}}\n", encoding="utf-8")
            self.assertEqual(exporter.get("/-/reload", method="POST")[0], 200)
            wait_polls(exporter, 2, "proxies")
        wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total", collector="model_probe") == 1, 20,
                   "the key is refused")
        # What failed is tried again: the reload may be the remedy.
        fake.key = KEY
        reload()
        self.wait_metric(exporter, 1, "litellm_model_healthy", model_id="deployment-1")
        before = calls()
        for _ in range(3):
            reload()
        self.assertEqual(calls(), before)
        self.assertEqual(metric(exporter, "litellm_model_healthy", model_id="deployment-1"), 1)

    def test_models_without_ids_get_their_public_names(self):
        fake = Nameless()
        fake.start()
        self.addCleanup(fake.stop)
        exporter = self.exporter(config(fake.url) + "collectors: {model_probe: {enabled: true, poll_interval: 1s}}\n")
        self.wait_metric(exporter, 0, "litellm_model_healthy", model="chat", model_id="")
        self.wait_metric(exporter, 1, "litellm_model_healthy", model="openai/unlisted", model_id="")
        self.assertFalse(has(exporter, "litellm_model_healthy", model="openai/gpt-4o-mini"))

    def test_wildcards_keep_their_own_names(self):
        fake = self.start(Wild())
        self.sql('INSERT INTO "LiteLLM_HealthCheckTable" (health_check_id, model_name, model_id, status, updated_at)'
                 " VALUES ('1', 'wild/*', 'w', 'healthy', now()), ('2', 'vertex_ai/gemini-*', 'v', 'healthy', now())")
        for collectors in ("model_health: {poll_interval: 1s}", "model_health: {enabled: false}, model_probe:"
                           " {enabled: true, poll_interval: 1s}"):
            with self.subTest(collectors=collectors):
                exporter = self.exporter(config(fake.url) + f"collectors: {{{collectors}}}\n")
                self.wait_metric(exporter, 1, "litellm_exporter_collector_success", collector="model_names")
                self.wait_metric(exporter, 1, "litellm_model_healthy", model="wild/*", model_id="w")
                wait_polls(exporter, 2, "model_probe" if "probe" in collectors else "model_health")
                if "probe" in collectors:
                    self.wait_metric(exporter, 0, "litellm_model_healthy", model="*", model_id="s")
                    self.wait_metric(exporter, 1, "litellm_model_healthy", model="chat", model_id="2")
                else:
                    self.wait_metric(exporter, 1, "litellm_model_healthy", model="vertex_ai/gemini-*", model_id="v")
                for labels in (dict(labels) for name, labels in parse_page(exporter.page()) if name == "litellm_model_healthy"):
                    self.assertEqual(labels["model_id"] in ("w", "s", "v"), "*" in labels["model"], labels)

    def test_a_probe_without_a_key_is_not_silently_left_out(self):
        fake = self.fake()
        exporter = self.exporter(config(fake.url, key=None), flags=["--collector.model_probe"])
        self.assertIn("needs litellm.urls and litellm.key", exporter.log())
        self.assertEqual(exporter.log().count("collector=model_probe"), 1)

    def test_certificates_are_checked_unless_told_otherwise(self):
        certificate = self.make_certificate()
        fake = self.fake(certificate=certificate)
        for more, up, words in (("", 0, "the certificate is not trusted"),
                                (f", ca_file: {certificate[0]}", 1, None),
                                (", insecure_skip_verify: true", 1, None)):
            with self.subTest(more=more):
                exporter = self.exporter(config(fake.url, more=more))
                self.wait_metric(exporter, up, "litellm_up", proxy=fake.url)
                if words:
                    self.assertIn(words, exporter.log())
                exporter.stop()
        plain = self.fake()
        exporter = self.exporter(config(plain.url.replace("http:", "https:")))
        self.wait_metric(exporter, 0, "litellm_up")
        self.assertIn("TLS handshake failed", exporter.log())

    def test_an_expired_certificate_is_called_that(self):
        certificate, key = self.make_certificate()
        expired = self.directory / "expired.pem"
        subprocess.run(["openssl", "x509", "-in", certificate, "-signkey", key, "-days", "0", "-out", expired],
                       check=True, capture_output=True, timeout=patient(60))
        fake = self.fake(certificate=(expired, key))
        exporter = self.exporter(config(fake.url, more=f", ca_file: {expired}"))
        self.wait_metric(exporter, 0, "litellm_up", proxy=fake.url)
        self.assertIn("the certificate is not valid at this time: certificate has expired", exporter.log())
        self.assertNotIn("ca_file", exporter.log())

    def make_certificate(self):
        key, certificate = self.directory / "key.pem", self.directory / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                        certificate], check=True, capture_output=True, timeout=patient(60))
        return certificate, key


class Choosy(FakeLitellm):
    """Its key is not good for one path."""

    def _answer_as_litellm(self, handler, mode):
        if handler.path == "/health/backlog":
            handler.send_error(401)
        else:
            super()._answer_as_litellm(handler, mode)


class Closed(FakeLitellm):
    """Under a root path or not; some of its probes want the key."""

    def __init__(self, paths, code, location=None):
        super().__init__()
        self.closed, self.code, self.location = paths, code, location

    def _answer_as_litellm(self, handler, mode):
        handler.path = handler.path.removeprefix("/llm")
        # What the test reads.
        self.requests[-1] = (handler.path, handler.headers.get("Authorization"))
        if handler.path in self.closed and handler.headers.get("Authorization") != f"Bearer {self.key}":
            handler.send_error(self.code)
        elif handler.path in self.closed and self.location:
            handler.send_response(302)
            handler.send_header("Location", self.location)
            handler.end_headers()
        else:
            super()._answer_as_litellm(handler, mode)


class Wild(FakeLitellm):
    """As 1.110: a wildcard is listed as the 219 models that it stands for, with its id, and checked by one of them."""

    def _answer_as_litellm(self, handler, mode):
        listed = [("wild/gpt-4o", "w", "openai/gpt-4o"), ("wild/o1", "w", "openai/o1"), ("gpt-4o", "s", "openai/gpt-4o"),
                  ("o1", "s", "openai/o1"), ("chat", "2", "openai/gpt-4o"),
                  ("vertex_ai/gemini-1", "v", "vertex_ai/gemini-1"), ("vertex_ai/gemini-2", "v", "vertex_ai/gemini-2")]
        listed += ((f"wild/model-{number}", "w", f"openai/model-{number}") for number in range(217))
        models = [{"model_name": name, "model_info": {"id": id_}, "litellm_params": {"model": called}}
                  for name, id_, called in listed]
        document = {
            "/model/info": {"data": models},
            "/health": {"healthy_endpoints": [{"model": "openai/gpt-4o", "model_id": "w"},
                                              {"model": "openai/gpt-4o", "model_id": "2"}],
                        "unhealthy_endpoints": [{"model": "openai/*", "model_id": "s"}]},
        }.get(handler.path)
        if document is None:
            super()._answer_as_litellm(handler, mode)
        else:
            send(handler, json.dumps(document).encode())


class Parrot(FakeLitellm):
    """Says the key that it was shown, wherever something of it becomes a label."""

    def _answer_as_litellm(self, handler, mode):
        endpoints = [{"model": f"openai/{KEY}", "model_id": "2"}, {"model": "honest", "model_id": "3"},
                     {"model": "other", "model_id": f"id-{KEY}"}]
        document = {
            "/health/readiness/details": {"status": "healthy", "db": "connected", "litellm_version": f"1.0-{KEY}"},
            "/model/info": {"data": [{"model_name": f"name-{KEY}", "model_info": {"id": "3"}}]},
            "/health": {"healthy_endpoints": endpoints, "unhealthy_endpoints": []},
        }.get(handler.path)
        if document is None:
            super()._answer_as_litellm(handler, mode)
        else:
            send(handler, json.dumps(document).encode())


class Nameless(FakeLitellm):
    """As v1.77: /health tells what a deployment calls, and no id. Two deployments have one public name."""

    def _answer_as_litellm(self, handler, mode):
        models = [{"model_name": "chat", "model_info": {"id": str(number)}, "litellm_params": {"model": called}}
                  for number, called in enumerate(("openai/gpt-4o-mini", "azure/gpt-4o-mini"))]
        document = {
            "/model/info": {"data": models},
            "/health": {"healthy_endpoints": [{"model": "openai/gpt-4o-mini"}, {"model": "openai/unlisted"}],
                        "unhealthy_endpoints": [{"model": "azure/gpt-4o-mini", "error": "no"}]},
        }.get(handler.path)
        if document is None:
            super()._answer_as_litellm(handler, mode)
        else:
            send(handler, json.dumps(document).encode())


def send(handler, body):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def has(exporter, name, **labels):
    return any(series == name and labels.items() <= present
               for series, present in parse_page(exporter.page()))


if __name__ == "__main__":
    unittest.main(verbosity=2)

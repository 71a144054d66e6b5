# SPDX-License-Identifier: Apache-2.0
"""The doctor on a healthy set-up and on broken ones: it names the trouble and the remedy."""

import json
import os
import shutil
import socket
import subprocess
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, keep_clear_of, patient, wait_until
from pki import Authority
from rows import insert
from strange_servers import full_queue
from demo.fake_litellm import KEY, FakeLitellm
from demo.ports import free_port
from demo.postgres import ROLE


class Doctor(IntegrationCase):
    def setUp(self):
        super().setUp()
        insert(self.cluster.connect(database=self.database), [{}])
        self.proxy = FakeLitellm()
        self.proxy.start()
        self.addCleanup(self.proxy.stop)

    def examine(self, config=None, code=1, **options):
        """{subject: [(level, message, next step)]} of `doctor --json`."""
        config = config or FAST + f"litellm: {{urls: [{self.proxy.url}], key: {KEY}, timeout: 20s}}\n"
        exporter = self.exporter(config, start=False, **options)
        result = exporter.run("doctor", "--json")
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertNotIn(KEY, result.stdout + result.stderr)
        report = json.loads(result.stdout)
        found = {}
        for check in report["checks"]:
            # Whatever is wrong comes with its remedy.
            self.assertEqual(check["level"] == "ok", check["next_step"] == "", check)
            found.setdefault(check["subject"], []).append((check["level"], check["message"], check["next_step"]))
        self.assertEqual(report["failures"], sum(level == "failure" for checks in found.values()
                                                 for level, _, _ in checks))
        return found

    def assert_named(self, report, subject, level, message, remedy):
        self.assertTrue(any(found == level and message in text and remedy in step
                            for found, text, step in report.get(subject, [])), report)

    def test_a_healthy_set_up_has_nothing_to_mend(self):
        report = self.examine(code=0)
        levels = {subject: {level for level, _, _ in checks} for subject, checks in report.items()}
        self.assertEqual({subject for subject, found in levels.items() if found != {"ok"}}, set(), report)
        self.assertLess(set("configuration database tls clock standby schema rights index port state proxy key"
                            " keys audit page".split()), set(levels))

    def test_one_screen_for_people(self):
        exporter = self.exporter(FAST, start=False)
        result = exporter.run("doctor")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("warning  proxy                none is configured", result.stdout)
        self.assertIn("-> set litellm.urls", result.stdout)
        self.assertLess(len(result.stdout.splitlines()), 42)

    def test_a_mistake_in_the_configuration(self):
        report = self.examine("databse: {}\n")
        self.assert_named(report, "configuration", "failure", "databse: unknown key", "--config.check")

    def test_a_database_that_does_not_answer(self):
        report = self.examine(url=f"postgresql://me:orchid@127.0.0.1:{free_port()}/litellm")
        self.assert_named(report, "database", "failure", "Connection refused", "check host, port, password")
        self.assertNotIn("orchid", json.dumps(report))

    def test_the_database_of_something_else(self):
        report = self.examine(url=self.cluster.url(EXPORTER_ROLE, "postgres"))
        self.assert_named(report, "schema", "failure", "no table \"LiteLLM_SpendLogs\"", "?schema=")

    def test_a_schema_that_is_not_searched_or_may_not_be_used(self):
        self.sql("ALTER SCHEMA public RENAME TO llm")
        self.sql("CREATE SCHEMA public")
        self.sql(f"REVOKE USAGE ON SCHEMA llm FROM public, {EXPORTER_ROLE}")
        url = self.cluster.url(EXPORTER_ROLE, self.database)
        granted = f"GRANT USAGE ON SCHEMA llm TO {EXPORTER_ROLE}"
        self.assert_named(self.examine(url=url + "?schema=llm"), "schema", "failure", "may not use the schema llm",
                          granted)
        self.assert_named(self.examine(url=url), "schema", "failure", "may not use the schema llm", "add ?schema=llm")
        options = {**os.environ, "PGOPTIONS": "-c search_path=llm"}
        subprocess.run(["psql", "--no-psqlrc", "--quiet", "--file", ROLE, self.cluster.url(database=self.database)],
                       env=options, capture_output=True, timeout=patient(60), check=True)
        self.assert_named(self.examine(url=url), "schema", "failure", "is in the schema llm", "add ?schema=llm")
        self.examine(url=url + "?schema=llm", code=0)

    def test_a_role_with_too_few_rights(self):
        self.sql("CREATE ROLE nobody LOGIN")
        self.addCleanup(self.cluster.query, "DROP ROLE nobody")
        report = self.examine(url=self.cluster.url("nobody", self.database))
        self.assert_named(report, "rights", "failure", "startTime", "run role.sql")
        self.assert_named(report, "keys", "failure", "no right to read it", "--no-collector.keys")

    def test_columns_that_came_later_need_no_right(self):
        """organization_id came with v1.80.8 and agent_id with v1.80.10."""
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" DROP organization_id, DROP agent_id')
        self.assertEqual({level for level, _, _ in self.examine(code=0)["rights"]}, {"ok"})
        self.sql(f'REVOKE SELECT (request_tags) ON "LiteLLM_SpendLogs" FROM {EXPORTER_ROLE}')
        report = self.examine(code=0)
        self.assert_named(report, "rights", "warning", "tags", "role.sql")
        self.assertNotIn("organizations", str(report["rights"]))

    def test_a_superuser(self):
        report = self.examine(url=self.cluster.url(database=self.database), code=0)
        self.assert_named(report, "rights", "warning", "superuser", "role.sql")

    def test_a_role_that_may_read_prompts_and_passwords_and_write(self):
        self.sql("CREATE ROLE curious LOGIN")
        self.sql("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO curious")
        self.addCleanup(self.cluster.query, "DROP ROLE curious")
        self.addCleanup(self.sql, "DROP OWNED BY curious")
        report = self.examine(url=self.cluster.url("curious", self.database), code=0)
        self.assert_named(report, "rights", "warning", "LiteLLM_UserTable.password", "role.sql")
        self.assert_named(report, "rights", "warning", "LiteLLM_SpendLogs.messages", "role.sql")
        self.assert_named(report, "rights", "warning", "may change", "role.sql")

    def test_an_old_schema_is_said_with_what_it_switches_off(self):
        self.sql('ALTER TABLE "LiteLLM_VerificationToken" DROP last_active')
        self.sql('ALTER TABLE "LiteLLM_TeamTable" DROP soft_budget')
        report = self.examine(code=0)
        self.assert_named(report, "keys", "ok", "works without LiteLLM_VerificationToken.last_active (no such column)", "")
        self.assert_named(report, "teams", "ok", "works without LiteLLM_TeamTable.soft_budget (no such column)", "")

    def test_a_role_that_may_do_more_than_read(self):
        self.sql("CREATE ROLE powerful LOGIN CREATEROLE CREATEDB REPLICATION BYPASSRLS IN ROLE pg_read_server_files")
        self.addCleanup(self.cluster.query, "DROP ROLE powerful")
        self.sql(f"GRANT {EXPORTER_ROLE} TO powerful")
        self.sql('GRANT UPDATE (max_budget) ON "LiteLLM_VerificationToken" TO powerful')
        self.sql('GRANT DELETE ON "LiteLLM_AuditLog" TO powerful' if self.has_table("LiteLLM_AuditLog")
                 else 'GRANT DELETE ON "LiteLLM_TagTable" TO powerful')
        self.addCleanup(self.sql, "DROP OWNED BY powerful")
        report = self.examine(url=self.cluster.url("powerful", self.database), code=0)
        for words in ("CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS", "pg_read_server_files",
                      "may change LiteLLM_"):
            self.assert_named(report, "rights", "warning", words, "role.sql")
        self.assertIn("LiteLLM_VerificationToken", str(report["rights"]))
        self.assertNotIn("ok", {level for level, _, _ in report["rights"]})

    def has_table(self, name):
        return self.sql("SELECT to_regclass(%s) IS NOT NULL", (f'"{name}"',))[0][0]

    def test_no_table_no_word_of_praise(self):
        report = self.examine(url=self.cluster.url(EXPORTER_ROLE, "postgres"))
        self.assertNotIn("rights", report)

    def test_a_database_that_is_not_there_and_one_without_tls(self):
        report = self.examine(url=self.cluster.url(EXPORTER_ROLE, "litelm"))
        self.assert_named(report, "database", "failure", "does not exist", "correct the database's name")
        report = self.examine(url=self.cluster.url(EXPORTER_ROLE, self.database) + "?sslmode=require")
        self.assert_named(report, "database", "failure", "SSL", "switch ssl on")

    def test_a_report_and_a_page_that_cannot_be_written(self):
        exporter = self.exporter(FAST, start=False)
        for command in ("doctor", "once"):
            with open("/dev/full", "wb") as full:
                result = subprocess.run(exporter.argv(command), env=exporter._env, stdout=full, stderr=subprocess.PIPE,
                                        text=True, timeout=patient(60), check=False)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("standard output: ", result.stderr)
            closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *exporter.argv(command)], env=exporter._env,
                                    capture_output=True, text=True, timeout=patient(60), check=False)
            self.assertEqual(closed.returncode, 1, closed.stderr)
            self.assertIn("standard output is closed", closed.stderr)

    def test_a_local_server_under_another_name_needs_no_encryption(self):
        url = self.cluster.url(EXPORTER_ROLE, self.database)
        for name in ("127.0.0.1", "localhost", "0x7f000001"):
            report = self.examine(url=url.replace("127.0.0.1", name), code=0)
            self.assertEqual({level for level, _, _ in report["tls"]}, {"ok"}, report)

    def test_no_index_on_the_start_time(self):
        self.sql('DROP INDEX "LiteLLM_SpendLogs_startTime_idx", "LiteLLM_SpendLogs_startTime_request_id_idx"')
        report = self.examine()
        self.assert_named(report, "index", "failure", "no valid index", "CREATE INDEX CONCURRENTLY")

    def test_an_index_whose_making_was_interrupted(self):
        self.sql('DROP INDEX "LiteLLM_SpendLogs_startTime_request_id_idx"')
        self.sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid ="
                 " '\"LiteLLM_SpendLogs_startTime_idx\"'::regclass")
        report = self.examine()
        self.assert_named(report, "index", "failure", "is invalid",
                          'REINDEX INDEX CONCURRENTLY public."LiteLLM_SpendLogs_startTime_idx"')

    def test_rows_that_row_security_hides(self):
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" ENABLE ROW LEVEL SECURITY')
        report = self.examine()
        self.assert_named(report, "row security", "failure", "LiteLLM_SpendLogs", "CREATE POLICY")

    def test_a_table_that_is_locked(self):
        holder = self.cluster.connect(database=self.database, autocommit=False)
        self.addCleanup(holder.close)
        holder.cursor().execute('LOCK TABLE "LiteLLM_SpendLogs" IN ACCESS EXCLUSIVE MODE')
        report = self.examine()
        self.assert_named(report, "spend log", "failure", "locked", "pg_locks")
        self.assertNotIn("role.sql", str(report["spend log"]))

    def test_a_log_that_is_switched_off(self):
        self.sql('DELETE FROM "LiteLLM_SpendLogs"')
        self.sql('INSERT INTO "LiteLLM_DailyUserSpend" (id, date, api_key, api_requests, updated_at) VALUES'
                 " ('1', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'k', 9, now())")
        report = self.examine(code=0)
        self.assert_named(report, "log switch", "warning", "9 requests since yesterday", "disable_spend_logs")
        self.assert_named(report, "spend log", "warning", "is empty", "its database")
        self.sql(f'REVOKE SELECT (xmin, id) ON "LiteLLM_DailyUserSpend" FROM {EXPORTER_ROLE}')
        report = self.examine()
        self.assert_named(report, "daily sums", "warning", '"LiteLLM_DailyUserSpend"."id"', "role.sql")
        self.assert_named(report, "log switch", "failure", "9 requests since yesterday", "disable_spend_logs")

    def test_a_log_that_was_switched_off_today(self):
        keep_clear_of(86400)
        requests = "UPDATE \"LiteLLM_DailyUserSpend\" SET api_requests = %s"
        self.sql('INSERT INTO "LiteLLM_DailyUserSpend" (id, date, api_key, api_requests, updated_at) VALUES'
                 " ('1', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'k', 500, now())")
        # A row of this very moment: the others may still be on their way.
        self.examine(code=0)
        self.sql('UPDATE "LiteLLM_SpendLogs" SET "startTime" = "startTime" - interval \'20 minutes\'')
        report = self.examine(code=0)
        self.assert_named(report, "log switch", "warning", "500 requests today, but", "disable_spend_logs")
        self.sql(requests, (5,))
        self.examine(code=0)

    def test_a_log_that_nobody_cleans(self):
        insert(self.cluster.connect(database=self.database), [{}], age=200 * 86400)
        report = self.examine(code=0)
        self.assert_named(report, "spend log", "warning", "200 days old", "maximum_spend_logs_retention_period")

    def test_proxies_that_are_dead_not_ready_or_refuse_the_key(self):
        self.proxy.mode = "not_ready"
        other = FakeLitellm(key="sk-another")
        other.start()
        self.addCleanup(other.stop)
        dead = f"http://127.0.0.1:{free_port()}"
        report = self.examine(
            FAST + f"litellm: {{urls: [{self.proxy.url}, {other.url}, {dead}], key: {KEY}, timeout: 20s}}\n")
        self.assert_named(report, "proxy", "failure", f"{self.proxy.url} is alive but not ready", "database")
        self.assert_named(report, "proxy", "failure", f"{dead}/health/liveliness: cannot connect", "docker compose")
        self.assert_named(report, "key", "failure", f"{other.url} refuses the key", "litellm.key_file")

    def test_what_readiness_does_not_say_is_not_guessed(self):
        """Neither that it is not ready, nor that the database is the cause."""
        class Sick(FakeLitellm):
            def _answer_as_litellm(self, handler, mode):
                if handler.path != "/health/readiness":
                    super()._answer_as_litellm(handler, mode)
                elif mode == "slow":
                    self._released.wait(60)
                else:
                    handler.send_error(int(mode))
        proxy = Sick()
        proxy.start()
        self.addCleanup(proxy.stop)
        unknown = f"{proxy.url} is alive but does not tell whether it is ready: /health/readiness: "
        for mode, key, words, remedy in (
                ("slow", KEY, unknown + "no complete answer within", "overloaded"),
                ("401", None, unknown + "answers 401: it wants a key, and there is no litellm.key", "litellm.key_file"),
                ("401", KEY, unknown + "answers 401: it wants a key, and refuses litellm.key", "may ask for the health"),
                ("404", KEY, unknown + "answers 404", "base URL"),
                ("502", KEY, "is alive but not ready: /health/readiness: answers 502", "log")):
            with self.subTest(mode=mode, key=key):
                proxy.mode = mode
                report = self.examine(FAST + f"litellm: {{urls: [{proxy.url}], timeout: {'1s' if mode == 'slow' else '20s'}"
                                      + (f", key: {key}" if key else "") + "}\n")
                self.assert_named(report, "proxy", "failure", words, remedy)
                self.assertNotIn("database", str(report["proxy"]))

    def test_each_trouble_of_a_proxy_has_its_own_remedy(self):
        class Strange(FakeLitellm):
            def _answer_as_litellm(self, handler, mode):
                if mode == "away":
                    handler.send_response(307)
                    handler.send_header("Location", "https://llm.example.org/ui?token=orchid")
                    handler.end_headers()
                else:
                    handler.send_error(404)
        proxy = Strange()
        proxy.start()
        self.addCleanup(proxy.stop)
        config = FAST + f"litellm: {{urls: [{proxy.url}], timeout: 20s}}\n"
        proxy.mode = "away"
        report = self.examine(config)
        self.assert_named(report, "proxy", "failure", "a redirect to https://llm.example.org/ui", "leads to")
        self.assertNotIn("orchid", str(report))
        proxy.mode = "missing"
        self.assert_named(self.examine(config), "proxy", "failure", "answers 404", "without /v1")

    def test_each_fault_of_a_connection_has_its_own_remedy(self):
        authority, stranger = Authority(self.directory, "authority"), Authority(self.directory, "stranger")
        authority.issue("outdated", "IP:127.0.0.1", days=0)
        authority.issue("foreign", "DNS:other.example.org")
        stranger.issue("unknown", "IP:127.0.0.1")

        def fake(mode="good", certificate=None):
            pair = certificate and [self.directory / f"{certificate}.{kind}" for kind in ("pem", "key")]
            server = FakeLitellm(mode, certificate=pair)
            server.start()
            self.addCleanup(server.stop)
            return server.url
        plain = fake("garbage")
        with full_queue() as port:
            # URL, what is wrong there, what to do about it.
            faults = (
                (f"http://127.0.0.1:{free_port()}", "cannot connect: refused", "docker compose ps"),
                (f"http://127.0.0.1:{port}", "cannot connect within 3s", "firewalls between"),
                (fake("hang"), "no complete answer within 3s", "is overloaded or hangs"),
                (plain.replace("http:", "https:"), "TLS handshake failed", "use http://"),
                (fake(certificate="unknown"), "the certificate is not trusted", "as litellm.ca_file"),
                (fake(certificate="outdated"), "the certificate is not valid at this time: certificate has expired",
                 "renew the proxy's"),
                (fake(certificate="foreign"), "the certificate is not for this host", "stands in the proxy's certificate"),
                (plain, "the connection broke, or the answer is not HTTP", "check the URL"),
                (fake("huge"), "the answer is larger than", "check the URL"),
                (fake("redirect"), "answers 302, a redirect", "give the URL that it leads to"))
            report = self.examine(FAST + f"litellm: {{urls: [{', '.join(url for url, _, _ in faults)}], timeout: 3s,"
                                         f" ca_file: {self.directory / 'authority.pem'}}}\n")
        for url, words, remedy in faults:
            with self.subTest(words):
                self.assert_named(report, "proxy", "failure", f"{url}/health/liveliness: {words}", remedy)

    def test_authorities_that_are_none(self):
        nothing = self.directory / "nothing.pem"
        nothing.write_text("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", encoding="utf-8")
        url = self.proxy.url.replace("http:", "https:")
        report = self.examine(FAST + f"litellm: {{urls: ['{url}'], ca_file: {nothing}, timeout: 20s}}\n")
        self.assert_named(report, "proxy", "failure", "cannot load litellm.ca_file", "correct the path of litellm.ca_file")

    def test_a_key_that_may_not_ask_for_everything(self):
        class Choosy(FakeLitellm):
            def _answer_as_litellm(self, handler, mode):
                handler.send_error(401) if handler.path == "/health/backlog" else super()._answer_as_litellm(handler, mode)
        proxy = Choosy()
        proxy.start()
        self.addCleanup(proxy.stop)
        report = self.examine(FAST + f"litellm: {{urls: [{proxy.url}], key: {KEY}, timeout: 20s}}\n", code=0)
        self.assert_named(report, "key", "warning", "not for /health/backlog", "do without")

    def test_a_port_and_a_state_directory_that_cannot_be_used(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            exporter = self.exporter(FAST, start=False, port=taken.getsockname()[1])
            exporter.state.rmdir()
            exporter.state.write_text("a file")
            result = exporter.run("doctor", "--json")
        self.assertEqual(result.returncode, 1)
        checks = {check["subject"]: check for check in json.loads(result.stdout)["checks"]}
        self.assertEqual(checks["port"]["level"], "failure")
        self.assertIn("stop what listens there", checks["port"]["next_step"])
        self.assertEqual(checks["state"]["level"], "failure")
        self.assertIn("writable", checks["state"]["next_step"])

    def test_an_address_that_is_not_of_this_machine(self):
        exporter = self.exporter(FAST, start=False, flags=["--web.listen-address=192.0.2.1:19400"])
        checks = {check["subject"]: check for check in json.loads(exporter.run("doctor", "--json").stdout)["checks"]}
        self.assertEqual(checks["port"]["level"], "failure")
        self.assertIn("Cannot assign requested address", checks["port"]["message"])
        self.assertIn("give an address of this machine", checks["port"]["next_step"])

    def state_check(self, exporter, **identity):
        """The first that the doctor says of the state, as this user; it leaves the directory as it was."""
        before = {file.name: file.read_bytes() for file in exporter.state.iterdir()}
        result = subprocess.run(exporter.argv("doctor", "--json"), env=exporter._env, capture_output=True, text=True,
                                timeout=patient(60), check=False, **identity)
        self.assertEqual({file.name: file.read_bytes() for file in exporter.state.iterdir()}, before)
        return next(check for check in json.loads(result.stdout)["checks"] if check["subject"] == "state")

    def test_the_state_directory_is_left_as_it_was(self):
        exporter = self.exporter(FAST, start=False)
        self.assertEqual(self.state_check(exporter)["level"], "ok")
        exporter.once()
        self.assertEqual(self.state_check(exporter)["level"], "ok")
        state = exporter.state / "state"
        intact = state.read_bytes()
        for damage in (b"something else", intact[:60]):
            state.write_bytes(damage)
            check = self.state_check(exporter)
            self.assertEqual(check["level"], "warning", check)
            self.assertIn("is damaged", check["message"])
            self.assertIn("new baseline", check["next_step"])

    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_a_state_that_another_user_has_made(self):
        exporter = self.exporter(FAST, start=False)
        nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        check = self.state_check(exporter, **nobody)
        self.assertEqual(check["level"], "failure")
        self.assertIn("cannot be read, written and searched by nobody", check["message"])
        exporter.once()
        shutil.chown(exporter.state, "nobody")
        self.assertIn("its directory to nobody", self.state_check(exporter)["message"])
        check = self.state_check(exporter, **nobody)
        self.assertEqual(check["level"], "failure")
        self.assertIn("lock: belongs to root", check["message"])

    def test_a_standby_that_receives_nothing(self):
        standby = self.cluster.standby(self.directory / "standby", durable=False)
        self.addCleanup(standby.stop, "immediate")
        self.sql("CREATE TABLE replayed ()")
        standby.wait_for_replay(self.cluster)
        url = standby.url(EXPORTER_ROLE, self.database)
        self.assert_named(self.examine(url=url, code=0), "standby", "ok", "0 s behind", "")
        standby.query("ALTER SYSTEM SET primary_conninfo = ''")
        standby.query("SELECT pg_reload_conf()")
        wait_until(lambda: not standby.query("SELECT EXISTS (SELECT FROM pg_stat_wal_receiver)")[0][0], 30,
                   "the standby has lost its primary")
        report = self.examine(url=url, code=0)
        self.assert_named(report, "standby", "warning", "receives nothing from its primary", "replication")
        self.assert_named(report, "standby", "warning", "s old", "replication")

    def test_beside_a_running_exporter(self):
        exporter = self.exporter(FAST)
        result = exporter.run("doctor", "--json")
        self.assertEqual(result.returncode, 0, result.stdout)
        checks = {check["subject"]: check for check in json.loads(result.stdout)["checks"]}
        self.assertIn("the exporter is running", checks["port"]["message"])
        self.assertIn("in use by a running exporter", checks["state"]["message"])
        self.assertTrue(exporter.alive())


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""The service database-roles of the compose stack: its script for real, on a database that fills as LiteLLM's does."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import psycopg2

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.postgres import SCHEMA, Cluster  # noqa: E402
from demo.process import Process, patient, wait_until  # noqa: E402

COMPOSE = Path(__file__).parents[2] / "compose"
STATEMENTS = re.split(r";\s*\n", SCHEMA.read_text(encoding="utf-8"))
TABLES = [statement for statement in STATEMENTS if "CREATE TABLE" in statement]
TYPES = [statement for statement in STATEMENTS if "CREATE TYPE" in statement]
# Of each table the first column that may be read.
COLUMNS = {table: column for table, column in re.findall(
    r"\('(\w+)', '{(?:xmin, )?(\w+)", (COMPOSE / "postgres" / "role.sql").read_text(encoding="utf-8"))}


class DatabaseRoles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="litellm-exporter-")
        cls.addClassCleanup(scratch.cleanup)
        cls.directory = Path(scratch.name)
        cls.directory.chmod(0o755)
        cls.secrets = cls.directory / "secrets"
        subprocess.run([COMPOSE / "secrets" / "generate", cls.secrets], capture_output=True, timeout=patient(60), check=True)
        cls.cluster = Cluster(cls.directory / "postgres", password=cls.secret("postgres_password"), durable=False)
        cls.cluster.initialise()
        cls.cluster.start()
        cls.addClassCleanup(cls.cluster.stop, "immediate")

    @classmethod
    def secret(cls, name):
        return (cls.secrets / name).read_text(encoding="utf-8").strip()

    def setUp(self):
        self.database = re.sub("[^a-z]", "", self._testMethodName)[-40:]
        self.cluster.query(f"CREATE DATABASE {self.database}")
        self.place = self.directory / self.database
        self.place.mkdir()

    def start(self, path=os.environ["PATH"]):
        """The script, whose places of the container are here, and which soon does what it does seldom."""
        text = (COMPOSE / "postgres" / "roles").read_text(encoding="utf-8")
        for old, new in (("/run/secrets", self.secrets), ("/etc/postgres", COMPOSE / "postgres"),
                         ("often=5\n", "often=0.2\n"), ("seldom=60\n", "seldom=0.5\n")):
            self.assertIn(old, text)
            text = text.replace(old, str(new))
        script = self.place / "roles"
        script.write_text(text, encoding="utf-8")
        process = Process.start(["sh", script], self.place / "log", env={
            "PATH": path, "TMPDIR": str(self.place), "PGHOST": "127.0.0.1", "PGPORT": str(self.cluster.port),
            "PGUSER": "postgres", "PGDATABASE": self.database})
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.stop()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def sql(self, statement):
        return self.cluster.query(statement, database=self.database)

    def may_read(self, table, column):
        return self.sql(f"""SELECT has_column_privilege('litellm_exporter', '"{table}"', '{column}', 'SELECT')""")[0][0]

    def ask(self, statement, role="litellm_exporter", password=None):
        """What a role sees with its password: a value, or why not."""
        password = password or self.secret("exporter_database_url").split(":")[2].split("@")[0]
        try:
            connection = psycopg2.connect(self.cluster.url(role, self.database, password), connect_timeout=5)
            with contextlib.closing(connection), connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0]
        except psycopg2.Error as error:
            return str(error)

    def granted(self):
        return (self.place / "granted").exists()

    def test_tables_that_arrive_one_after_the_other(self):
        """Each is committed by itself, and the spend log is of the first."""
        process = self.start()
        wait_until(lambda: self.ask("SELECT 1") == 1, 30, "the role before there is a table")
        self.assertFalse(self.granted())
        for statement in TYPES:
            self.sql(statement)
        for statement in sorted(TABLES, key=lambda text: "LiteLLM_SpendLogs" not in text):
            self.sql(statement)
            table = re.search(r'CREATE TABLE "(\w+)"', statement)[1]
            if table in COLUMNS:
                wait_until(lambda table=table: self.may_read(table, COLUMNS[table]), 30, f"{table} may be read")
        self.assertTrue(self.granted())
        process.check_alive()
        self.assertGreater(len(COLUMNS), 10)
        self.assertNotIn("ERROR", process.log())
        self.assertEqual(self.ask('SELECT count(request_id) FROM "LiteLLM_SpendLogs"'), 0)
        self.assertIn("permission denied", self.ask('SELECT messages FROM "LiteLLM_SpendLogs"'))
        monitor = self.secret("postgres_exporter_password")
        self.assertTrue(self.ask("SELECT count(*) > 0 FROM pg_stat_activity", "postgres_exporter", monitor))
        self.assertIn("permission denied", self.ask('SELECT request_id FROM "LiteLLM_SpendLogs"', "postgres_exporter", monitor))

    def test_a_column_that_an_upgrade_brings(self):
        self.cluster.psql(self.database, SCHEMA)
        self.sql('ALTER TABLE "LiteLLM_VerificationToken" DROP COLUMN last_active')
        self.start()
        wait_until(self.granted, 30, "the rights")
        self.assertTrue(self.may_read("LiteLLM_VerificationToken", "spend"))
        self.sql('ALTER TABLE "LiteLLM_VerificationToken" ADD COLUMN last_active timestamp(3)')
        wait_until(lambda: self.may_read("LiteLLM_VerificationToken", "last_active"), 30, "the column may be read")

    def test_a_password_needs_nothing_but_its_file(self):
        self.cluster.psql(self.database, SCHEMA)
        self.start()
        wait_until(self.granted, 30, "the rights")
        for name, role, text in (("exporter_database_url", "litellm_exporter", "postgresql://litellm_exporter:{}@postgres:5432/x"),
                                 ("postgres_exporter_password", "postgres_exporter", "{}")):
            new = "new" + role.replace("_", "")
            (self.secrets / name).write_text(text.format(new) + "\n", encoding="utf-8")
            wait_until(lambda role=role, new=new: self.ask("SELECT 1", role, new) == 1, 30, f"the new password of {role}")

    def test_nothing_is_done_where_nothing_has_changed(self):
        self.cluster.psql(self.database, SCHEMA)
        process = self.start()
        wait_until(self.granted, 30, "the rights")
        log, rounds = self.place / "log", self.place / "output"

        def quiet_rounds(number):
            """So many more have begun, and nothing was said."""
            seen = {rounds.stat().st_mtime_ns}

            def more():
                self.assertEqual(rounds.read_text(encoding="utf-8"), "")
                seen.add(rounds.stat().st_mtime_ns)
                return len(seen) > number
            wait_until(more, 30, "rounds that find nothing to do")
        quiet_rounds(2)
        said = log.read_text(encoding="utf-8")
        self.assertEqual(said.count("passwords set; litellm_exporter may read"), 1, said)
        self.assertNotIn("ERROR", said)
        hash_of = "SELECT rolpassword FROM pg_authid WHERE rolname = 'litellm_exporter'"
        before = self.sql(hash_of)
        quiet_rounds(2)
        self.assertEqual(self.sql(hash_of), before, "a new salt is a new statement")
        self.assertEqual(log.read_text(encoding="utf-8"), said)
        process.check_alive()

    def test_an_empty_secret_is_said_once_and_can_be_mended(self):
        """It may also be one that is being written."""
        self.cluster.psql(self.database, SCHEMA)
        kept = self.secret("exporter_database_url")
        (self.secrets / "exporter_database_url").write_text("", encoding="utf-8")
        process = self.start()
        wait_until(lambda: "secret exporter_database_url is empty: run secrets/generate" in process.log(), 30, "it says so")
        self.assertFalse(self.granted())
        (self.secrets / "exporter_database_url").write_text(kept, encoding="utf-8")
        wait_until(self.granted, 30, "the rights")
        self.assertEqual(process.log().count("is empty"), 1)

    def test_it_ends_at_once(self):
        """Whether it sleeps or waits for the database."""
        stuck = self.place / "bin" / "psql"
        stuck.parent.mkdir()
        stuck.write_text(f"#!/bin/sh\ntouch {self.place}/asked\nexec sleep 600\n", encoding="utf-8")
        stuck.chmod(0o755)
        process = self.start(path=f"{stuck.parent}:{os.environ['PATH']}")
        wait_until((self.place / "asked").exists, 30, "it waits for the database")
        self.assertEqual(process.stop(deadline=30), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""role.sql as everybody runs it who may: superusers, owners, administrators of managed servers."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.postgres import ROLE, SCHEMA, Cluster  # noqa: E402
from demo.process import patient  # noqa: E402

TEXT = ROLE.read_text(encoding="utf-8")
# What it names, as (table, column).
NAMED = {(table, column.strip()) for table, columns in re.findall(r"\('(\w+)', '{([^}]*)}'\)", TEXT)
         for column in columns.split(",")}
FORBIDDEN = {"messages", "response", "proxy_server_request", "password", "url", "env", "credentials"}
# What an owner and an administrator are on a managed server: neither is a superuser.
ROLES = """
CREATE ROLE owner LOGIN; CREATE ROLE "Creating Owner" LOGIN CREATEROLE; CREATE ROLE admin LOGIN CREATEROLE;
"""


class Role(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="litellm-exporter-")
        cls.addClassCleanup(scratch.cleanup)
        Path(scratch.name).chmod(0o755)
        cls.cluster = Cluster.create(Path(scratch.name) / "postgres", durable=False)
        cls.addClassCleanup(cls.cluster.stop, "immediate")
        cls.cluster.query(ROLES)

    def setUp(self):
        self.database = re.sub("[^a-z]", "", self._testMethodName)[-40:]
        self.role = "litellm_exporter"
        self.addCleanup(self.forget)

    def forget(self):
        self.cluster.query(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        for name in ("litellm_exporter", "Reader of \"numbers\""):
            self.cluster.query('DROP ROLE IF EXISTS "{}"'.format(name.replace('"', '""')))

    def tables_of(self, owner, schema="public"):
        """A database whose tables belong to `owner`, as does their schema."""
        self.cluster.query(f'CREATE DATABASE "{self.database}" OWNER "{owner}"')
        self.cluster.psql(self.database, SCHEMA)
        self.sql(f'ALTER SCHEMA public RENAME TO "{schema}"' if schema != "public" else "SELECT 1")
        self.sql(f'ALTER SCHEMA "{schema}" OWNER TO "{owner}"')
        for table, in self.sql("SELECT relname FROM pg_class WHERE relname LIKE 'LiteLLM%' AND relkind IN ('r', 'p')"):
            self.give(table, owner, schema)

    def give(self, table, owner, schema="public"):
        self.sql(f'ALTER TABLE "{schema}"."{table}" OWNER TO "{owner}"')

    def sql(self, statement, parameters=None):
        return self.cluster.query(statement, parameters, database=self.database)

    def run_as(self, user, *options, path=None, code=0):
        """What psql says, as a user runs the file."""
        environment = {**os.environ, **({"PGOPTIONS": f"-c search_path={path}"} if path else {})}
        result = subprocess.run(
            ["psql", "--no-psqlrc", *options, "-f", ROLE, "-h", "127.0.0.1", "-p", str(self.cluster.port), "-U", user,
             "-d", self.database], env=environment, capture_output=True, text=True, timeout=patient(60))
        said = result.stdout + result.stderr
        self.assertEqual(result.returncode, code, said)
        self.assertEqual(said.count("ERROR"), 1 if code else 0, said)
        return said

    def readable(self):
        """What the role may read by grants of its own, as (table, column)."""
        return set(self.sql("""
            SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl) AS acl
            WHERE acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)
              AND privilege_type = 'SELECT'""", (self.role,)))

    def assert_complete(self):
        self.assertEqual(self.readable(), NAMED)

    def test_what_it_names_is_harmless_and_in_the_newest_schema(self):
        self.assertGreater(len(NAMED), 80)
        self.assertFalse({column for _, column in NAMED} & FORBIDDEN)
        self.tables_of("owner")
        self.run_as("postgres")
        self.assert_complete()

    def test_everybody_who_may_do_it_alone(self):
        self.tables_of("Creating Owner")
        for user in ("postgres", "Creating Owner"):
            for options in ((), ("-v", "ON_ERROR_STOP=1"), ("-1",)):
                with self.subTest(user=user, options=options):
                    self.run_as(user, *options)
                    self.assert_complete()
                    self.assertEqual(self.run_as(user, *options).count("GRANT"), 0, "the second time there is nothing to do")
                    self.sql("DROP OWNED BY litellm_exporter")
                    self.cluster.query("DROP ROLE litellm_exporter")

    def test_an_owner_who_may_not_create_roles(self):
        self.tables_of("owner")
        for options in ((), ("-v", "ON_ERROR_STOP=1")):
            said = self.run_as("owner", *options, code=3)
            self.assertIn("there is no role litellm_exporter, and owner may not create one", said)
            self.assertIn("CREATE ROLE litellm_exporter LOGIN", said)
        # As the file says it.
        step = re.search(r"-c '(CREATE ROLE [^']*)'", TEXT)[1]
        admin = self.cluster.connect("admin", self.database)
        self.addCleanup(admin.close)
        admin.cursor().execute(step)
        self.run_as("owner")
        self.assert_complete()

    def test_an_administrator_who_does_not_own_the_tables(self):
        """Does the first step, and hears whose the second is."""
        self.tables_of("owner")
        for _ in range(2):
            said = self.run_as("admin", code=3)
            self.assertIn("admin may not grant rights on", said)
            self.assertIn('"LiteLLM_SpendLogs"', said)
            self.assertIn("run this file again as owner", said)
        self.assertEqual(self.readable(), set())
        self.run_as("owner")
        self.assert_complete()
        self.run_as("admin")

    def test_an_administrator_who_is_a_member_of_the_owner(self):
        self.tables_of("owner")
        self.cluster.query("GRANT owner TO admin")
        self.addCleanup(self.cluster.query, "REVOKE owner FROM admin")
        self.run_as("admin")
        self.assert_complete()

    def test_tables_of_two_owners(self):
        self.tables_of("Creating Owner")
        self.give("LiteLLM_TagTable", "owner")
        said = self.run_as("Creating Owner", code=3)
        self.assertIn('may not grant rights on "LiteLLM_TagTable"', said)
        self.assertIn("again as owner", said)
        self.assertEqual(self.readable(), {place for place in NAMED if place[0] != "LiteLLM_TagTable"})
        self.sql("GRANT USAGE ON SCHEMA public TO owner")
        self.run_as("owner")
        self.assert_complete()

    def test_an_old_litellm(self):
        self.tables_of("Creating Owner")
        self.sql('DROP TABLE "LiteLLM_TagTable", "LiteLLM_HealthCheckTable" CASCADE')
        self.sql('ALTER TABLE "LiteLLM_VerificationToken" DROP COLUMN last_active CASCADE')
        self.run_as("Creating Owner", "-v", "ON_ERROR_STOP=1")
        gone = {place for place in NAMED if place[0] in ("LiteLLM_TagTable", "LiteLLM_HealthCheckTable")}
        self.assertEqual(self.readable(), NAMED - gone - {("LiteLLM_VerificationToken", "last_active")})
        self.sql('ALTER TABLE "LiteLLM_VerificationToken" ADD COLUMN last_active timestamp(3)')
        self.run_as("Creating Owner")
        self.assertEqual(self.readable(), NAMED - gone)

    def test_another_schema_and_a_closed_database(self):
        self.tables_of("Creating Owner", schema="My Tables")
        self.sql(f'REVOKE ALL ON DATABASE "{self.database}" FROM public')
        said = self.run_as("Creating Owner", code=3)
        self.assertIn("there is no table \"LiteLLM_SpendLogs\"", said)
        self.assertIn("PGOPTIONS", said)
        self.run_as("Creating Owner", path='"My\\ Tables"')
        self.assert_complete()
        reader = self.cluster.connect("litellm_exporter", self.database)
        self.addCleanup(reader.close)
        with reader.cursor() as cursor:
            cursor.execute('SELECT count(request_id) FROM "My Tables"."LiteLLM_SpendLogs"')
            with self.assertRaisesRegex(Exception, "permission denied"):
                cursor.execute('SELECT messages FROM "My Tables"."LiteLLM_SpendLogs"')

    def test_a_role_of_another_name(self):
        self.role = 'Reader of "numbers"'
        self.tables_of("owner")
        self.assertIn('CREATE ROLE "Reader of ""numbers""" LOGIN', self.run_as("owner", "-v", f"role={self.role}", code=3))
        self.run_as("postgres", "-v", f"role={self.role}")
        self.assert_complete()
        self.assertEqual(self.sql("SELECT FROM pg_roles WHERE rolname = 'litellm_exporter'"), [])

    def test_the_database_of_something_else(self):
        self.cluster.query(f'CREATE DATABASE "{self.database}"')
        self.assertIn("name the database of LiteLLM", self.run_as("postgres", code=3))


if __name__ == "__main__":
    unittest.main(verbosity=2)

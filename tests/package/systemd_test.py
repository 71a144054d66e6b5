# SPDX-License-Identifier: Apache-2.0
"""The Debian package under a systemd that has booted, used as by a new user: installed, filled in, started, reloaded,
frozen, killed, examined, upgraded, removed, purged. Started by the script `systemd` beside it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from machine import CannotBoot, Machine
from demo.exposition import parse_page, total
from demo.postgres import SCHEMA
from demo.process import wait_until

PACKAGE = Path(os.environ["LITELLM_EXPORTER_PACKAGE"])
ROOT = Path(os.environ["BOOTED_ROOT"])
SECRET = "/etc/litellm-exporter/database_url"
URL = "postgresql://litellm_exporter:hidden@127.0.0.1:5432/litellm"
HINT = "systemctl enable --now litellm-exporter"
DROP_IN = "/etc/systemd/system/litellm-exporter.service.d/test.conf"


def repacked(directory, version):
    """The same package with another version, as the release before or after would have."""
    tree = directory / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", PACKAGE, tree], check=True, timeout=60)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text(encoding="utf-8")), encoding="utf-8")
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, directory / f"{version}.deb"], check=True,
                   stdout=subprocess.DEVNULL, timeout=120)
    shutil.rmtree(tree)


class BootedCase(unittest.TestCase):
    """A machine with LiteLLM's tables, for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.directory = Path(tempfile.mkdtemp(prefix="litellm-exporter-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        shutil.copy(SCHEMA, cls.directory / "schema.sql")
        shutil.copy(PACKAGE, cls.directory / "new.deb")
        repacked(cls.directory, "0.0.1")
        # PostgreSQL in there is another user.
        cls.directory.chmod(0o755)
        cls.machine = Machine(ROOT, cls.directory)
        cls.addClassCleanup(cls.machine.stop)
        wait_until(lambda: cls.machine.run("runuser", "-u", "postgres", "--", "pg_isready"), 60, "PostgreSQL answers")
        cls.psql("postgres", "--command=CREATE DATABASE litellm")
        cls.psql("litellm", "--file=/mnt/schema.sql")

    @classmethod
    def psql(cls, database, *words):
        return cls.machine.run("runuser", "-u", "postgres", "--", "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                               "--set=ON_ERROR_STOP=1", f"--dbname={database}", *words).stdout

    @classmethod
    def apt(cls, *words):
        return cls.machine.run("apt-get", "-qq", "--no-install-recommends", *words, timeout=300).stdout

    @classmethod
    def fill_in(cls):
        """What the README asks of a new user."""
        cls.psql("litellm", "--file=/usr/share/litellm-exporter/role.sql")
        cls.psql("litellm", "--command=ALTER ROLE litellm_exporter PASSWORD 'hidden'")
        cls.machine.write(SECRET, URL + "\n")

    @classmethod
    def insert(cls, rows):
        cls.psql("litellm", '--command=INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", model, status)'
                 " SELECT gen_random_uuid(), 'acompletion', now() at time zone 'utc', now() at time zone 'utc', 'gpt-4o', 'success'"
                 f" FROM generate_series(1, {rows})")

    def page(self, port=19400):
        return parse_page(self.machine.get(f"http://127.0.0.1:{port}/metrics"))

    def serves(self, port=19400):
        """Its first polls have ended: what is committed from now on counts."""
        def ready():
            self.machine.get(f"http://127.0.0.1:{port}/-/ready")
            page = self.page(port)
            return (total(page, "litellm_exporter_database_up") == 1
                    and total(page, "litellm_exporter_state_saved_timestamp_seconds") > 0)
        wait_until(ready, 120, "the first polls have ended")

    def counts(self, requests):
        wait_until(lambda: total(self.page(), "litellm_requests_total") == requests, 90, f"{requests} requests are counted")

    def restarted(self, pid):
        """The other process that systemd has started in its place, once it is ready."""
        def other():
            ready = self.machine.show("ActiveState") == "active" and self.machine.show("MainPID")
            return ready if ready not in {False, "0", pid} else None
        return wait_until(other, 120, f"another process than {pid} is ready")

    def examine(self, *words, code):
        """{subject: (level, message, next step)} of the doctor without flags."""
        done = self.machine.run(*words, "litellm-exporter", "doctor", "--json", check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertNotIn("hidden", done.stdout + done.stderr)
        return {check["subject"]: (check["level"], check["message"], check["next_step"])
                for check in json.loads(done.stdout)["checks"]}

    def owners(self):
        """Of everything in the state directory, and of itself."""
        found = self.machine.shell("find /var/lib/private/litellm-exporter -printf '%u %f\\n'").stdout
        return {line.split()[0] for line in found.splitlines()}


class Service(BootedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apt("install", "/mnt/new.deb")
        cls.fill_in()

    def setUp(self):
        self.machine.run("systemctl", "start", "litellm-exporter")
        self.addCleanup(self.as_installed)
        self.serves()

    def as_installed(self):
        # A unit that systemd has forgotten since its stop has no failures to reset.
        self.machine.write(SECRET, URL + "\n")
        self.machine.shell(f"chown root:root {SECRET}; chmod 600 {SECRET}; rm -rf {Path(DROP_IN).parent};"
                           "systemctl daemon-reload; systemctl stop litellm-exporter;"
                           "systemctl reset-failed litellm-exporter || true;"
                           "dpkg-deb --fsys-tarfile /mnt/new.deb | tar --extract --directory=/ ./etc")

    def drop_in(self, *lines):
        self.machine.write(DROP_IN, "\n".join(["[Service]", *lines, ""]))
        self.machine.shell("systemctl daemon-reload && systemctl restart litellm-exporter")

    def test_it_runs_as_nobody_who_is_known(self):
        pid = self.machine.show("MainPID")
        status = self.machine.read(f"/proc/{pid}/status")
        self.assertNotRegex(status, r"\nUid:\t0\b")
        self.assertRegex(status, r"\nCapEff:\t0+\n")
        self.assertRegex(status, r"\nSeccomp:\t2\n")
        self.assertEqual(self.machine.show("StatusText"), "Serving")
        self.assertNotIn("hidden", self.machine.journal() + self.machine.read(f"/proc/{pid}/cmdline"))

    def test_a_reload_takes_what_is_new_and_keeps_the_process(self):
        pid = self.machine.show("MainPID")
        self.machine.write("/etc/litellm-exporter/litellm-exporter.yml", "objectives: {daily_spend_usd: 42}\n")
        self.machine.run("systemctl", "reload", "litellm-exporter")
        wait_until(lambda: total(self.page(), "litellm_objective_daily_spend_usd") == 42, 60, "the new configuration is in force")
        self.assertEqual(self.machine.show("MainPID"), pid)
        # One with a mistake is refused and told, and the service goes on.
        self.machine.write("/etc/litellm-exporter/litellm-exporter.yml", "objectives: {daily_spend: 1}\n")
        self.machine.run("systemctl", "reload", "litellm-exporter")
        wait_until(lambda: total(self.page(), "litellm_exporter_config_last_reload_successful") == 0, 60, "the refusal is seen")
        self.assertEqual((self.machine.show("MainPID"), self.machine.show("ActiveState")), (pid, "active"))

    def test_a_frozen_process_is_replaced(self):
        self.drop_in("WatchdogSec=5", "TimeoutAbortSec=5")
        self.serves()
        pid = self.machine.show("MainPID")
        self.machine.shell(f"kill -STOP {pid}")
        self.restarted(pid)
        self.serves()
        self.assertIn("Watchdog timeout", self.machine.journal())

    def test_a_killed_process_is_replaced_and_counts_on(self):
        self.insert(3)
        counted = wait_until(lambda: total(self.page(), "litellm_requests_total"), 90, "requests are counted")
        self.assertGreaterEqual(counted, 3)
        pid = self.machine.show("MainPID")
        self.machine.shell(f"kill -KILL {pid}")
        self.insert(2)
        self.restarted(pid)
        self.counts(counted + 2)

    def test_a_password_is_changed_without_a_restart_as_the_manual_says(self):
        manual = (Path(__file__).parents[2] / "compose/operations.md").read_text(encoding="utf-8")
        self.machine.shell(re.search(r"```sh\n(addgroup .*?)```", manual, re.S)[1])
        self.serves()
        pid, counted = self.machine.show("MainPID"), total(self.page(), "litellm_requests_total")
        self.addCleanup(self.psql, "litellm", "--command=ALTER ROLE litellm_exporter PASSWORD 'hidden'")
        self.psql("litellm", "--command=ALTER ROLE litellm_exporter PASSWORD 'hidden-again'")
        self.machine.write(SECRET, URL.replace("hidden", "hidden-again"))
        self.machine.run("systemctl", "reload", "litellm-exporter")
        self.psql("litellm", "--command=SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'litellm_exporter'")
        self.insert(1)
        self.counts(counted + 1)
        self.assertEqual(self.machine.show("MainPID"), pid)
        report = self.examine(code=0)
        self.assertEqual((report["service"][0], report["database"][0]), ("ok", "ok"))

    def test_a_second_start_takes_the_state_over(self):
        self.machine.run("systemctl", "restart", "litellm-exporter")
        self.serves()
        self.assertEqual(len(self.owners()), 1)
        self.assertNotIn("root", self.owners())
        self.assertEqual(total(self.page(), "litellm_exporter_baselines_total"),
                         total(self.page(), "litellm_exporter_baselines_total", reason="first_start"))

    def test_root_sees_what_the_service_sees(self):
        report = self.examine(code=0)
        self.assertEqual(report["service"][:2], ("ok", "litellm-exporter.service: active"))
        self.assertEqual(report["configuration"][:2], ("ok", "/etc/litellm-exporter/litellm-exporter.yml: valid"))
        self.assertEqual(report["database"][0], "ok")
        self.assertEqual(report["port"][:2], ("ok", "127.0.0.1:19400: the exporter is running there"))
        self.assertEqual(report["state"][:2], ("ok", "/var/lib/litellm-exporter: in use by a running exporter"))
        self.assertIn("0 to mend", self.machine.run("litellm-exporter", "doctor").stdout)

    def test_while_it_is_stopped_nothing_becomes_roots(self):
        self.machine.run("systemctl", "stop", "litellm-exporter")
        before = self.machine.shell("find /var/lib/private/litellm-exporter -printf '%p %u %g %m %s\\n'").stdout
        report = self.examine(code=0)
        self.assertEqual(report["service"][0], "warning")
        self.assertIn(HINT, report["service"][2])
        self.assertRegex(report["state"][1], "^/var/lib/litellm-exporter: writable for ")
        self.assertNotRegex(report["state"][1], "root$")
        after = self.machine.shell("find /var/lib/private/litellm-exporter -printf '%p %u %g %m %s\\n'").stdout
        self.assertEqual(before, after)
        self.machine.run("systemctl", "start", "litellm-exporter")
        self.serves()

    def test_flags_and_environment_of_the_service_are_the_doctors(self):
        self.machine.write("/etc/default/litellm-exporter",
                           'LITELLM_BASE_URL=http://127.0.0.1:9\nARGS="--web.listen-address=127.0.0.1:19500 --log.level=warn"\n')
        self.machine.run("systemctl", "restart", "litellm-exporter")
        self.serves(19500)
        report = self.examine(code=1)
        self.assertEqual(report["port"][1], "127.0.0.1:19500: the exporter is running there")
        self.assertEqual(report["proxy"][0], "failure")
        self.assertIn("http://127.0.0.1:9", report["proxy"][1])
        # Whoever gives a flag says what is to be examined.
        self.assertNotIn("service", self.examine("env", f"DATABASE_URL={URL}", code=0))

    def test_a_drop_in_holds_for_the_doctor(self):
        self.machine.write("/etc/other.yml", "web: {listen_address: 127.0.0.1:19600}\n")
        self.drop_in("ExecStart=", 'ExecStart=/usr/bin/litellm-exporter "--config.file=/etc/other.yml"')
        self.serves(19600)
        report = self.examine(code=0)
        self.assertEqual(report["configuration"][1], "/etc/other.yml: valid")
        self.assertEqual(report["port"][1], "127.0.0.1:19600: the exporter is running there")

    def test_what_only_root_may_read_is_found(self):
        """Root would see nothing wrong."""
        self.machine.write("/etc/web.yml", "{}\n")
        self.machine.run("chmod", "600", "/etc/web.yml")
        self.machine.write("/etc/default/litellm-exporter", 'ARGS="--web.config.file=/etc/web.yml"\n')
        report = self.examine(code=1)
        self.assertEqual(report["web"][0], "failure")
        self.assertIn("/etc/web.yml", report["web"][1])

    def test_a_service_without_a_database_says_where_it_goes(self):
        self.machine.write(SECRET, "")
        self.machine.run("systemctl", "stop", "litellm-exporter")
        report = self.examine(code=1)
        self.assertEqual(report["configuration"][0], "failure")
        self.assertIn(SECRET, report["configuration"][1])
        failed = self.machine.run("systemctl", "start", "litellm-exporter", check=False)
        self.assertNotEqual(failed.returncode, 0)
        self.assertIn(SECRET, self.machine.journal())

    def test_other_users_are_sent_to_root(self):
        report = self.examine("runuser", "-u", "nobody", "--", code=1)
        self.assertNotIn("service", report)
        self.assertIn("sudo litellm-exporter doctor", report["configuration"][2])


class Package(BootedCase):
    def test_its_life(self):
        machine = self.machine
        first = self.apt("install", "/mnt/0.0.1.deb")
        self.assertIn(SECRET, first)
        self.assertIn(HINT, first)
        self.assertEqual(machine.show("ActiveState"), "inactive", "it waits for its database")
        self.fill_in()
        machine.run("systemctl", "enable", "--now", "litellm-exporter")
        self.serves()
        self.insert(5)
        self.counts(5)

        pid = machine.show("MainPID")
        self.assertNotIn(HINT, self.apt("install", "/mnt/new.deb"), "it is switched on")
        self.assertNotEqual(self.restarted(pid), pid)
        self.insert(2)
        self.counts(7)

        self.apt("remove", "litellm-exporter")
        self.assertEqual(machine.run("pidof", "litellm-exporter", check=False).stdout, "")
        self.assertEqual(machine.show("LoadState"), "not-found")
        self.assertEqual(machine.read(SECRET), URL + "\n")
        self.assertEqual(machine.run("test", "-e", "/etc/systemd/system/multi-user.target.wants/litellm-exporter.service",
                                     check=False).returncode, 1)

        # The state has waited.
        self.insert(1)
        self.assertIn(HINT, self.apt("install", "/mnt/new.deb"))
        machine.run("systemctl", "enable", "--now", "litellm-exporter")
        self.counts(8)

        self.apt("purge", "litellm-exporter")
        self.assertEqual(machine.show("LoadState"), "not-found")
        left = machine.shell("find / -xdev -name '*litellm*exporter*' -not -path '/proc/*' -not -path '/var/log/journal/*'").stdout
        self.assertEqual(left, "")
        self.assertEqual(machine.run("systemctl", "is-system-running", check=False).stdout.strip(), "running")


if __name__ == "__main__":
    probe = Path(tempfile.mkdtemp(prefix="litellm-exporter-"))
    try:
        Machine(ROOT, probe).stop()
    except CannotBoot as reason:
        print(f"skip systemd: {reason}")
        sys.exit()
    finally:
        shutil.rmtree(probe)
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""Private PostgreSQL clusters on 127.0.0.1, a hot standby included."""

import glob
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg2

from .ports import free_port, is_free
from .process import Process, patient, wait_until

SCHEMA = Path(__file__).with_name("schema.sql")
ROLE = Path(__file__).parents[1] / "postgres" / "role.sql"
EXPORTER_ROLE = "litellm_exporter"

_STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
# Commits stay synchronous: what a session was told is committed survives an "immediate" stop.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


def _program(name):
    """The program of the newest installed PostgreSQL; Debian keeps them off the PATH."""
    found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    if not found:
        raise FileNotFoundError(f"no /usr/lib/postgresql/*/bin/{name}: is PostgreSQL installed?")
    return max(found, key=lambda path: float(path.split("/")[4]))


def _server_user():
    """PostgreSQL refuses to run as root, so root hands it to the user that Debian made for it."""
    return "postgres" if os.geteuid() == 0 else None


class Cluster:
    """One PostgreSQL server with its own data directory and port."""

    def __init__(self, directory, settings=None, password=None, durable=True):
        """Nothing is created yet. `password` switches from trust to scram and serves every role;
        without `durable` the server is faster and survives anything but a crash of the machine."""
        self.directory = Path(directory)
        self.data = self.directory / "data"
        self.password = password
        self.port = free_port()
        self.settings = {**({} if durable else _NOT_DURABLE), **(settings or {})}
        self._process = None

    @classmethod
    def create(cls, directory, **options):
        """A cluster in `directory`, which is made; initialised and started."""
        cluster = cls(directory, **options)
        cluster.initialise()
        # That takes seconds, in which somebody else may have taken the port.
        if not is_free(cluster.port):
            cluster.port = free_port()
        cluster.start()
        return cluster

    def initialise(self):
        self._make_directory()
        initdb = [_program("initdb"), "--pgdata", self.data, "--username=postgres",
                  "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]
        if self.password is None:
            self._run([*initdb, "--auth=trust"])
        else:
            # Only the private cluster's; the directory goes away with it.
            file = self.directory / "password"
            file.write_text(self.password + "\n", encoding="utf-8")
            self._run([*initdb, "--auth=scram-sha-256", "--pwfile", file])

    def start(self, deadline=30):
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            **self.settings,
        }
        argv = [_program("postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        self._process = Process.start(argv, self.directory / "postgres.log", user=_server_user(),
                                      cwd=self.directory, death_signal=signal.SIGINT)
        wait_until(self._answers, deadline, f"PostgreSQL on port {self.port} answers")

    def stop(self, mode="fast", deadline=30):
        """"fast" ends the sessions and shuts down; "immediate" is a crash, recovered at start."""
        if self._process:
            self._process.stop(_STOP_SIGNALS[mode], deadline)
            self._process = None

    def restart(self, mode="fast"):
        self.stop(mode)
        self.start()

    @property
    def pid(self):
        return self._process.pid if self._process else None

    def url(self, user="postgres", database="postgres", password=None):
        password = password or self.password
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def connect(self, user="postgres", database="postgres", autocommit=True):
        connection = psycopg2.connect(self.url(user, database), connect_timeout=30)
        connection.autocommit = autocommit
        return connection

    def query(self, sql, parameters=None, database="postgres"):
        """Runs one statement on a connection of its own; the rows, if it has any."""
        connection = self.connect(database=database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def create_database(self, name, schema=SCHEMA):
        """A database with LiteLLM's tables, and the exporter's role with its grants."""
        self.query(f'CREATE DATABASE "{name}"')
        self.psql(name, schema)
        self.psql(name, ROLE, stop_at_error=False)
        if self.password:
            self.query(f"ALTER ROLE {EXPORTER_ROLE} PASSWORD %s", (self.password,))

    def psql(self, database, file, stop_at_error=True):
        """Runs a file the way an operator would."""
        argv = [_program("psql"), "--no-psqlrc", "--quiet", "--file", str(file),
                "--set", f"ON_ERROR_STOP={int(stop_at_error)}", self.url(database=database)]
        result = subprocess.run(argv, capture_output=True, text=True, timeout=patient(120))
        if result.returncode != 0:
            raise RuntimeError(f"psql {file}: {result.stderr.strip()}")

    def standby(self, directory, **options):
        """A streaming hot standby of this cluster, started."""
        standby = Cluster(directory, password=self.password, **options)
        standby.settings = {**self.settings, **standby.settings}
        standby._make_directory()
        standby._run([_program("pg_basebackup"), "--pgdata", standby.data, "--write-recovery-conf",
                      "--wal-method=stream", "--checkpoint=fast", "--no-sync", "--dbname", self.url()])
        standby.start()
        return standby

    def wait_for_replay(self, primary, deadline=30):
        """Waits until this standby shows everything its primary has committed by now."""
        position = primary.query("SELECT pg_current_wal_flush_lsn()")[0][0]
        wait_until(
            lambda: self.query("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (position,))[0][0],
            deadline, f"the standby replays up to {position}")

    def promote(self, deadline=30):
        self.query("SELECT pg_promote(wait => true, wait_seconds => %s)", (deadline,))
        wait_until(lambda: not self.query("SELECT pg_is_in_recovery()")[0][0], deadline,
                   "the standby becomes a primary")

    def _answers(self):
        self._process.check_alive()
        return self.query("SELECT true")

    def _make_directory(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        if user := _server_user():
            shutil.chown(self.directory, user)

    def _run(self, argv):
        user = _server_user()
        identity = {"user": user, "group": user, "extra_groups": []} if user else {}
        result = subprocess.run([str(word) for word in argv], capture_output=True, text=True,
                                timeout=patient(300), cwd=self.directory, **identity)
        if result.returncode != 0:
            raise RuntimeError(f"{argv[0]}: {result.stderr.strip()}")

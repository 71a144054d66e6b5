# SPDX-License-Identifier: Apache-2.0
"""A real PgBouncer before a private cluster."""

import shutil
import signal

from demo.ports import free_port
from demo.process import Process, wait_until

_NOBODY = "postgres"


class PgBouncer:
    """Started by start(); `mode` is session, transaction or statement. Logins need no password."""

    def __init__(self, directory, cluster, mode):
        self.directory = directory
        self.port = free_port()
        directory.mkdir()
        (directory / "pgbouncer.ini").write_text(f"""
            [databases]
            * = host=127.0.0.1 port={cluster.port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {self.port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            ignore_startup_parameters = extra_float_digits
            server_login_retry = 1
            """.replace(" " * 12, ""), encoding="utf-8")
        # `auth_type = any` logs everybody in as the user of the database line.
        for path in (directory, directory / "pgbouncer.ini"):
            shutil.chown(path, _NOBODY)
        self._process = None

    def start(self, user):
        text = (self.directory / "pgbouncer.ini").read_text(encoding="utf-8")
        (self.directory / "pgbouncer.ini").write_text(text.replace("host=", f"user={user} host="), encoding="utf-8")
        self._process = Process.start(["pgbouncer", str(self.directory / "pgbouncer.ini")],
                                      self.directory / "pgbouncer.log", user=_NOBODY)
        wait_until(lambda: "process up" in self._process.log(), 20, "PgBouncer is up")

    def stop(self):
        self._process.stop(signal.SIGINT, 20)

    def url(self, user, database):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

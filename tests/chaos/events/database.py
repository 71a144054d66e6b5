# SPDX-License-Identifier: Apache-2.0
"""What happens to the servers, and to rows that were counted."""

import os
import signal

from demo.postgres import EXPORTER_ROLE
from events.event import Event


class DatabaseEvent(Event):
    room = "database"


class Crash(DatabaseEvent):
    """What the server had not written of its log is gone, committed or not."""

    def play(self, world, chooser):
        if chooser.random() < 0.5:
            world.servers.keep_unwritten()
            yield chooser.uniform(0.5, 2)
        world.servers.crash(world.servers.primary)
        yield chooser.uniform(0, 1)
        world.servers.primary.start()


class StandbyCrash(DatabaseEvent):
    def play(self, world, chooser):
        world.servers.crash(world.servers.standby)
        yield chooser.uniform(0, 1)
        world.servers.standby.start()


class ServerRestart(DatabaseEvent):
    def play(self, world, chooser):
        world.servers.primary.stop("fast")
        yield chooser.uniform(0, 1)
        world.servers.primary.start()


class FailOver(DatabaseEvent):
    """To the standby, sometimes before it has all; the old primary comes back as its standby."""

    def play(self, world, chooser):
        if chooser.random() < 0.5:
            world.servers.wait_replayed()
        world.servers.fail_over()
        yield chooser.uniform(0, 1)
        world.find_servers()
        world.servers.follow_again(rewind=chooser.random() < 0.5)
        world.find_servers()


class ReplayPaused(DatabaseEvent):
    """The standby stands still."""

    def play(self, world, chooser):
        world.servers.standby.query("SELECT pg_wal_replay_pause()")
        yield chooser.uniform(2, 5)
        world.servers.standby.query("SELECT pg_wal_replay_resume()")


class OtherServer(DatabaseEvent):
    """The exporter is led from the primary to the standby, or back."""

    def play(self, world, chooser):
        for _ in range(chooser.randint(1, 3)):
            world.read_from(standby=not world.reads_standby)
            yield chooser.uniform(0.5, 2)


class FrozenBackend(DatabaseEvent):
    """The server processes that the exporter talks to stand still."""

    def __init__(self):
        self._frozen = []

    def play(self, world, chooser):
        cluster = world.servers.standby if world.reads_standby else world.servers.primary
        for _ in range(3):
            self._frozen += [row[0] for row in cluster.query("SELECT pid FROM pg_stat_activity WHERE usename = %s",
                                                             (EXPORTER_ROLE,))]
            for pid in self._frozen:
                _signal(pid, signal.SIGSTOP)
            yield chooser.uniform(0.3, 1.2)
        self.heal(world)

    def heal(self, world):
        for pid in self._frozen:
            _signal(pid, signal.SIGCONT)


class Terminated(DatabaseEvent):
    """An administrator ends all sessions."""

    def play(self, world, chooser):
        for _ in range(3):
            for cluster in (world.servers.primary, world.servers.standby):
                cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                              "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
            yield chooser.uniform(0, 1)


class Upkeep(DatabaseEvent):
    """Rows that were counted are changed by an operator, or deleted by LiteLLM's retention."""

    def play(self, world, chooser):
        # An older state would have to count them again.
        world.ledger.epoch += 1
        ids = world.ledger.counted_ids()
        world.servers.query("""UPDATE "LiteLLM_SpendLogs" SET spend = spend + 1000, prompt_tokens = 9
                               WHERE request_id = ANY(%s)""", (ids[::2],))
        yield chooser.uniform(0, 1)
        world.servers.query('DELETE FROM "LiteLLM_SpendLogs" WHERE request_id = ANY(%s)', (ids[::3] + ids[::2],))


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


EVENTS = [Crash, StandbyCrash, ServerRestart, FailOver, ReplayPaused, OtherServer, FrozenBackend, Terminated, Upkeep]

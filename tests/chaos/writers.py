# SPDX-License-Identifier: Apache-2.0
"""Proxies that write the spend log as LiteLLM does, whatever becomes of the database."""

import json
import random
import sys
import threading
import time
import uuid
from datetime import datetime, timezone

import psycopg2
from psycopg2.extras import execute_values

from demo.process import wait_until
from ledger import SPEND_UNIT, Row

MODELS = [("gpt-4o-mini", "openai"), ("claude-sonnet", "anthropic"), ("gemini-flash", "vertex_ai")]
ERRORS = [("RateLimitError", "429"), ("Timeout", "408"), ("InternalServerError", "500")]
_COLUMNS = ("request_id", "call_type", "spend", "total_tokens", "prompt_tokens", "completion_tokens", "startTime",
            "endTime", "completionStartTime", "model", "model_group", "custom_llm_provider", "metadata", "status")
_NAMES = ", ".join(f'"{column}"' for column in _COLUMNS)
_INSERT = f'INSERT INTO "LiteLLM_SpendLogs" ({_NAMES}) VALUES %s ON CONFLICT DO NOTHING'


def _values(row):
    def utc(seconds):
        return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
    status = "failure" if row.error else "success"
    metadata = {"status": status}
    if row.error:
        metadata["error_information"] = {"error_class": row.error[0], "error_code": row.error[1],
                                         "llm_provider": row.provider, "error_message": "no"}
    ended = utc(row.started + row.seconds)
    return (row.request_id, "acompletion", row.spend_units * SPEND_UNIT, row.input_tokens + row.output_tokens,
            row.input_tokens, row.output_tokens, utc(row.started), ended, ended, row.model, row.model, row.provider,
            json.dumps(metadata), status)


class Clock:
    """The writers' clock, which may be wrong."""
    ahead = 0.0

    def now(self):
        return time.time() + self.ahead


class Writer(threading.Thread):
    """One proxy: a connection, transactions of all kinds, and rows that are sent again when nobody knows."""

    def __init__(self, connect, ledger, clock, chooser):
        super().__init__(daemon=True)
        self._connect, self._ledger, self._clock, self._chooser = connect, ledger, clock, chooser
        self.go = threading.Event()
        # Set while no transaction is open.
        self.idle = threading.Event()
        self.idle.set()
        self.ended = False
        self._again = []

    def run(self):
        connection = None
        while not self.ended:
            if not self.go.is_set():
                self.idle.set()
                self.go.wait(0.1)
                continue
            self.idle.clear()
            try:
                connection = connection or self._connect()
                self._transaction(connection)
            except psycopg2.Error as error:
                # What the server refuses is tried again like everything else, and is named where nobody expects it.
                if not isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)):
                    print(f"a writer: {error}", file=sys.stderr)
                connection = connection and connection.close()
                time.sleep(0.2)

    def _transaction(self, connection):
        rows = self._again if self._again and self._chooser.random() < 0.7 else self._rows()
        self._again = []
        self._insert(connection, rows)
        if self._chooser.random() < 0.3:
            rows = rows + self._under_savepoint(connection)
        if self._chooser.random() < 0.1:
            time.sleep(self._chooser.uniform(0.2, 1.5))
        if self._chooser.random() < 0.1:
            connection.rollback()
            return
        self._ledger.sending(rows)
        self._again = rows
        connection.commit()
        self._again = []
        self._ledger.answered(rows)
        time.sleep(self._chooser.uniform(0, 0.2))

    def _under_savepoint(self, connection):
        rows = self._rows()
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT one")
            self._insert(connection, rows)
            kept = self._chooser.random() < 0.7
            cursor.execute("RELEASE SAVEPOINT one" if kept else "ROLLBACK TO SAVEPOINT one")
        return rows if kept else []

    def _insert(self, connection, rows):
        with connection.cursor() as cursor:
            execute_values(cursor, _INSERT, [_values(row) for row in rows], page_size=len(rows))

    def _rows(self):
        return [self._row() for _ in range(self._chooser.randint(1, 8))]

    def _row(self):
        chance = self._chooser.random()
        # Most rows come at once, some after minutes, a few behind the window that each poll reads.
        age = self._chooser.uniform(0, 3) if chance < 0.8 else self._chooser.uniform(60, 500) if chance < 0.95 \
            else self._chooser.uniform(1300, 1500)
        seconds = self._chooser.uniform(0.01, 30)
        model, provider = self._chooser.choice(MODELS)
        return Row(str(uuid.UUID(int=self._chooser.getrandbits(128))), model, provider,
                   self._chooser.choice(ERRORS) if self._chooser.random() < 0.15 else None,
                   self._chooser.randint(1, 2000), self._chooser.randint(1, 2000), self._chooser.randint(1, 500),
                   self._clock.now() - age - seconds, seconds)


class Writers:
    def __init__(self, connect, ledger, seed, count=3):
        """`connect` gives a connection to whatever server takes writes now."""
        self.clock = Clock()
        self._all = [Writer(connect, ledger, self.clock, random.Random(f"{seed}/writer/{number}"))
                     for number in range(count)]
        for writer in self._all:
            writer.start()

    def resume(self):
        for writer in self._all:
            writer.idle.clear()
            writer.go.set()

    def pause(self):
        """Until every transaction has ended, one way or the other."""
        for writer in self._all:
            writer.go.clear()
        wait_until(lambda: all(writer.idle.is_set() for writer in self._all), 40, "the writers are idle")

    def end(self):
        for writer in self._all:
            writer.ended = True
            writer.go.clear()

# SPDX-License-Identifier: Apache-2.0
"""Every committed row is counted once, whatever happens to writers, database and exporter."""

import random
import threading
import time
import unittest

import psycopg2

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, parse_page, patient, total, wait_until
from rows import failure, insert

MODELS = [("gpt-4o-mini", "openai"), ("claude-sonnet", "anthropic"), ("gemini-flash", "vertex_ai")]


class Writers:
    """Concurrent sessions with savepoints, rollbacks, long transactions and late rows.

    Each keeps count of what it knows to be committed; a commit whose answer got lost with the
    connection is looked up afterwards by the ids it wrote.
    """

    def __init__(self, cluster, database, count, seed):
        self._cluster, self._database = cluster, database
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.committed = set()
        self.in_doubt = set()
        self._threads = [threading.Thread(target=self._run, args=(seed + n,), daemon=True)
                         for n in range(count)]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(patient(60))

    def _run(self, seed):
        chooser = random.Random(seed)
        while not self._stop.is_set():
            try:
                connection = psycopg2.connect(self._cluster.url(database=self._database),
                                              connect_timeout=5)
                while not self._stop.is_set():
                    self._transaction(connection, chooser)
            except psycopg2.Error:
                time.sleep(0.2)

    def _transaction(self, connection, chooser):
        written = self._rows(connection, chooser)
        if chooser.random() < 0.3:
            written += self._under_savepoint(connection, chooser)
        if chooser.random() < 0.1:
            time.sleep(chooser.uniform(0.2, 2.5))
        if chooser.random() < 0.15:
            connection.rollback()
            return
        with self._lock:
            self.in_doubt.update(written)
        connection.commit()
        with self._lock:
            self.in_doubt.difference_update(written)
            self.committed.update(written)

    def _under_savepoint(self, connection, chooser):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT one")
            written = self._rows(connection, chooser)
            if chooser.random() < 0.3:
                cursor.execute("ROLLBACK TO SAVEPOINT one")
                return []
            cursor.execute("RELEASE SAVEPOINT one")
            return written

    def _rows(self, connection, chooser):
        rows = []
        for _ in range(chooser.randint(1, 20)):
            model, provider = chooser.choice(MODELS)
            late = chooser.random()
            duration = chooser.uniform(0.01, 30)
            # Most rows come at once, some after minutes, a few after the poll's window.
            age = chooser.uniform(0, 3) if late < 0.8 else chooser.uniform(60, 600) if late < 0.95 \
                else chooser.uniform(1000, 15000)
            row = {"request_id": f"{chooser.getrandbits(128):032x}", "model": model,
                   "model_group": model, "custom_llm_provider": provider, "startTime": -age - duration,
                   "endTime": -age, "spend": chooser.randint(1, 999) / 1000,
                   "prompt_tokens": chooser.randint(1, 2000),
                   "completion_tokens": chooser.randint(1, 500), "total_tokens": 1}
            if chooser.random() < 0.1:
                row = {**row, **failure()}
            rows.append(row)
        insert(connection, rows)
        time.sleep(chooser.uniform(0, 0.05))
        return [row["request_id"] for row in rows]


class ExactlyOnce(IntegrationCase):
    settings = {"max_connections": 60}

    def setUp(self):
        super().setUp()
        # What every row was when it was committed, however it is updated or deleted later.
        self.sql('CREATE TABLE truth (LIKE "LiteLLM_SpendLogs")')
        self.sql("""CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN INSERT INTO truth SELECT NEW.*; RETURN NEW; END $$""")
        self.sql("""CREATE TRIGGER remember AFTER INSERT ON "LiteLLM_SpendLogs"
                    FOR EACH ROW EXECUTE FUNCTION remember()""")

    def test_primary_and_standby_under_kills_and_a_restart(self):
        standby = self.cluster.standby(self.directory / "standby", durable=False)
        self.addCleanup(standby.stop, "immediate")
        exporters = [self.exporter(),
                     self.exporter(url=standby.url(EXPORTER_ROLE, self.database))]
        writers = Writers(self.cluster, self.database, count=6, seed=1)
        writers.start()
        self.addCleanup(writers.stop)
        upkeep = threading.Event()
        thread = threading.Thread(target=self.update_and_delete, args=(upkeep, exporters, standby),
                                  daemon=True)
        thread.start()
        for step in range(3):
            time.sleep(4)
            for exporter in exporters:
                exporter.kill()
            time.sleep(step)
            for exporter in exporters:
                exporter.start()
                exporter.wait_ready()
            if step == 1:
                self.cluster.restart("immediate")
        wait_until(lambda: len(writers.committed) > 2000, 120, "2000 rows")
        # The restart may have come between an update and its deletion.
        wait_until(lambda: self.sql("""SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE model = 'changed'""")[0][0], 120,
                   "rows are updated")
        wait_until(lambda: self.sql("""SELECT (SELECT count(*) FROM truth) > count(*) FROM "LiteLLM_SpendLogs\"""")[0][0],
                   120, "rows are deleted")
        writers.stop()
        upkeep.set()
        thread.join(patient(60))
        self.settle_doubts(writers)
        expected = len(writers.committed)
        self.assertLess(self.sql('SELECT count(*) FROM "LiteLLM_SpendLogs"')[0][0], expected)
        standby.wait_for_replay(self.cluster)
        for exporter in exporters:
            self.wait_total(exporter, expected, deadline=60)
            self.compare_families(exporter)
            self.assertGreater(metric(exporter, "litellm_exporter_spend_log_late_rows_total"), 0)
            self.assertGreater(metric(exporter, "litellm_exporter_spend_log_duplicate_rows_total"), 0)
            self.assertEqual(metric(exporter, "litellm_exporter_baselines_total"), 1)

    def update_and_delete(self, stop, exporters, standby):
        """Touches rows only once both exporters have them: nobody can count what never was visible
        to him, and a row that is updated before it was seen counts as updated."""
        while not stop.is_set():
            try:
                names = [row[0] for row in self.sql(
                    'SELECT request_id FROM "LiteLLM_SpendLogs" ORDER BY request_id LIMIT 60')]
                standby.wait_for_replay(self.cluster)
                # Two sweep intervals later the next poll but one has swept, however long one takes.
                swept = time.time() + 5
                for _ in range(3):
                    wait_until(lambda: stop.is_set() or all(
                        metric(exporter, "litellm_exporter_collector_last_success_timestamp_seconds",
                               collector="spend_log") > swept for exporter in exporters),  # noqa: B023
                        60, "both exporters have seen the rows")
                    swept = time.time()
                if not stop.is_set():
                    self.sql("""UPDATE "LiteLLM_SpendLogs" SET spend = spend + 1000, model = 'changed'
                                WHERE request_id = ANY(%s)""", (names[:40],))
                    self.sql('DELETE FROM "LiteLLM_SpendLogs" WHERE request_id = ANY(%s)',
                             (names[30:],))
            except (OSError, TimeoutError, psycopg2.Error, RuntimeError):
                pass
            stop.wait(0.5)

    def settle_doubts(self, writers):
        found = self.sql("SELECT request_id FROM truth WHERE request_id = ANY(%s)",
                         (list(writers.in_doubt),))
        writers.committed.update(row[0] for row in found)
        self.assertEqual(len(writers.committed), self.sql("SELECT count(*) FROM truth")[0][0])

    def compare_families(self, exporter):
        page = parse_page(exporter.page())
        rows = self.sql("""
            SELECT model_group, custom_llm_provider, count(*) FILTER (WHERE status = 'success'),
                   count(*) FILTER (WHERE status = 'failure'), sum(spend), sum(prompt_tokens),
                   sum(completion_tokens), sum(extract(epoch FROM "endTime" - "startTime"))
            FROM truth GROUP BY 1, 2""")
        self.assertEqual(len(rows), len(MODELS))
        for model, provider, successes, failures, spend, inputs, outputs, seconds in rows:
            names = {"model": model, "provider": provider}
            for name, expected in (("litellm_spend_usd_total", spend),
                                   ("litellm_input_tokens_total", inputs),
                                   ("litellm_output_tokens_total", outputs),
                                   ("litellm_errors_total", failures),
                                   ("litellm_request_duration_seconds_count", successes + failures),
                                   ("litellm_request_duration_seconds_sum", float(seconds))):
                self.assertAlmostEqual(total(page, name, **names), expected, places=3, msg=name)
            self.assertEqual(
                total(page, "litellm_requests_total", status="success", **names), successes)
            self.assertEqual(
                total(page, "litellm_requests_total", status="failure", **names), failures)

    def test_rows_that_were_there_before_the_first_start_do_not_count(self):
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{}] * 20)
        open_transaction = self.cluster.connect(database=self.database, autocommit=False)
        insert(open_transaction, [{}] * 3)
        exporter = self.exporter()
        self.assertEqual(metric(exporter, "litellm_requests_total"), 0)
        self.sql('UPDATE "LiteLLM_SpendLogs" SET spend = 1')
        open_transaction.commit()
        insert(connection, [{}] * 5)
        self.wait_total(exporter, 8)

    def test_rows_from_before_the_window_wait_for_the_sweep(self):
        exporter = self.exporter()
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{}] * 7, age=3600)
        insert(connection, [{}] * 2, age=-600)
        self.wait_total(exporter, 9)
        self.assertEqual(metric(exporter, "litellm_exporter_spend_log_late_rows_total"), 7)

    def test_a_partitioned_table_is_unique_by_id_and_start(self):
        self.sql('DROP TRIGGER remember ON "LiteLLM_SpendLogs"')
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" RENAME TO "LiteLLM_SpendLogs_legacy"')
        self.sql("""CREATE TABLE "LiteLLM_SpendLogs"
                    (LIKE "LiteLLM_SpendLogs_legacy" INCLUDING DEFAULTS,
                     PRIMARY KEY (request_id, "startTime")) PARTITION BY RANGE ("startTime")""")
        self.sql("""CREATE TABLE "LiteLLM_SpendLogs_pdefault"
                    PARTITION OF "LiteLLM_SpendLogs" DEFAULT""")
        self.sql(f'GRANT SELECT ON "LiteLLM_SpendLogs" TO {EXPORTER_ROLE}')
        exporter = self.exporter()
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{"request_id": "same", "startTime": -10}])
        insert(connection, [{"request_id": "same", "startTime": -20}])
        self.wait_total(exporter, 2)
        self.sql('UPDATE "LiteLLM_SpendLogs" SET spend = 5')
        self.wait_total(exporter, 2)

    def test_counting_goes_on_after_a_long_outage(self):
        exporter = self.exporter()
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_total(exporter, 3)
        exporter.stop()
        connection = self.cluster.connect(database=self.database)
        for age in range(0, 20000, 500):
            insert(connection, [{}] * 10, age=age)
        self.sql('DELETE FROM "LiteLLM_SpendLogs" WHERE "startTime" < now() - interval \'5 hours\'')
        left = self.sql('SELECT count(*) FROM "LiteLLM_SpendLogs"')[0][0]
        exporter.start()
        exporter.wait_ready()
        self.wait_total(exporter, left)


class Reread(IntegrationCase):
    settings = {"shared_preload_libraries": "pg_stat_statements"}

    def test_documents_are_asked_for_once(self):
        """Rows of the last half minute are looked at by each poll, but only their ids."""
        self.sql("CREATE EXTENSION pg_stat_statements")
        exporter = self.exporter()
        insert(self.cluster.connect(database=self.database), [{}] * 200)
        self.wait_total(exporter, 200)
        wait_until(lambda: metric(exporter, "litellm_exporter_spend_log_duplicate_rows_total") > 1000, 60,
                   "the rows are read again")
        documents = self.sql("""SELECT sum(rows) FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
                                WHERE rolname = %s AND query LIKE '%%usage_object%%'""", (EXPORTER_ROLE,))[0][0]
        self.assertEqual(documents, 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)

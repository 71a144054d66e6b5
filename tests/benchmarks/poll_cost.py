# SPDX-License-Identifier: Apache-2.0
"""What a poll of the spend log costs the database at several sizes of the table while 20 rows a second come, beside
prometheus-sql-exporter that counts the same by GROUP BY at each scrape. Prints figures, never fails.

Needs the Debian package prometheus-sql-exporter, and 1 GB of disk for each million rows."""

import shutil

from measured import ALONE, arguments, fill, measured_cluster
from harness import DATABASE, EXPORTER_ROLE, metric
from demo.exporter import Exporter
from demo.ports import free_port
from demo.process import Process, wait_until
from demo.web import request

RATE = 20
POLL_SECONDS = 15
POLLS = 4
OTHER_ROLE = "sql_exporter"

OTHER_CONFIG = """
jobs:
- name: litellm
  interval: '0'
  connections: ['postgres://{role}@127.0.0.1:{port}/{database}?sslmode=disable']
  queries:
"""
# By what our counters of requests, spend and tokens are.
OTHER_QUERY = """
  - name: {name}
    help: Requests by {name}.
    labels: [{labels}]
    values: [requests, spend, input_tokens, output_tokens]
    query: |
      SELECT {labels}, count(*)::float8 AS requests, sum(spend)::float8 AS spend,
             sum(prompt_tokens)::float8 AS input_tokens, sum(completion_tokens)::float8 AS output_tokens
      FROM "LiteLLM_SpendLogs" GROUP BY {labels}
"""
GROUPS = {"models": "model_group, custom_llm_provider, status", "teams": "team_id, status", "keys": "api_key, status"}


def spent(cluster, role):
    """Milliseconds in the database and statements of a role since they were reset."""
    return cluster.query(
        """SELECT coalesce(sum(total_exec_time + total_plan_time), 0)::float8, coalesce(sum(calls), 0)::int
           FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = %s""", (role,),
        database=DATABASE)[0]


def new_rows(cluster):
    """Those of one poll; planned and written outside what is measured."""
    fill(cluster, RATE * POLL_SECONDS, RATE)
    cluster.query("SELECT pg_stat_statements_reset()", database=DATABASE)


def ours(cluster, directory):
    exporter = Exporter(directory, cluster.url(EXPORTER_ROLE, DATABASE),
                        config=f"database: {{poll_interval: {POLL_SECONDS}s}}\n{ALONE}")
    exporter.start()
    exporter.wait_ready(120)

    def polls():
        return metric(exporter, "litellm_exporter_polls_total", collector="spend_log")
    costs = []
    for _ in range(POLLS):
        new_rows(cluster)
        counted = metric(exporter, "litellm_exporter_spend_log_rows_total")
        before = polls()
        wait_until(lambda b=before: polls() > b, 60, "a poll")
        costs.append(spent(cluster, EXPORTER_ROLE)[0] / (polls() - before))
        if metric(exporter, "litellm_exporter_spend_log_rows_total") <= counted:
            raise RuntimeError("the poll found no new rows")
    statements = spent(cluster, EXPORTER_ROLE)[1]
    exporter.stop()
    return costs, statements


def theirs(cluster, directory):
    config = directory / "sql_exporter.yml"
    config.write_text(OTHER_CONFIG.format(role=OTHER_ROLE, port=cluster.port, database=DATABASE)
                      + "".join(OTHER_QUERY.format(name=name, labels=labels) for name, labels in GROUPS.items()),
                      encoding="utf-8")
    port = free_port()
    process = Process.start(["prometheus-sql-exporter", "-config.file", str(config),
                             "-web.listen-address", f"127.0.0.1:{port}"], directory / "sql_exporter.log")

    def scrape():
        return b"sql_models{" in request(f"http://127.0.0.1:{port}/metrics", timeout=300)[2]
    try:
        wait_until(scrape, 120, "prometheus-sql-exporter counts")
        cost = 0
        while not cost:
            new_rows(cluster)
            scrape()
            cost = spent(cluster, OTHER_ROLE)[0]
        return cost
    finally:
        process.stop()


def main():
    parser = arguments(__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000],
                        help="sizes of the table, ascending; default 100000 1000000 10000000")
    options = parser.parse_args()
    if not shutil.which("prometheus-sql-exporter"):
        raise SystemExit("poll_cost.py needs the Debian package prometheus-sql-exporter")
    with measured_cluster() as (cluster, scratch):
        cluster.query(f"CREATE ROLE {OTHER_ROLE} LOGIN IN ROLE pg_read_all_data")
        for rows in options.rows:
            cluster.query('TRUNCATE "LiteLLM_SpendLogs"', database=DATABASE)
            # Documents of old rows are never read: small ones make a table of this size sooner.
            fill(cluster, rows, RATE, fields=4)
            directory = scratch / str(rows)
            directory.mkdir()
            costs, statements = ours(cluster, directory)
            other = theirs(cluster, directory)
            mean = sum(costs) / len(costs)
            print(f"{rows} rows, {RATE * POLL_SECONDS} new ones a poll: {mean:.1f} ms a poll in the database ("
                  + ", ".join(f"{cost:.1f}" for cost in costs) + f"; {statements} statements);"
                  f" prometheus-sql-exporter {other:.0f} ms a scrape, ratio {mean / other:.4f}", flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Trouble made on purpose, from the row or the process to the page that wakes somebody, and its end.

Each drill returns a list of what went wrong, empty when the right page and nothing else arrived. The
rules must run in a hurry (see timelapse). A stack gives `exporter`, `prometheus`, `receiver`, `proxy`
(a FakeLitellm), `cluster` (a postgres.Cluster), `database` (its name), and that a proxy is watched.
"""

import contextlib
import datetime
import time
import uuid

from . import delivery, timelapse
from .ledger import Ledger
from .modes import MODES
from .process import wait_until

_DEADLINE_SECONDS = 120
# A page too many would come once its group has waited, which none does for longer than this.
_STRAGGLERS_SECONDS = timelapse.seconds("2m") + 2
_PROVIDER = "drill-provider"
_TEAM = "drill-team"

_LOGGED = """
INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", model, model_group,
                                 custom_llm_provider, status, metadata)
VALUES (%s, 'acompletion', %s, %s, 'drill-model', 'drill-model', %s, %s,
        '{"error_information": {"error_class": "ServiceUnavailableError", "error_code": "503"}}')"""


def provider_outage(stack):
    """Rows with failures of one provider become one page that names it, until requests succeed again."""
    last, status = 0.0, "failure"

    def ask():
        nonlocal last
        if time.monotonic() - last > 0.4:
            now = datetime.datetime.utcnow()
            for _ in range(5):
                _finish_request(stack, now, status)
            last = time.monotonic()

    def end():
        nonlocal status
        status = "success"
    return _drill(stack, "LiteLLMProviderOutage", {"provider": _PROVIDER, "severity": "critical"},
                  [_PROVIDER, "100%"], role="pager", keep_up=ask, end=end,
                  seen={"LiteLLMProviderOutage"})


def _finish_request(stack, now, status):
    name = str(uuid.uuid4())
    row = {"request_id": name, "call_type": "acompletion", "model": "drill-model", "model_group": "drill-model",
           "custom_llm_provider": _PROVIDER, "status": status, "startTime": now, "metadata": {"usage_object": None}, "spend": 0,
           "prompt_tokens": 0, "completion_tokens": 0, "request_duration_ms": 0, "api_key": "", "user": "", "team_id": "",
           "organization_id": "", "end_user": "", "request_tags": [], "mcp_namespaced_tool_name": ""}
    with contextlib.closing(stack.cluster.connect(database=stack.database, autocommit=False)) as connection:
        with connection, connection.cursor() as cursor:
            mode = MODES[stack.mode]
            if mode.logs(row):
                cursor.execute(_LOGGED, (name, now, now, _PROVIDER, status))
            if mode.delivers:
                delivery.write(cursor, [row])
        sums = Ledger()
        sums.add(row)
        sums.flush(connection)


def budget_exhausted(stack):
    """A team that has spent its budget is one page to the owners, not three."""
    stack.cluster.query("""
        INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, max_budget, spend) VALUES (%s, %s, 10, 12.5)
        ON CONFLICT (team_id) DO UPDATE SET spend = 12.5""", (_TEAM, _TEAM), database=stack.database)

    def end():
        stack.cluster.query('UPDATE "LiteLLM_TeamTable" SET spend = 0 WHERE team_id = %s', (_TEAM,),
                            database=stack.database)
    return _drill(stack, "LiteLLMBudgetExhausted", {"scope": "team", "id": _TEAM, "severity": "critical"},
                  [_TEAM, "125%"], role="owners", end=end,
                  seen={"LiteLLMBudgetExhausted", "LiteLLMBudgetCritical"}, others={"id": _TEAM})


def proxy_dead(stack):
    """A dead proxy is one page, although the exporter and the probes all see it."""
    stack.proxy.stop()
    return _drill(stack, "LiteLLMDown", {"severity": "critical"}, ["litellm-exporter"], role="pager",
                  end=stack.proxy.start, seen={"LiteLLMDown", "LiteLLMProxyDown", "LiteLLMProbeFailed"})


def database_down(stack):
    """A dead database is one page, although the proxy is not ready and collectors fail."""
    stack.cluster.stop("immediate")
    stack.proxy.mode = "not_ready"

    def end():
        stack.cluster.start()
        stack.proxy.mode = "good"
    return _drill(stack, "LiteLLMExporterDatabaseDown", {"severity": "critical"}, ["PostgreSQL"], role="pager",
                  end=end, seen={"LiteLLMExporterDatabaseDown", "LiteLLMNotReady", "LiteLLMProbeFailed"})


def exporter_killed(stack):
    """A killed exporter is one page, and the next one goes on counting."""
    stack.exporter.kill()

    def end():
        stack.exporter.start()
        stack.exporter.wait_ready()
    return _drill(stack, "LiteLLMExporterDown",
                  {"severity": "critical", "instance": stack.exporter.address}, [stack.exporter.address],
                  role="pager", end=end, seen={"LiteLLMExporterDown"})


ALL = (provider_outage, budget_exhausted, proxy_dead, database_down, exporter_killed)


def _drill(stack, alert, labels, words, role, seen, keep_up=lambda: None, end=lambda: None, others=None):
    """Waits for the page, looks whether another came, ends the trouble and waits for the resolve.

    `seen` are the alerts that must fire in Prometheus meanwhile; of those with the labels `others`, or
    of all critical ones, only `alert` may reach anybody.
    """
    begin = len(stack.receiver.pages)
    ended = False
    try:
        def paged():
            keep_up()
            return _find(stack, "firing", alert, labels, begin)
        wait_until(paged, _DEADLINE_SECONDS, f"a page for {alert}")

        def all_fire():
            keep_up()
            return seen <= stack.prometheus.firing()
        wait_until(all_fire, _DEADLINE_SECONDS, f"{sorted(seen)} fire")
        time.sleep(_STRAGGLERS_SECONDS)
        end()
        ended = True

        def resolved():
            keep_up()
            return _find(stack, "resolved", alert, labels, begin)
        wait_until(resolved, _DEADLINE_SECONDS, f"{alert} is over")
        wait_until(lambda: not seen & stack.prometheus.firing(), _DEADLINE_SECONDS, f"{sorted(seen)} are over")
    except TimeoutError as error:
        return [f"{error}; pages: {_names(stack, begin)}; firing: {sorted(stack.prometheus.firing())}"]
    finally:
        if not ended:
            end()
    who, page = _find(stack, "firing", alert, labels, begin)
    differences = [] if who == role else [f"{alert} went to {who}, not to {role}"]
    text = page["annotations"]["description"]
    differences += [f"the text does not say {word!r}: {text}" for word in words if word not in text]
    if not page["annotations"]["runbook_url"].endswith(f"/runbooks/{alert}"):
        differences.append(f"no runbook: {page['annotations']['runbook_url']}")
    extra = {other["labels"]["alertname"] for _, other in stack.receiver.alerts("firing", begin)
             if _is_one_of(other["labels"], others)} - {alert}
    return differences + [f"{alert} was enough, but {name} came as well" for name in sorted(extra)]


def _is_one_of(labels, others):
    """The host that the drill runs on may have troubles of its own."""
    if labels["category"] == "host":
        return False
    if others is None:
        return labels["severity"] == "critical"
    return others.items() <= labels.items()


def _find(stack, status, alert, labels, begin):
    wanted = {"alertname": alert, **labels}.items()
    return next(((role, page) for role, page in stack.receiver.alerts(status, begin)
                 if wanted <= page["labels"].items()), None)


def _names(stack, begin):
    return sorted({page["labels"]["alertname"] for _, page in stack.receiver.alerts("firing", begin)})

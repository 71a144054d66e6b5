# SPDX-License-Identifier: Apache-2.0
"""What --check demands of the stack at the end of a run."""

import time

from . import drills
from .process import wait_until
from .truth import Totals, prometheus_totals

_DEADLINE_SECONDS = 60
_SETTLE_SECONDS = 8  # some polls and scrapes, in which a row counted twice would show
_SPEND_TOLERANCE = 1e-6  # sums of floats depend on their order


def row_to_series(stack):
    """Every row of the spend log is in the series that Prometheus stores, once.

    On a database of others rows keep coming while we look: the series must reach what the table
    held before and may not exceed what it holds after.
    """
    least, _ = stack.table_totals()
    seen = Totals()

    def reached():
        nonlocal seen
        seen = prometheus_totals(stack.prometheus)
        return not _below(seen, least)
    try:
        wait_until(reached, _DEADLINE_SECONDS, "Prometheus has every row")
    except TimeoutError:
        return [f"{name}: Prometheus says {value:.9g}, the table {wanted:.9g}"
                for name, value, wanted in _below(seen, least)]
    time.sleep(_SETTLE_SECONDS)
    seen = prometheus_totals(stack.prometheus)
    _, most = stack.table_totals()
    return [f"{name}: Prometheus says {value:.9g}, the table only {wanted:.9g}"
            for name, wanted, value in _below(most, seen)]


_LIMITS = """
SELECT coalesce(sum(max_budget), 0) FROM (
    SELECT max_budget FROM "LiteLLM_TeamTable"
    UNION ALL SELECT max_budget FROM "LiteLLM_UserTable") AS entities"""


def budgets_as_stored(stack):
    """The budgets of teams and users are what their tables say, and the proxy is watched."""
    with stack.connection.cursor() as cursor:
        cursor.execute(_LIMITS)
        limits = float(cursor.fetchone()[0])
    wanted = {'sum(litellm_budget_limit_usd{scope=~"team|user"}) or vector(0)': limits}
    if stack.watches_a_proxy:
        wanted["min(litellm_up)"] = 1.0
    differences = []
    for expression, value in wanted.items():
        try:
            wait_until(lambda e=expression, v=value: abs(stack.prometheus.value(e) - v) < 1e-6, _DEADLINE_SECONDS, expression)
        except TimeoutError:
            differences.append(f"{expression}: Prometheus says {stack.prometheus.value(expression)}, expected {value}")
    return differences


# Each returns a list of differences, empty when all is well.
CHECKS = (row_to_series, budgets_as_stored)
# These make trouble, so they come last and only on a database of our own.
DRILLS = drills.ALL


def run_checks(stack, names=None):
    """Runs all checks, and the drills of these names or all; prints a line for each and returns whether all passed."""
    passed = True
    wanted = [drill for drill in DRILLS if names is None or drill.__name__ in names]
    for check in [*CHECKS, *(wanted if stack.cluster else ())]:
        differences = check(stack)
        print(f"{'ok  ' if not differences else 'FAIL'} {check.__doc__.splitlines()[0]}", flush=True)
        for difference in differences:
            print(f"     {difference}", flush=True)
        passed = passed and not differences
    if not stack.cluster:
        print("skip the drills: nobody breaks a database of others on purpose", flush=True)
    return passed


def _below(totals, bound):
    """(name, value, bound) of what lies below its bound."""
    return [(name, value, wanted) for name, value, wanted in zip(Totals._fields, totals, bound)
            if value < wanted - (_SPEND_TOLERANCE * abs(wanted) if name == "spend" else 0)]

# SPDX-License-Identifier: Apache-2.0
"""Compares what the counters show with the ledger, to the unit."""

from demo.process import wait_until


class WrongNumber(AssertionError):
    """Names every series that shows what it must not."""


def judge(world):
    """Everything works and nobody writes: waits until the counters are what they must be, and settles the ledger."""
    if world.reads_standby:
        world.servers.wait_replayed()
    present = world.present(world.ledger.ids())
    _wait_polls(world, 1)
    bounds = _bounds(world, present)
    exact = bounds.least == bounds.most
    if not exact:
        # What may be there or not is there for good when all was read twice.
        _wait_polls(world, 3)
    try:
        wait_until(lambda: _compare(world, present, raises=False), 30, "the counters are what they must be", 0.3)
    except TimeoutError:
        pass
    shown = _compare(world, present)
    world.watch.look()
    if world.watch.faults:
        raise WrongNumber("\n".join(world.watch.faults))
    world.ledger.settle(shown, present, exact)
    world.settled()
    return exact


def _bounds(world, present):
    if world.watch.baseline_seen is None:
        return world.ledger.bounds(present, rows_may_miss=world.clock_was_set_back())
    if not world.watch.may_begin_anew:
        raise WrongNumber("counting began anew, and nothing had happened to the state")
    # On a standby what was written before may have come to light after it.
    begin = 0 if world.reads_standby else world.started
    return world.ledger.bounds(present, (begin, world.watch.baseline_seen), world.clock_was_set_back())


def _compare(world, present, raises=True):
    shown = world.shown()
    least, most = _bounds(world, present)
    wrong = []
    for series in sorted(least.keys() | most.keys() | shown.keys(), key=str):
        value = shown.get(series, 0)
        if not least[series] <= value <= most[series]:
            name, labels = series
            allowed = " to ".join(f"{bound:g}" for bound in sorted({least[series], most[series]}))
            wrong.append(f"{name} {dict(sorted(labels))} shows {value:g}, and must show {allowed}")
    if wrong and raises:
        raise WrongNumber("\n".join(wrong))
    return None if wrong else shown


def _wait_polls(world, count):
    """Until as many polls that began from now on have succeeded."""
    ends = set()

    def reached():
        ends.add(world.metric("litellm_exporter_collector_last_success_timestamp_seconds", collector="spend_log"))
        # The first ended before, and the second may have been under way.
        return len(ends) >= count + 2
    wait_until(reached, 60 + 30 * count, "the spend log is polled", 0.3)

# SPDX-License-Identifier: Apache-2.0
"""Plays faults at random, many rounds of them, and compares the counters with a ledger after each."""

import argparse
import random
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS / "integration"), str(_TESTS.parent / "compose")]

from demo.scratch import scratch_directory  # noqa: E402
from events import EVENTS  # noqa: E402
from rounds import Round, choose, failure_text  # noqa: E402
from world import World  # noqa: E402

_ROUNDS_OF_A_WORLD = 40
_MOST_FAILURES = 10


def options():
    parser = argparse.ArgumentParser(prog="tests/chaos/run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, metavar="S", help="what is played; default: at random")
    parser.add_argument("--round", type=int, metavar="N", help="plays this round alone, in a new world")
    parser.add_argument("--each", action="store_true", help="plays each event once, alone, instead")
    parser.add_argument("--event", action="append", metavar="NAME",
                        help="with --each: only this one; may be repeated")
    given = parser.parse_args()
    known = {kind.__name__ for kind in EVENTS}
    if unknown := set(given.event or ()) - known:
        parser.error(f"no event: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    if given.seed is None:
        given.seed = random.SystemRandom().randrange(1_000_000)
    return given


class Run:
    """Rounds in worlds; a world in which a round failed is kept as it is, and the next round gets a new one."""

    def __init__(self, given):
        self._given = given
        self._world, self._world_rounds = None, 0
        self.failures, self.exact, self.played, self.interrupted = 0, 0, Counter(), Counter()

    def all(self):
        if self._given.each:
            kinds = [kind for kind in EVENTS if not self._given.event or kind.__name__ in self._given.event]
            for number, kind in enumerate(kinds):
                self._round(number, lambda _world, _chooser: [kind()])  # noqa: B023
        else:
            given = self._given.round
            for number in range(self._given.rounds) if given is None else [given]:
                self._round(number, choose)
                if self.failures == _MOST_FAILURES:
                    break

    def _round(self, number, chosen):
        chooser = random.Random(f"{self._given.seed}/{number}")
        if self._world is None or self._world_rounds == _ROUNDS_OF_A_WORLD:
            self.close(keep=False)
            self._open(number)
        self._world_rounds += 1
        one = Round(self._world, chosen(self._world, chooser), chooser)
        print(f"round {number}: {one.describe()} ({self._world.describe()})", end="", flush=True)
        begin = time.monotonic()
        try:
            self.exact += one.play()
            print(f": {time.monotonic() - begin:.1f} s", flush=True)
        except Exception as error:
            self.failures += 1
            print(f": FAILED after {time.monotonic() - begin:.1f} s\n{failure_text(error)}\n"
                  f"again: tests/chaos/run --seed {self._given.seed} --round {number}", flush=True)
            self.close(keep=True)
        self.played.update(type(event).__name__ for event in one.events)
        self.interrupted.update(one.interrupted)

    def _open(self, number):
        with scratch_directory(keep=True) as directory:
            self._world = World(directory, f"{self._given.seed}/{number}",
                                random.Random(f"{self._given.seed}/world/{number}"))
        self._world_rounds = 0
        if not self._world.disk.mounted:
            print("skip FullDisk and ReadOnlyDisk: nothing may be mounted here", flush=True)

    def close(self, keep):
        if self._world is None:
            return
        self._world.end()
        if keep:
            print(f"kept: {self._world.directory}", flush=True)
        else:
            shutil.rmtree(self._world.directory, ignore_errors=True)
        self._world = None


def main():
    given = options()
    print(f"seed {given.seed}", flush=True)
    # Servers and mounts do not outlive a run that is stopped.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    run = Run(given)
    try:
        run.all()
    finally:
        run.close(keep=False)
    count = sum(run.played.values())
    print(f"{count} events, {run.exact} rounds exact, {run.failures} failures")
    for name, times in sorted(run.played.items()):
        stopped = f", {run.interrupted[name]} interrupted" if run.interrupted[name] else ""
        print(f"  {name}: {times}{stopped}")
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())

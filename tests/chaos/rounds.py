# SPDX-License-Identifier: Apache-2.0
"""One round: some events at the same time, writers all the while, and then the comparison."""

import time
import traceback
from collections import Counter

import psycopg2

from demo.process import wait_until
from events import EVENTS
from judge import judge

# How many events, with the weights.
_AT_ONCE = ((1, 2, 3), (40, 40, 20))
# So long at least the writers write in each round.
_SHORTEST = 1.5


def choose(world, chooser):
    """One to three events of different rooms."""
    rooms = {}
    for kind in EVENTS:
        rooms.setdefault(kind.room, []).append(kind)
    count = chooser.choices(*_AT_ONCE)[0]
    chosen = []
    for room in chooser.sample(sorted(rooms), len(rooms)):
        event = chooser.choice(rooms[room])()
        if len(chosen) < count and event.possible(world):
            chosen.append(event)
    return chosen


class Round:
    def __init__(self, world, events, chooser):
        self._world, self.events, self._chooser = world, events, chooser
        # What could not be played to its end because of another event.
        self.interrupted = Counter()

    def play(self):
        """True if the comparison left nothing to chance. Raises WrongNumber, or whatever else went wrong."""
        self._world.writers.resume()
        begin = time.monotonic()
        try:
            self._play_all(begin)
            time.sleep(max(0, begin + _SHORTEST - time.monotonic()))
        finally:
            self._world.heal()
            for event in self.events:
                wait_until(lambda: event.heal(self._world) or True, 60, f"{_name(event)} is healed")  # noqa: B023
            self._world.writers.pause()
        return judge(self._world)

    def _play_all(self, begin):
        """Steps of all events in the order of their time."""
        due = [(begin + self._chooser.uniform(0, 1), event, event.play(self._world, self._chooser))
               for event in self.events]
        while due:
            due.sort(key=lambda entry: entry[0])
            at, event, steps = due.pop(0)
            time.sleep(max(0, at - time.monotonic()))
            try:
                due.append((time.monotonic() + next(steps), event, steps))
            except StopIteration:
                pass
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self.interrupted[_name(event)] += 1

    def describe(self):
        return ", ".join(_name(event) for event in self.events)


def _name(event):
    return type(event).__name__


def failure_text(error):
    """What was wrong, and where the round was then."""
    if isinstance(error, AssertionError):
        return str(error)
    return "".join(traceback.format_exception(error))

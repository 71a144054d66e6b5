# SPDX-License-Identifier: Apache-2.0
"""Clocks that are wrong, and are set right."""

from events.event import Event

_STEPS = (-3600, -600, 7200, 86400, 30 * 86400)


class ClockEvent(Event):
    room = "clock"

    def heal(self, world):
        world.servers.query("UPDATE fake_clock SET ahead = '0' WHERE ahead <> '0'")


def _set_database(world, seconds):
    world.servers.query("UPDATE fake_clock SET ahead = %s * interval '1 second'", (seconds,))


class MachineClock(ClockEvent):
    """The exporter's own."""

    def play(self, world, chooser):
        world.clock_file.write_text(str(chooser.choice(_STEPS)), encoding="ascii")
        yield chooser.uniform(1, 3)
        world.clock_file.unlink(missing_ok=True)


class DatabaseClock(ClockEvent):
    def play(self, world, chooser):
        _set_database(world, chooser.choice(_STEPS))
        yield chooser.uniform(1, 3)
        self.heal(world)


class BothClocks(ClockEvent):
    """Both say the same, and both are wrong."""

    def play(self, world, chooser):
        seconds = chooser.choice(_STEPS)
        world.clock_file.write_text(str(seconds), encoding="ascii")
        _set_database(world, seconds)
        yield chooser.uniform(1, 3)
        world.clock_file.unlink(missing_ok=True)
        self.heal(world)


class WritersClock(ClockEvent):
    """Requests that began when they did not."""

    def play(self, world, chooser):
        world.writers.clock.ahead = chooser.choice((-300, -60, 600, 7200))
        yield chooser.uniform(1, 3)
        world.writers.clock.ahead = 0.0


EVENTS = [MachineClock, DatabaseClock, BothClocks, WritersClock]

# SPDX-License-Identifier: Apache-2.0
"""What happens to the exporter's process."""

import signal

from events.event import Event


class Kill(Event):
    """kill -9, several times."""
    room = "exporter"

    def play(self, world, chooser):
        for _ in range(chooser.randint(1, 3)):
            world.kill_exporter()
            yield chooser.uniform(0, 0.5)
            world.start_exporter()
            yield chooser.uniform(0, 1.5)


class Freeze(Event):
    room = "exporter"

    def play(self, world, chooser):
        world.exporter.send_signal(signal.SIGSTOP)
        yield chooser.uniform(0.5, 4)
        world.exporter.send_signal(signal.SIGCONT)


class Restart(Event):
    """A stop in order; the state is as it was."""
    room = "exporter"

    def play(self, world, chooser):
        world.stop_exporter()
        yield chooser.uniform(0, 2)
        world.start_exporter()


class Reload(Event):
    room = "exporter"

    def play(self, world, chooser):
        for _ in range(3):
            if world.exporter.alive():
                world.exporter.send_signal(signal.SIGHUP)
            yield chooser.uniform(0, 1)


EVENTS = [Kill, Freeze, Restart, Reload]

# SPDX-License-Identifier: Apache-2.0
"""What happens between the exporter and the server that it reads."""

from events.event import Event
from world import PATHS


class NetworkEvent(Event):
    room = "network"

    def link(self, world, chooser):
        """Before a pooler or behind it."""
        return world.front if world.path == "direct" else chooser.choice((world.front, world.back))


class LinkCut(NetworkEvent):
    """Packets vanish."""

    def play(self, world, chooser):
        link = self.link(world, chooser)
        link.cut()
        yield chooser.uniform(0.5, 5)
        link.mend()


class LinkSlow(NetworkEvent):
    def play(self, world, chooser):
        link = self.link(world, chooser)
        link.delay = chooser.choice((0.01, 0.05, 0.2))
        yield chooser.uniform(1, 4)
        link.delay = 0.0


class LinkReset(NetworkEvent):
    """Connections end, at any moment of what goes through them."""

    def play(self, world, chooser):
        link = self.link(world, chooser)
        link.delay = 0.02
        for _ in range(10):
            link.reset()
            yield chooser.uniform(0, 0.5)
        link.delay = 0.0


class Detour(NetworkEvent):
    """Another way to the server: directly, or through a pooler in either mode."""

    def play(self, world, chooser):
        for _ in range(chooser.randint(1, 3)):
            world.take_path(chooser.choice(PATHS))
            yield chooser.uniform(0.2, 1.5)


EVENTS = [LinkCut, LinkSlow, LinkReset, Detour]

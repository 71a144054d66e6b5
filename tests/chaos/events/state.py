# SPDX-License-Identifier: Apache-2.0
"""What happens to the state and to the disk that it is on."""

import shutil

from events.event import Event


def _state(world):
    return world.exporter.state / "state"


class StateEvent(Event):
    room = "state"

    def possible(self, world):
        return _state(world).exists()


class FullDisk(StateEvent):
    """The page holds still until there is room again."""

    def possible(self, world):
        return world.disk.mounted

    def play(self, world, chooser):
        world.disk.fill()
        yield chooser.uniform(1, 4)
        if chooser.random() < 0.5:
            world.kill_exporter()
        world.disk.mend()


class ReadOnlyDisk(StateEvent):
    """An exporter that may not write does not count."""

    def possible(self, world):
        return world.disk.mounted

    def play(self, world, chooser):
        world.kill_exporter()
        world.disk.make_read_only()
        world.start_exporter()
        yield chooser.uniform(1, 3)
        world.kill_exporter()
        world.disk.mend()
        world.start_exporter()


class Removed(StateEvent):
    """While it is open: it is written anew, and nothing is lost."""

    def play(self, world, chooser):
        world.state_at_risk = True
        _state(world).unlink(missing_ok=True)
        yield chooser.uniform(2, 3)


class Cut(StateEvent):
    """While it is open."""

    def play(self, world, chooser):
        world.state_at_risk = True
        with open(_state(world), "r+b") as file:
            file.truncate(chooser.randint(0, _state(world).stat().st_size))
        yield chooser.uniform(2, 3)


class Lost(StateEvent):
    """Whatever the kind of damage, counting goes on where it was, or from a new baseline that is told."""

    def damage(self, state, chooser):
        raise NotImplementedError

    def play(self, world, chooser):
        world.state_at_risk = True
        world.kill_exporter()
        if _state(world).exists():
            self.damage(_state(world), chooser)
        world.start_exporter()
        yield 1


class RemovedAndKilled(Lost):
    def damage(self, state, chooser):
        state.unlink()


class Truncated(Lost):
    def damage(self, state, chooser):
        with open(state, "r+b") as file:
            file.truncate(chooser.randrange(max(1, state.stat().st_size)))


class Flipped(Lost):
    def damage(self, state, chooser):
        content = bytearray(state.read_bytes())
        for _ in range(chooser.randint(1, 3)):
            content[chooser.randrange(len(content))] ^= 1 << chooser.randrange(8)
        state.write_bytes(content)


class Torn(StateEvent):
    """A save that was not finished: bytes behind the last record are none."""

    def play(self, world, chooser):
        world.kill_exporter()
        content = _state(world).read_bytes()
        _state(world).write_bytes(content + chooser.choice((content[-40:], b"\0" * 4096, b"x")))
        world.start_exporter()
        yield 1


class Older(StateEvent):
    """A copy is put back: what was written since then is counted from the table again."""

    def play(self, world, chooser):
        copy = world.directory / "older-state"
        if world.keepsake != world.ledger.epoch or chooser.random() < 0.3:
            world.kill_exporter()
            shutil.copyfile(_state(world), copy)
            world.start_exporter()
            world.keepsake = world.ledger.epoch
        yield chooser.uniform(0.5, 3)
        world.kill_exporter()
        world.watch.may_fall = True
        shutil.copyfile(copy, _state(world))
        world.start_exporter()


EVENTS = [FullDisk, ReadOnlyDisk, Removed, Cut, RemovedAndKilled, Truncated, Flipped, Torn, Older]

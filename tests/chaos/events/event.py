# SPDX-License-Identifier: Apache-2.0
"""What every event is like."""


class Event:
    """Something that happens to a world.

    play() is a generator of pauses in seconds, in which other events and the writers go on; a
    statement that another event makes impossible ends it. heal() undoes what World.heal() does
    not know of, however far play() came.
    """

    # Two events of one room are never played at the same time.
    room = ""

    def possible(self, world):  # noqa: ARG002
        return True

    def play(self, world, chooser):
        raise NotImplementedError

    def heal(self, world):
        pass

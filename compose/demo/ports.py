# SPDX-License-Identifier: Apache-2.0
"""Free TCP ports on loopback."""

import random
import socket

# Below the kernel's range for outgoing connections. A client that keeps dialling a stopped server
# inside that range can be given the very port it dials, and then holds it against the restart.
_LOWEST, _HIGHEST = 20000, 32000

_given = set()


def is_free(port):
    """Whether nobody listens on the port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: connections that linger after a close do not count, listeners do.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port():
    """A port nobody listens on, never the same one twice in this process."""
    chooser = random.SystemRandom()
    for _ in range(1000):
        port = chooser.randint(_LOWEST, _HIGHEST)
        if port not in _given and is_free(port):
            _given.add(port)
            return port
    raise RuntimeError(f"no free port between {_LOWEST} and {_HIGHEST}")

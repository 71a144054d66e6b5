# SPDX-License-Identifier: Apache-2.0
"""Free TCP ports on loopback."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

# Below the kernel's range for outgoing connections. A client that keeps dialling a stopped server
# inside that range can be given the very port it dials, and then holds it against the restart.
_LOWEST, _HIGHEST = 20000, 32000

# Ports given by this process, with the files that say so to others like it, locked until it ends.
_given = {}


def claim(port):
    """Keeps it for this process; false if another process was given the port, though nobody may listen there yet."""
    directory = Path(tempfile.gettempdir()) / f"litellm-exporter-ports-{os.getuid()}"
    directory.mkdir(mode=0o700, exist_ok=True)
    file = open(directory / str(port), "w", encoding="ascii")  # noqa: SIM115 - stays open
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _given[port] = file
    return True


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
    """A port nobody listens on and no other process was given, never the same one twice in this process."""
    chooser = random.SystemRandom()
    for _ in range(1000):
        port = chooser.randint(_LOWEST, _HIGHEST)
        if port not in _given and is_free(port) and claim(port):
            return port
    raise RuntimeError(f"no free port between {_LOWEST} and {_HIGHEST}")

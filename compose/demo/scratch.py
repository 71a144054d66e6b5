# SPDX-License-Identifier: Apache-2.0
"""Directories that live as long as one run."""

import contextlib
import os
import shutil
import tempfile


@contextlib.contextmanager
def scratch_directory(keep=False):
    """A new directory, removed afterwards unless `keep`.

    Others may pass through it but not list it: PostgreSQL runs as its own user when we are root.
    """
    directory = tempfile.mkdtemp(prefix="litellm-exporter-")
    os.chmod(directory, 0o711)
    try:
        yield directory
    finally:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)

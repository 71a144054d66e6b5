# SPDX-License-Identifier: Apache-2.0
"""The tables of exporter/CONFIGURATION.md: from the example with every key, and from the exporter's own help."""

import os
import re
import subprocess

from . import marked

PAGE = "exporter/CONFIGURATION.md"
_EXAMPLE = "exporter/dist/litellm-exporter.yml"
# They have a table of their own.
_COLLECTORS = "collectors"


def keys():
    """(key, default, what the comments above it say) of the example, in its order."""
    found = []
    section = ""
    comment = []
    lines = (marked.ROOT / _EXAMPLE).read_text(encoding="utf-8").splitlines()
    for line in lines[lines.index("") + 1:]:
        if line.strip().startswith("#"):
            comment.append(line.strip(" #"))
        elif key := re.fullmatch(r"( *)(\w+):(?: (.+))?", line):
            inside = bool(key[1])
            if inside or key[3]:
                found.append((f"{section}.{key[2]}" if inside else key[2], key[3] or "", " ".join(comment)))
            else:
                section = key[2]
            comment = []
        elif not line:
            comment = []
    return [one for one in found if not one[0].startswith(_COLLECTORS + ".")]


def table(_):
    return marked.rows(("key", "default", ""), [
        (f"`{key}`", f"`{default}`" if default not in ("", '""') else "", text) for key, default, text in keys()])


def program_help(_):
    run = subprocess.run([os.environ["LITELLM_EXPORTER"], "--help"], capture_output=True, text=True, check=True, timeout=3600)
    flags = run.stdout[run.stdout.index("Usage"):run.stdout.index("Collectors;")].rstrip()
    return "```text\n" + re.sub(" +$", "", flags, flags=re.M) + "\n```\n"

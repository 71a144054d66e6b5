# SPDX-License-Identifier: Apache-2.0
"""The table of LiteLLM's versions in the README, from what tests/run litellm has noted."""

import json

from . import marked

PAGE = "README.md"
_LITELLM = marked.ROOT / "tests" / "litellm"


def pinned():
    """The versions that can be tried."""
    return {file.stem for file in _LITELLM.glob("*.txt")}


def tried():
    return json.loads((_LITELLM / "tried.json").read_text(encoding="utf-8"))


def table(_):
    newest_first = sorted(tried().items(), key=lambda item: [int(part) for part in item[0].split(".")], reverse=True)
    cells = [(version, told["date"], told["python"], told["postgresql"]) for version, told in newest_first]
    return marked.rows(("LiteLLM", "tried", "Python", "PostgreSQL"), cells)

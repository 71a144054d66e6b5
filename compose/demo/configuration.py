# SPDX-License-Identifier: Apache-2.0
"""Copies of the configuration files that the compose stack mounts, for other ports and directories."""

from pathlib import Path

COMPOSE = Path(__file__).parents[1]


def replaced(path, replacements):
    """The text of a file of compose/ with each key replaced; one that is not there is an error."""
    text = (COMPOSE / path).read_text(encoding="utf-8")
    for old, new in replacements.items():
        if old not in text:
            raise ValueError(f"compose/{path} has no {old}")
        text = text.replace(old, new)
    return text

# SPDX-License-Identifier: Apache-2.0
"""Rules and routes in a hurry: a minute is shortened to a second, an hour to a minute.

So a drill sees in seconds what takes minutes in earnest; expressions, labels and texts stay.
"""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_FASTER = 60
_DURATION = r"(\d+)([smhdw])"


def _faster(match):
    seconds = int(match[2]) * _SECONDS[match[3]] // _FASTER
    return f"{match[1]}{max(1, seconds)}s{match[4]}"


def rules(text):
    """The text of a rule file: its windows, offsets, intervals and `for`."""
    text = re.sub(rf"(\[){_DURATION}(\])", _faster, text)
    text = re.sub(rf"(offset ){_DURATION}(\b)", _faster, text)
    return re.sub(rf"(?m)^(\s*(?:- )?(?:for|keep_firing_for|interval): ){_DURATION}($)", _faster, text)


def routes(text):
    """The text of Alertmanager's configuration: its waits and repeats."""
    return re.sub(rf"(?m)^(\s*(?:group_wait|group_interval|repeat_interval): ){_DURATION}($)", _faster, text)

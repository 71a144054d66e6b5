# SPDX-License-Identifier: Apache-2.0
"""Rules and routes in a hurry: a minute is shortened to three seconds, an hour to three minutes.

So a drill sees in seconds what takes minutes in earnest; expressions, labels and texts stay. Faster
than this the order of events would no longer be theirs: scrapes and polls cannot be hurried as much,
and a cause must still be known before the page for what follows from it is sent. On a machine that
is busy with other things all of it is slower by a factor, so that nothing is late that is not late
in earnest.
"""

import os
import re

from .durations import PATTERN, duration


def _slowness():
    """From 1 up, by how many processes wait for each processor as this one starts."""
    waiting = os.getloadavg()[0] / os.cpu_count()
    return min(6, max(1, round(waiting / 4)))


_SLOWNESS = _slowness()
_FASTER = 20 / _SLOWNESS

SCRAPE_SECONDS = _SLOWNESS
EVALUATION_INTERVAL = f"{500 * _SLOWNESS}ms"
# As often as the exporter can, with waits that fit.
EXPORTER = f"""database: {{poll_interval: 1s, statement_timeout: {2 * _SLOWNESS}s, connect_timeout: {_SLOWNESS}s}},
 entities: {{poll_interval: 1s}}, litellm: {{poll_interval: 1s, timeout: {_SLOWNESS}s}}"""


def seconds(text):
    """What is left of a duration, such as 2m."""
    return duration(text) / _FASTER


def _faster(match):
    return f"{match[1]}{int(seconds(match[2]) * 1000)}ms{match[3]}"


def rules(text):
    """The text of a rule file: its windows, offsets, intervals and `for`."""
    text = re.sub(rf"(\[)({PATTERN})(\])", _faster, text)
    text = re.sub(rf"(offset )({PATTERN})(\b)", _faster, text)
    return re.sub(rf"(?m)^(\s*(?:- )?(?:for|keep_firing_for|interval): )({PATTERN})($)", _faster, text)


def routes(text):
    """The text of Alertmanager's configuration: its waits and repeats."""
    return re.sub(rf"(?m)^(\s*(?:group_wait|group_interval|repeat_interval): )({PATTERN})($)", _faster, text)

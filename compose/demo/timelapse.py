# SPDX-License-Identifier: Apache-2.0
"""Rules and routes in a hurry: a minute is shortened to three seconds, an hour to three minutes.

So a drill sees in seconds what takes minutes in earnest; expressions, labels and texts stay. Faster
than this the order of events would no longer be theirs: scrapes and polls cannot be hurried as much,
and a cause must still be known before the page for what follows from it is sent.
"""

import re

from .durations import PATTERN, duration

_FASTER = 20

SCRAPE_SECONDS = 1
EVALUATION_INTERVAL = "500ms"
# As often as the exporter can, with waits that fit.
EXPORTER = """database: {poll_interval: 1s, statement_timeout: 2s, connect_timeout: 1s},
 entities: {poll_interval: 1s}, litellm: {poll_interval: 1s, timeout: 1s}"""


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

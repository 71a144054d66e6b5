# SPDX-License-Identifier: Apache-2.0
"""Rules and routes in a hurry: a minute is shortened to three seconds, an hour to three minutes.

So a drill sees in seconds what takes minutes in earnest; expressions, labels and texts stay. Faster
than this the order of events would no longer be theirs: scrapes and polls cannot be hurried as much,
and a cause must still be known before the page for what follows from it is sent.
"""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_FASTER = 20
_DURATION = r"(\d+)([smhdw])"

SCRAPE_SECONDS = 1
EVALUATION_INTERVAL = "500ms"
# As often as the exporter can, with waits that fit.
EXPORTER = """database: {poll_interval: 1s, statement_timeout: 2s, connect_timeout: 1s},
 entities: {poll_interval: 1s}, litellm: {poll_interval: 1s, timeout: 1s}"""


def seconds(duration):
    """What is left of a duration, such as 2m."""
    number, unit = re.fullmatch(_DURATION, duration).groups()
    return int(number) * _SECONDS[unit] / _FASTER


def _faster(match):
    return f"{match[1]}{int(seconds(match[2] + match[3]) * 1000)}ms{match[4]}"


def rules(text):
    """The text of a rule file: its windows, offsets, intervals and `for`."""
    text = re.sub(rf"(\[){_DURATION}(\])", _faster, text)
    text = re.sub(rf"(offset ){_DURATION}(\b)", _faster, text)
    return re.sub(rf"(?m)^(\s*(?:- )?(?:for|keep_firing_for|interval): ){_DURATION}($)", _faster, text)


def routes(text):
    """The text of Alertmanager's configuration: its waits and repeats."""
    return re.sub(rf"(?m)^(\s*(?:group_wait|group_interval|repeat_interval): ){_DURATION}($)", _faster, text)

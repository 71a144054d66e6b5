# SPDX-License-Identifier: Apache-2.0
"""HTTP requests to servers on loopback, past any proxy of the environment."""

import urllib.error
import urllib.request

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(url, method="GET", headers=None, data=None, timeout=30):
    """(status, headers, body) of the answer, whatever its status."""
    message = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    try:
        with _opener.open(message, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()

# SPDX-License-Identifier: Apache-2.0
"""What LiteLLM writes of a request, beside its daily sums."""

from typing import Callable, NamedTuple


class Mode(NamedTuple):
    # Whether its row is written to the spend log.
    logs: Callable[[dict], bool]
    # Whether it is delivered to the ledger, as since v1.110.
    delivers: bool
    # In words.
    remark: str


MODES = {
    "log": Mode(lambda _row: True, True, ""),
    # As with disable_spend_logs.
    "ledger": Mode(lambda _row: False, True, "writes no requests to its spend log: they are in its ledger"),
    # As with disable_error_logs.
    "no-errors": Mode(lambda row: row["status"] != "failure", True,
                      "writes no failures to its spend log: they are in its ledger"),
    # As with disable_spend_logs before there was a ledger.
    "daily": Mode(lambda _row: False, False, "writes no requests to its spend log: they are in its daily sums"),
}

# SPDX-License-Identifier: Apache-2.0
"""What LiteLLM writes to its spend log; its ledger has every request."""

# By name, whether it writes the row of a request.
MODES = {
    "log": lambda _row: True,
    # As with disable_spend_logs.
    "ledger": lambda _row: False,
    # As with disable_error_logs.
    "no-errors": lambda row: row["status"] != "failure",
}

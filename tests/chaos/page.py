# SPDX-License-Identifier: Apache-2.0
"""The few families of a page that are compared: reading all of it, several times a second, is work."""

from demo.exposition import parse_page, total
from ledger import FAMILIES

_OWN = {"litellm_exporter_baselines_total", "litellm_exporter_collector_last_success_timestamp_seconds"}
# A histogram is read with its buckets.
_READ = _OWN | {name.removesuffix("_count") for name in FAMILIES}


class Page:
    def __init__(self, text):
        blocks = text.split("# HELP ")[1:]
        kept = [block for block in blocks if block.partition(" ")[0] in _READ]
        self._series = parse_page("".join("# HELP " + block for block in kept))

    def counted(self):
        """{series: value} of what a ledger knows."""
        return {series: value for series, value in self._series.items() if series[0] in FAMILIES}

    def total(self, name, **labels):
        if name not in _OWN | FAMILIES:
            raise KeyError(f"not read: {name}")
        return total(self._series, name, **labels)

# SPDX-License-Identifier: Apache-2.0
"""Everything that can happen to a world."""

from events import clock, database, network, process, schema, state

EVENTS = [*process.EVENTS, *state.EVENTS, *database.EVENTS, *network.EVENTS, *schema.EVENTS, *clock.EVENTS]

// SPDX-License-Identifier: Apache-2.0
// The last complete day counted both ways: one number a day, which needs no graph.
local colours = import 'colours.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local requests(source) = 'sum(%s)' % q.once(q.own('litellm_spend_log_audit_requests', 'source="%s"' % source));

{
  panel(width):: p.stat(
    'Spend log against daily tables',
    'Requests of the last complete UTC day in the spend log, and how many more than in the daily tables these are: a difference is lost or doubled by LiteLLM.',
    [p.instant('%s - %s' % [requests('spend_log'), requests('daily')], 'difference'), p.instant(requests('spend_log'), 'in the log')],
    'short',
    width,
    6,
    p.thresholds([[null, colours.warning], [0, colours.plain], [1, colours.warning]]),
    overrides=[{
      matcher: { id: 'byName', options: 'in the log' },
      properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: colours.plain } }],
    }],
    none='no complete day yet'
  ),
}

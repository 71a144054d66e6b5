// SPDX-License-Identifier: Apache-2.0
// Which provider fails, and since when.
local link = import 'links.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

{
  // As in the alerts, a share counts only with ten faults behind it: at night one of two requests fails.
  enough(faults):: '(%s > 9.5)' % faults,

  panel(chosen='', height=9)::
    local none = 'no requests yet';
    local share = q.recorded('job_provider:litellm_faults_per_request:ratio_rate5m', chosen);
    local faults = q.recorded('job_provider:litellm_faults:increase15m', chosen);
    local counted = '(%s and %s or 0 * %s)' % [share, $.enough(faults), share];
    p.states(
      'Provider health',
      'Share of faults of each provider, over five minutes: from a tenth on orange, from half on red, both with ten faults and more in a quarter of an hour.',
      [p.target(
        q.orNone(q.renamed(q.aliased('max by (provider) (%s)' % counted, 'provider'), 'text', 'unknown', '(no provider named)'), 'text', none, share),
        '{{text}}'
      )],
      12,
      height,
      mappings=p.shares + p.nothing('no requests'),
      links=[link.series('provider')],
      none=none
    ),
}

// SPDX-License-Identifier: Apache-2.0
// By which routes requests come, and what is in the spend log beside them.
local d = import 'dashboard.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local by(label, metric) = [p.target(q.topTen(q.sum(q.rate(metric), label), label), '{{%s}}' % label)];

{
  row:: d.folded('Days, routes, and what is no request', [
    p.lines(
      'Requests of seven days',
      'Requests of each day by outcome; the last is today.',
      [p.target(q.sum(q.day('litellm_requests_total'), 'status'), '{{status}}', { interval: '1d' })],
      'short',
      width=24,
      height=6,
      overrides=p.outcomes,
      stacked=true,
      bars=true,
      legend='list',
      timeFrom='7d',
      none='no requests yet'
    ),
    p.lines(
      'Requests by route',
      "Requests per second by LiteLLM's kind of call: the ten busiest, and the others.",
      by('route', 'litellm_route_requests_total'),
      'reqps',
      8,
      stacked=true,
      legend='list',
      none=p.unlogged('routes')
    ),
    p.lines(
      "LiteLLM's own calls",
      'Calls per second of features of LiteLLM, and attempts that a provider bills though a later one decided. Their spend counts; they are in no count of requests.',
      by('origin', 'litellm_internal_calls_total'),
      'reqps',
      8,
      stacked=true,
      legend='list',
      none='none yet'
    ),
    p.lines(
      'Health probes',
      'Probes per second with which LiteLLM tries its models: the ten most tried, and the others. Their spend counts; they are in no count of requests.',
      by('model', 'litellm_health_probes_total'),
      'reqps',
      8,
      stacked=true,
      legend='list',
      none='no probes yet'
    ),
  ]),
}

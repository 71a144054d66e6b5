// SPDX-License-Identifier: Apache-2.0
// For whoever is on call: in ten seconds, is it LiteLLM, a provider, the database or nothing?
local alerts = import 'lib/alerts.libsonnet';
local around = import 'lib/around.libsonnet';
local calls = import 'lib/calls.libsonnet';
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local link = import 'lib/links.libsonnet';
local objective = import 'lib/objective.libsonnet';
local p = import 'lib/panel.libsonnet';
local providers = import 'lib/providers.libsonnet';
local q = import 'lib/query.libsonnet';

local increase(metric, matchers='') = q.sum(q.increase(metric, matchers));

local enough = providers.enough;
local faults = q.recorded('job:litellm_faults_per_request:ratio_rate5m');
local all_faults = 'sum without (model, provider) (%s)' % q.recorded('job_model_provider:litellm_faults:increase15m');
local provider_faults = '(%s and %s)' % [
  q.recorded('job_provider:litellm_faults_per_request:ratio_rate5m', 'provider!="unknown"'),
  enough(q.recorded('job_provider:litellm_faults:increase15m', 'provider!="unknown"')),
];
// The share of all requests that fail and name no provider: LiteLLM's own faults, and before its v1.99
// most faults of providers too.
local nameless_faults = '(%s / (%s > 0) and %s)' % [
  'sum without (model, provider) (%s)' % q.recorded('job_model_provider:litellm_faults:rate5m', 'provider="unknown"'),
  q.recorded('job:litellm_requests:rate5m'),
  enough('sum without (provider) (%s)' % q.recorded('job_provider:litellm_faults:increase15m', 'provider="unknown"')),
];
local idle = objective.idle;

local litellm = q.watched('max(%(up)s) == 0 or 2 + 0 * max(%(faults)s > 0.1) or 3 + 0 * (min(%(up)s) == 0) or min(%(up)s) or %(none)s' % {
  up: q.own('litellm_up'),
  faults: nameless_faults,
  none: q.none,
});
local database = 'min(%s or %s)' % [q.own('litellm_exporter_database_up'), q.own('litellm_proxy_database_connected')];
local exporter = 'min(%s)' % q.exporters('up');

local to_models = link.to('To the models', 'litellm-models');
local to_exporter = link.to('To the exporter', 'litellm-exporter');

local trends = [
  p.trend(
    'Requests per second now',
    'last 5 minutes',
    'Requests per second over five minutes, and how they went in the time range.',
    'sum(%s)' % q.recorded('job:litellm_requests:rate5m'),
    'reqps',
    leads=to_models
  ),
  p.trend(
    'Error rate now',
    'last 5 minutes',
    'Share of the requests of five minutes that failed, for whatever reason, and how it went in the time range.',
    local requests(matchers) = 'sum(%s)' % q.recorded('job_model_provider_status:litellm_requests:rate5m', matchers);
    '(%s or 0 * %s) / (%s > 0)' % [requests('status="failure"'), requests(''), requests('')],
    'percentunit',
    thresholds=p.limits(0.05, 0.2),
    decimals=1,
    none='no requests',
    leads=to_models
  ),
  p.trend(
    'Latency p95 now',
    'successes',
    '95 % of the latest successful requests were faster, and how that went in the time range.',
    q.quantile(0.95, 'litellm_request_duration_seconds', 'status="success"'),
    's',
    decimals=1,
    none=p.untimed,
    leads=to_models
  ),
  p.trend(
    'Spend per hour now',
    'last hour',
    "Spend of the last hour by LiteLLM's prices, and how it went in the time range.",
    'sum(%s)' % q.recorded('job:litellm_spend_usd:increase1h'),
    p.money,
    decimals=2,
    leads=link.to('To the costs', 'litellm-cost')
  ),
  p.stat(
    'Totals of the time range',
    "Requests of the time range from the spend log, their input and output tokens, and what they cost by LiteLLM's prices.",
    [
      p.instant(q.whole(q.orZero(increase('litellm_requests_total'))), 'Requests'),
      p.instant(q.whole(q.orZero('%s + %s' % [increase('litellm_input_tokens_total'), increase('litellm_output_tokens_total')])), 'Tokens'),
      p.instant('round(%s, 0.01)' % q.orZero(increase('litellm_spend_usd_total')), 'Spend'),
    ],
    'short',
    4,
    5,
    overrides=[{ matcher: { id: 'byName', options: 'Spend' }, properties: [{ id: 'unit', value: p.money }, { id: 'decimals', value: 2 }] }]
  ) { options+: { orientation: 'horizontal', text: { titleSize: 14, valueSize: 20 } } },
];

local well = d.row('Health now', [
  p.state(
    'LiteLLM',
    'Down: no proxy answers its liveness check. Partly down: some do not. Failing: more than a tenth of the requests fail and name no provider (before v1.99 LiteLLM seldom names the one that failed).',
    litellm,
    p.mappings([[0, 'Down', colours.bad], [1, 'Up', colours.good], [2, 'Failing', colours.bad], [3, 'Partly down', colours.warning], [-1, 'Not watched', colours.other]]),
    3
  ),
  p.state(
    'Ready',
    'Whether every proxy says that it takes requests (readiness). Not ready and up: its database or cache is in trouble.',
    'min(%s) or %s' % [q.own('litellm_ready'), q.none],
    p.yesNo('Ready', 'Not ready') + p.nothing('Not watched'),
    3
  ),
  p.stat(
    'Fault rate',
    'Share of all requests that fail through a fault (client errors not counted), whether or not a provider is named, over five minutes.',
    [p.instant(q.watched('max(%s) or %s' % [faults, idle('-1')]), 'Faults')],
    'percentunit',
    3,
    4,
    p.limits(0.1, 0.5),
    p.nothing('No requests'),
    decimals=1,
    leads=to_models
  ),
  p.stat(
    'Worst provider',
    'The provider with the greatest share of faults (client errors not counted) over five minutes, of those with ten faults and more in fifteen.',
    [p.instant(q.watched('topk(1, max by (provider) (%s)) or on () label_replace(%s, "provider", "none", "", "")' % [provider_faults, idle('0')]), '{{provider}}')],
    'percentunit',
    3,
    4,
    p.limits(0.1, 0.5),
    decimals=1,
    text='value_and_name',
    leads=link.series('provider')
  ),
  p.state(
    'Database',
    "Whether LiteLLM's PostgreSQL answers the exporter, and every proxy that is watched says that it is connected to its own.",
    database,
    p.yesNo('Answers', 'Silent'),
    3,
    leads=to_exporter
  ),
  p.stat(
    'Failing models',
    "Deployments that LiteLLM's own health check found unhealthy.",
    [p.instant(q.count('max without (instance, pod) (%s)' % q.own('litellm_model_healthy'), '(%s == 0)'), 'Unhealthy')],
    'short',
    3,
    4,
    p.noticeable,
    p.nothing('No checks'),
    leads=to_models
  ),
  p.state(
    'Exporter',
    'Whether Prometheus can scrape every exporter: while it cannot, this page is blind.',
    exporter,
    p.yesNo('Up', 'Down'),
    3,
    leads=to_exporter
  ),
  p.stat(
    'Critical alerts',
    "Critical alerts of this pack that fire now. No data: Prometheus does not evaluate the pack's rules.",
    [p.instant('count(%s) or 0 * count(%s)' % [
      q.alerts('alertstate="firing", severity="critical"'),
      q.alerts('alertstate="firing", alertname="Watchdog"'),
    ], 'Firing')],
    'short',
    3,
    4,
    p.alarming
  ),
  p.states(
    'Component status over time',
    'One line for each part that can be to blame. Requests fail from a tenth of them on, a provider from half of its requests on, both with ten faults and more.',
    [
      p.target(litellm, 'LiteLLM'),
      p.target(q.watched('2 + 0 * max(%s > 0.1 and %s) or 1 + 0 * max(%s) or %s' % [faults, enough(all_faults), faults, idle('-2')]), 'Requests'),
      p.target(q.watched('2 + 0 * max(%s > 0.5) or 1 + 0 * max(%s) or %s' % [provider_faults, faults, idle('-2')]), 'Providers'),
      p.target(database, 'Database'),
      p.target(exporter, 'Exporter'),
    ],
    12,
    7,
    p.mappings([
      [0, 'down', colours.bad],
      [1, 'well', colours.good],
      [2, 'failing', colours.bad],
      [3, 'partly down', colours.warning],
      [-1, 'not watched', colours.other],
      [-2, 'no requests', colours.other],
    ])
  ),
  alerts.firing,
] + trends);

local failed = q.sum(q.increase('litellm_requests_total', 'status="failure"'), 'model');
local most_failed = 'topk(10, %s > 0)' % failed;

local signals = d.row('Traffic, errors, latency', [
  p.lines(
    'Requests per second',
    'Requests per second by outcome, over five minutes.',
    [p.target(q.sum(q.recorded('job_model_provider_status:litellm_requests:rate5m'), 'status'), '{{status}}')],
    'reqps',
    overrides=p.outcomes,
    stacked=true,
    legend='list',
    width=8,
    none='no requests yet'
  ),
  p.lines(
    'Fault rate and objective',
    'Share of the requests that fail through a fault (client errors do not count), and what the availability objective allows.',
    [
      p.target('max(%s)' % faults, 'faults'),
      p.target('1 - min(%s)' % objective.target, 'objective'),
    ],
    'percentunit',
    overrides=[p.colour('faults', colours.warning), p.objective('objective')],
    legend='list',
    width=8
  ),
  p.lines(
    'Latency p50, p95, p99',
    'Quantiles of the duration of successful requests, and the objective for all models that have none of their own. A LiteLLM that writes no spend log tells only a mean.',
    [p.target(q.quantile(s, 'litellm_request_duration_seconds', 'status="success"'), 'p%g' % (s * 100)) for s in [0.5, 0.95, 0.99]]
    + [p.target(q.mean(), 'mean'), p.target(q.whereTimed('max(%s)' % q.recorded('job:litellm_objective_latency:seconds')), 'objective')],
    p.seconds,
    overrides=[p.colour('p50', colours.calm), p.colour('p95', colours.good), p.colour('p99', colours.accent), p.colour('mean', colours.warning), p.objective('objective')],
    legend='list',
    log=true,
    width=8,
    none=p.untimed
  ),
  providers.panel(),
  p.table(
    'Models with most errors',
    'Models with the most failed requests in the time range; the link leads to the model.',
    [['model', 'Model']],
    [
      { name: 'Failed', expr: q.whole(most_failed), unit: 'short' },
      { name: 'Share', expr: '%s and %s' % [q.ratio(failed, q.sum(q.increase('litellm_requests_total'), 'model')), most_failed], unit: 'percentunit', levels: p.levels(0.05, 0.2) },
    ],
    'Failed',
    none='no failed request'
  ),
]);

d.new(
  'litellm-overview',
  'LiteLLM / Overview',
  'For whoever is on call: is it LiteLLM, a provider, the database or nothing?',
  [well, signals, objective.row, around.row, calls.row]
)

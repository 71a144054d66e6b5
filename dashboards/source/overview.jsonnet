// SPDX-License-Identifier: Apache-2.0
// For whoever is on call: in ten seconds, is it LiteLLM, a provider, the database or nothing?
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local p = import 'lib/panel.libsonnet';
local q = import 'lib/query.libsonnet';

local all = 'sum(%s)';
local faults = q.recorded('job:litellm_faults_per_request:ratio_rate5m');
local worst_provider = q.orZero('max(%s)' % q.recorded('job_provider:litellm_faults_per_request:ratio_rate5m', 'provider!="unknown"'));

local well = d.row('Is it well?', [
  p.stat(
    'LiteLLM',
    'Whether every proxy that is watched answers its liveness check. Without one that is watched: whether rows still can be read.',
    [p.target('min(%s) or min(%s)' % [q.own('litellm_up'), q.own('litellm_exporter_database_up')], 'LiteLLM')],
    'short',
    4,
    4,
    p.thresholds([[null, colours.bad], [1, colours.good]]),
    p.yesNo('Up', 'Down')
  ),
  p.stat(
    'Ready',
    'Whether every proxy says that it takes requests (readiness). Not ready and up: its database or cache is in trouble.',
    [p.target('min(%s) or min(%s)' % [q.own('litellm_ready'), q.own('litellm_exporter_database_up')], 'Ready')],
    'short',
    4,
    4,
    p.thresholds([[null, colours.bad], [1, colours.good]]),
    p.yesNo('Ready', 'Not ready')
  ),
  p.stat(
    'Database',
    "Whether the exporter gets answers from LiteLLM's PostgreSQL.",
    [p.target('min(%s)' % q.own('litellm_exporter_database_up'), 'Database')],
    'short',
    4,
    4,
    p.thresholds([[null, colours.bad], [1, colours.good]]),
    p.yesNo('Answers', 'Silent')
  ),
  p.stat(
    'Worst provider',
    'The greatest share of faults (client errors not counted) among the providers, over five minutes.',
    [p.target(worst_provider, 'Faults')],
    'percentunit',
    4,
    4,
    p.limits(0.1, 0.5),
    decimals=1
  ),
  p.stat(
    'Models that fail their check',
    "Deployments that LiteLLM's own health check found unhealthy.",
    [p.target(q.orZero('count(max by (model, model_id) (%s) == 0)' % q.own('litellm_model_healthy')), 'Unhealthy')],
    'short',
    4,
    4,
    p.limits(1, 1e9)
  ),
  p.stat(
    'Pages',
    'Critical alerts that fire now, whatever their job.',
    [p.target('count(ALERTS{alertstate="firing", severity="critical"}) or on () vector(0)', 'Firing')],
    'short',
    4,
    4,
    p.limits(1, 1),
    graph='none'
  ),
  p.states(
    'Which part, and since when',
    'One line for each part that can be to blame. A provider counts as failing from half of its requests on.',
    [
      p.target('min(%s) or min(%s)' % [q.own('litellm_up'), q.own('litellm_exporter_database_up')], 'LiteLLM'),
      p.target('min(%s)' % q.own('litellm_exporter_database_up'), 'Database'),
      p.target('%s <= bool 0.5' % ('(%s)' % worst_provider), 'Providers'),
      p.target('min(up{job=~"$job", instance=~"$instance"})', 'Exporter'),
    ],
    24,
    6,
    p.yesNo('well', 'in trouble')
  ),
]);

local cards = d.row('In the time range', [
  p.stat(
    'Requests',
    'Requests in the time range, from the spend log.',
    [p.target(q.orZero(all % q.increase('litellm_requests_total')), 'Requests')],
    'short',
    6,
    5
  ),
  p.stat(
    'Tokens',
    'Input and output tokens in the time range.',
    [p.target(q.orZero('%s + %s' % [all % q.increase('litellm_input_tokens_total'), all % q.increase('litellm_output_tokens_total')]), 'Tokens')],
    'short',
    6,
    5
  ),
  p.stat(
    'Spend',
    "What the requests in the time range cost, by LiteLLM's prices.",
    [p.target(q.orZero(all % q.increase('litellm_spend_usd_total')), 'Spend')],
    'currencyUSD',
    6,
    5,
    decimals=2
  ),
  p.stat(
    'Errors',
    'Share of the requests in the time range that failed, for whatever reason.',
    [p.target(q.orZero(q.ratio(all % q.increase('litellm_requests_total', 'status="failure"'), all % q.increase('litellm_requests_total'))), 'Errors')],
    'percentunit',
    6,
    5,
    p.limits(0.05, 0.2),
    decimals=2
  ),
]);

local signals = d.row('Traffic, errors, latency', [
  p.lines(
    'Requests',
    'Requests per second by outcome, over five minutes.',
    [p.target(q.orNone(q.sum(q.recorded('job_model_provider_status:litellm_requests:rate5m'), 'status'), 'status'), '{{status}}')],
    'reqps',
    overrides=[p.colour('success', colours.good), p.colour('failure', colours.bad)],
    stacked=true,
    legend='list',
    width=8
  ),
  p.lines(
    'Faults',
    'Share of the requests that fail through a fault (client errors do not count), and what the availability objective allows.',
    [
      p.target(q.orZero('max(%s)' % faults), 'faults'),
      p.target('1 - min(%s)' % q.recorded('job:litellm_objective_availability:ratio'), 'objective'),
    ],
    'percentunit',
    overrides=[p.colour('faults', colours.warning), p.objective('objective')],
    legend='list',
    width=8
  ),
  p.lines(
    'Duration',
    'Quantiles of the duration of successful requests, and the objective for all models that have none of their own.',
    [p.target(q.orZero(q.quantile(s, 'litellm_request_duration_seconds', 'status="success"')), 'p%g' % (s * 100)) for s in [0.5, 0.95, 0.99]]
    + [p.target('max(%s)' % q.recorded('job:litellm_objective_latency:seconds'), 'objective')],
    's',
    overrides=[p.colour('p50', colours.neutral), p.colour('p95', colours.good), p.colour('p99', colours.accent), p.objective('objective')],
    legend='list',
    width=8
  ),
  p.states(
    'Providers',
    'Share of faults of each provider, over five minutes: from a tenth on orange, from half on red-orange.',
    [p.target(q.orNone('max by (provider) (%s)' % q.recorded('job_provider:litellm_faults_per_request:ratio_rate5m'), 'provider'), '{{provider}}')],
    12,
    8,
    thresholds=p.limits(0.1, 0.5)
  ) { fieldConfig+: { defaults+: { unit: 'percentunit' } } },
  p.table(
    'Models by errors',
    'Models with the most failed requests in the time range; the link leads to the model.',
    [['model', 'Model']],
    [
      { name: 'Failed', expr: 'topk(10, %s)' % q.sum(q.increase('litellm_requests_total', 'status="failure"'), 'model') + ' or on () label_replace(vector(0), "model", "none yet", "", "")', unit: 'short' },
      { name: 'Share', expr: q.ratio(q.sum(q.increase('litellm_requests_total', 'status="failure"'), 'model'), q.sum(q.increase('litellm_requests_total'), 'model')) + ' or on () label_replace(vector(0), "model", "none yet", "", "")', unit: 'percentunit', thresholds: p.limits(0.05, 0.2) },
    ],
    'Failed',
    links={ Model: d.link('To the model', 'litellm-models', '&var-model=${__data.fields.Model}') }
  ),
]);

local objective = d.row('Objective', [
  p.stat(
    'Availability, 30 days',
    'Share of the requests without a fault in 30 days.',
    [p.target(q.orZero('1 - %s' % q.ratio(
      'sum(increase(%s[30d]))' % q.own('litellm_errors_total', 'status_code!~"4..", exception_class!="BudgetExceededError"'),
      all % q.increase('litellm_requests_total', window='30d')
    )), 'Availability')],
    'percentunit',
    6,
    6,
    p.thresholds([[null, colours.bad], [0.99, colours.warning], [0.995, colours.good]]),
    graph='none',
    decimals=3
  ),
  p.stat(
    'Burn of the error budget',
    'How many times faster than allowed the error budget is used up: 1 uses it up exactly, 14.4 pages.',
    [p.target(q.orZero('max(%s / (1 - %s))' % [q.recorded('job:litellm_faults_per_request:ratio_rate1h'), q.recorded('job:litellm_objective_availability:ratio')]), 'Last hour')],
    'short',
    6,
    6,
    p.limits(1, 14.4),
    decimals=1
  ),
  p.lines(
    'Requests of seven days',
    'Requests of each day by outcome.',
    [p.target(q.orNone(q.sum(q.increase('litellm_requests_total', window='1d'), 'status'), 'status'), '{{status}}', { interval: '1d' })],
    'short',
    width=12,
    height=6,
    overrides=[p.colour('success', colours.good), p.colour('failure', colours.bad)],
    stacked=true,
    bars=true,
    legend='list',
    timeFrom='7d'
  ),
]);

local around = d.row('Around LiteLLM', [
  p.table(
    'Alerts that fire',
    'Every alert, the Watchdog included, which fires always: without it the alerting itself is broken.',
    [['alertname', 'Alert'], ['severity', 'Severity'], ['category', 'Category'], ['provider', 'Provider'], ['model', 'Model'], ['name', 'Name']],
    [{ name: 'Instances', expr: 'count by (alertname, severity, category, provider, model, name) (ALERTS{alertstate="firing"})', unit: 'short' }],
    'Severity',
    ascending=true
  ),
  p.lines(
    'Requests in flight',
    'Requests that the proxies are working on (needs the LiteLLM key in the exporter).',
    [p.target(q.orNone(q.sum(q.own('litellm_proxy_requests_in_flight'), 'proxy'), 'proxy', 'not watched'), '{{proxy}}')],
    'short',
    width=6,
    legend='list',
    height=9
  ),
  p.lines(
    'Probes from outside',
    'How long the blackbox exporter waited for each proxy, by kind of probe.',
    [p.target('max by (job, instance) (probe_duration_seconds{job=~".*litellm-blackbox.*"}) or on () vector(0)', '{{job}} {{instance}}')],
    's',
    width=6,
    legend='list',
    height=9
  ),
  p.lines(
    'Processors',
    'Share of the processors of each host that is busy.',
    [p.target('1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))', '{{instance}}')],
    'percentunit',
    width=8,
    height=6,
    legend='list',
    max=1
  ),
  p.lines(
    'Memory',
    'Share of the memory of each host that is used.',
    [p.target('1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', '{{instance}}')],
    'percentunit',
    width=8,
    height=6,
    legend='list',
    max=1
  ),
  p.lines(
    'Disks',
    'Share of each file system that is used.',
    [p.target('max by (instance, device) (1 - node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"} / (node_filesystem_size_bytes > 0))', '{{instance}} {{device}}')],
    'percentunit',
    width=8,
    height=6,
    legend='list',
    max=1
  ),
]);

d.new(
  'litellm-overview',
  'LiteLLM / Overview',
  'For whoever is on call: is it LiteLLM, a provider, the database or nothing?',
  [well, cards, signals, objective, around]
)

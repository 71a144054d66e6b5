// SPDX-License-Identifier: Apache-2.0
// How models and providers behave: latency, first token, speed, tokens, errors, health.
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local p = import 'lib/panel.libsonnet';
local q = import 'lib/query.libsonnet';

local chosen = 'model=~"$model", provider=~"$provider"';
local and_(matchers) = chosen + ', ' + matchers;
local speed(quantile) = '1 / (histogram_quantile(%s, sum by (le) (%s)) > 0)' % [1 - quantile, q.rate('litellm_time_per_output_token_seconds_bucket', chosen)];
local quantile_colours = [p.colour('p50', colours.neutral), p.colour('p95', colours.good), p.colour('p99', colours.accent), p.objective('objective')];

local cards = d.row('At a glance', [
  p.stat(
    'Requests',
    'Requests in the time range.',
    [p.target(q.orZero(q.sum(q.increase('litellm_requests_total', chosen))), 'Requests')],
    'short',
    4
  ),
  p.stat(
    'Failed',
    'Share of the requests in the time range that failed.',
    [p.target(q.orZero(q.ratio(q.sum(q.increase('litellm_requests_total', and_('status="failure"'))), q.sum(q.increase('litellm_requests_total', chosen)))), 'Failed')],
    'percentunit',
    4,
    thresholds=p.limits(0.05, 0.2),
    decimals=2
  ),
  p.stat(
    'Duration, p95',
    '95 % of the successful requests in the time range were faster.',
    [p.target(q.orZero('histogram_quantile(0.95, %s)' % q.sum(q.increase('litellm_request_duration_seconds_bucket', and_('status="success"')), 'le') + ' >= 0'), 'p95')],
    's',
    4,
    decimals=1
  ),
  p.stat(
    'First token, p95',
    '95 % of the streams in the time range began sooner.',
    [p.target(q.orZero('histogram_quantile(0.95, %s)' % q.sum(q.increase('litellm_time_to_first_token_seconds_bucket', chosen), 'le') + ' >= 0'), 'p95')],
    's',
    4,
    decimals=1
  ),
  p.stat(
    'Output speed',
    'Output tokens a second of a stream, median.',
    [p.target(q.orZero(speed(0.5)), 'tokens/s')],
    'short',
    4,
    decimals=0
  ),
  p.stat(
    'Refused with 429',
    "Share of the requests in the time range that a provider's rate limit refused.",
    [p.target(q.orZero(q.ratio(q.sum(q.increase('litellm_errors_total', and_('status_code="429"'))), q.sum(q.increase('litellm_requests_total', chosen)))), '429')],
    'percentunit',
    4,
    thresholds=p.limits(0.02, 0.1),
    decimals=2
  ),
]);

local latency = d.row('Latency', [
  p.heatmap(
    'Duration',
    'How many successful requests took how long.',
    p.target(q.orNone(q.sum('increase(%s[$__rate_interval])' % q.own('litellm_request_duration_seconds_bucket', and_('status="success"')), 'le'), 'le', '+Inf')),
    's'
  ),
  p.lines(
    'Duration',
    "Quantiles of successful requests, and the objective of the exporter's configuration.",
    [p.target(q.orZero(q.quantile(s, 'litellm_request_duration_seconds', and_('status="success"'))), 'p%g' % (s * 100)) for s in [0.5, 0.95, 0.99]]
    + [p.target('max(%s)' % q.recorded('job:litellm_objective_latency:seconds'), 'objective')],
    's',
    overrides=quantile_colours,
    legend='list'
  ),
  p.lines(
    'Duration by model, p95',
    'The ten slowest models.',
    [p.target(q.orNone('topk(10, max by (model) (%s))' % q.recorded('job_model_provider:litellm_request_duration_seconds:p95_5m', chosen), 'model'), '{{model}}')],
    's'
  ),
  p.lines(
    'Time to first token',
    'Quantiles of streams, where LiteLLM tells when the first token came.',
    [p.target(q.orZero(q.quantile(s, 'litellm_time_to_first_token_seconds', chosen)), 'p%g' % (s * 100)) for s in [0.5, 0.95]],
    's',
    overrides=quantile_colours,
    legend='list'
  ),
  p.lines(
    'Output speed',
    'Output tokens a second of a stream: the median, and what 5 % of the streams fall short of.',
    [p.target(q.orZero(speed(0.5)), 'median'), p.target(q.orZero(speed(0.05)), 'slowest 5 %')],
    'short',
    overrides=[p.colour('median', colours.good), p.colour('slowest 5 %', colours.warning)],
    legend='list'
  ),
  p.lines(
    'First token by model, p95',
    'The ten models whose streams begin last.',
    [p.target(q.orNone('topk(10, max by (model) (%s))' % q.recorded('job_model_provider:litellm_time_to_first_token_seconds:p95_5m', chosen), 'model'), '{{model}}')],
    's'
  ),
]);

local kinds = [
  ['litellm_input_tokens_total', 'input', colours.good],
  ['litellm_output_tokens_total', 'output', colours.warning],
  ['litellm_input_cached_tokens_total', 'of the input: cached', colours.neutral],
  ['litellm_input_cache_creation_tokens_total', 'of the input: written to a cache', colours.accent],
  ['litellm_output_reasoning_tokens_total', 'of the output: reasoning', colours.bad],
];

local traffic = d.row('Traffic and tokens', [
  p.lines(
    'Requests by model',
    'Requests per second: the ten busiest models, and the others.',
    [p.target(q.topTen(q.sum(q.recorded('job_model_provider:litellm_requests:rate5m', chosen), 'model'), 'model'), '{{model}}')],
    'reqps',
    stacked=true
  ),
  p.lines(
    'Tokens by kind',
    'Tokens per second. Cached and written tokens are part of the input, reasoning is part of the output.',
    [p.target(q.orZero(q.sum(q.rate(kind[0], chosen))), kind[1]) for kind in kinds],
    'short',
    overrides=[p.colour(kind[1], kind[2]) for kind in kinds]
  ),
]);

local errors = d.row('Errors', [
  p.lines(
    'By class',
    'Failed requests per second by exception class: the ten most frequent, and the others.',
    [p.target(q.topTen(q.sum(q.recorded('job_model_provider_exception_class_status_code:litellm_errors:rate5m', chosen), 'exception_class'), 'exception_class'), '{{exception_class}}')],
    'reqps',
    stacked=true
  ),
  p.lines(
    'By status code',
    'Failed requests per second by HTTP status code.',
    [p.target(q.orNone(q.sum(q.recorded('job_model_provider_exception_class_status_code:litellm_errors:rate5m', chosen), 'status_code'), 'status_code'), '{{status_code}}')],
    'reqps',
    stacked=true
  ),
  p.lines(
    'Retries and fallbacks',
    "LiteLLM's own second tries, and answers by another model than the client asked for, per request.",
    [
      p.target(q.orZero(q.ratio(q.sum(q.rate('litellm_request_retries_total', chosen)), q.sum(q.rate('litellm_requests_total', chosen)))), 'retries'),
      p.target(q.orZero(q.ratio(q.sum(q.rate('litellm_request_fallbacks_total', chosen)), q.sum(q.rate('litellm_requests_total', chosen)))), 'fallbacks'),
    ],
    'percentunit',
    overrides=[p.colour('retries', colours.warning), p.colour('fallbacks', colours.accent)],
    legend='list'
  ),
  p.lines(
    'Longer than the context window',
    "Requests per second that were longer than the model's context window: a matter for the clients.",
    [p.target(q.orNone(q.sum(q.rate('litellm_errors_total', and_('exception_class="ContextWindowExceededError"')), 'model'), 'model'), '{{model}}')],
    'reqps',
    legend='list'
  ),
]);

local health = d.row('Health', [
  p.states(
    'Providers',
    'Share of faults of each provider, over five minutes: from a tenth on orange, from half on red-orange.',
    [p.target(q.orNone('max by (provider) (%s)' % q.recorded('job_provider:litellm_faults_per_request:ratio_rate5m', 'provider=~"$provider"'), 'provider'), '{{provider}}')],
    thresholds=p.limits(0.1, 0.5)
  ) { fieldConfig+: { defaults+: { unit: 'percentunit' } } },
  p.states(
    'Deployments',
    "What LiteLLM's own health check said of each deployment of a model.",
    [p.target(q.orNone('max by (model, model_id) (%s)' % q.own('litellm_model_healthy', 'model=~"$model"'), 'model', 'no health check yet'), '{{model}} {{model_id}}')],
    mappings=p.yesNo('healthy', 'unhealthy')
  ),
  p.table(
    'Models',
    'Every model in the time range.',
    [['model', 'Model'], ['provider', 'Provider']],
    [
      { name: 'Requests', expr: q.orNone(q.sum(q.increase('litellm_requests_total', chosen), 'model, provider'), 'model'), unit: 'short' },
      { name: 'Failed', expr: q.orNone(q.ratio(q.sum(q.increase('litellm_requests_total', and_('status="failure"')), 'model, provider'), q.sum(q.increase('litellm_requests_total', chosen), 'model, provider')), 'model'), unit: 'percentunit', thresholds: p.limits(0.05, 0.2) },
      { name: 'p95', expr: q.orNone('histogram_quantile(0.95, %s) >= 0' % q.sum(q.increase('litellm_request_duration_seconds_bucket', and_('status="success"')), 'le, model, provider'), 'model'), unit: 's' },
      { name: 'Spend', expr: q.orNone(q.sum(q.increase('litellm_spend_usd_total', chosen), 'model, provider'), 'model'), unit: 'currencyUSD' },
    ],
    'Requests',
    width=24
  ),
]);

d.new(
  'litellm-models',
  'LiteLLM / Models and providers',
  'How models and providers behave: latency, first token, speed, tokens, errors, health.',
  [cards, latency, traffic, errors, health],
  [
    d.variable('provider', 'Provider', 'label_values(litellm_requests_total{job=~"$job"}, provider)'),
    d.variable('model', 'Model', 'label_values(litellm_requests_total{job=~"$job", provider=~"$provider"}, model)'),
  ]
)

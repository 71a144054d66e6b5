// SPDX-License-Identifier: Apache-2.0
// How models and providers behave: latency, first token, speed, tokens, errors, health.
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local deployments = import 'lib/deployments.libsonnet';
local gateway = import 'lib/gateway.libsonnet';
local p = import 'lib/panel.libsonnet';
local providers = import 'lib/providers.libsonnet';
local q = import 'lib/query.libsonnet';

local chosen = 'model=~"$model", provider=~"$provider"';
local and_(matchers) = chosen + ', ' + matchers;
local speed(quantile, buckets=q.rate('litellm_time_per_output_token_seconds_bucket', chosen)) = '1 / (histogram_quantile(%s, sum by (le) (%s)) > 0)' % [1 - quantile, buckets];
local quantile_colours = [p.colour('p50', colours.calm), p.colour('p95', colours.good), p.colour('p99', colours.accent), p.colour('mean', colours.warning), p.objective('objective')];

local requests(matchers='', by='') = q.sum(q.increase('litellm_requests_total', if matchers == '' then chosen else and_(matchers)), by);

local cards = d.row('At a glance', [
  p.stat(
    'Requests',
    'Requests in the time range.',
    [p.instant(q.whole(q.orZero(requests())), 'Requests')],
    'short'
  ),
  p.stat(
    'Error rate',
    'Share of the requests in the time range that failed.',
    [p.instant(q.ratio(requests('status="failure"'), requests()), 'Failed')],
    'percentunit',
    thresholds=p.limits(0.05, 0.2),
    decimals=2,
    none='no requests'
  ),
  p.stat(
    'Latency p95',
    '95 % of the successful requests in the time range were faster.',
    [p.instant('histogram_quantile(0.95, %s) >= 0' % q.sum(q.increase('litellm_request_duration_seconds_bucket', and_('status="success"')), 'le'), 'p95')],
    's',
    decimals=1,
    none=p.untimed
  ),
  p.stat(
    'TTFT p95',
    '95 % of the streams in the time range began sooner.',
    [p.instant('histogram_quantile(0.95, %s) >= 0' % q.sum(q.increase('litellm_time_to_first_token_seconds_bucket', chosen), 'le'), 'p95')],
    's',
    decimals=1,
    none='no streams'
  ),
  p.stat(
    'Output tok/s, median',
    'Output tokens a second of a stream in the time range.',
    [p.instant(speed(0.5, q.increase('litellm_time_per_output_token_seconds_bucket', chosen)), 'tokens/s')],
    p.perSecond('tok'),
    decimals=0,
    none='no streams'
  ),
  p.stat(
    'Refused with 429',
    "Share of the requests in the time range that a provider's rate limit refused; LiteLLM's own limits do not count.",
    [p.instant('%s or 0 * (%s > 0)' % [q.ratio(q.sum(q.increase('litellm_errors_total', and_('status_code="429", provider!="unknown"'))), requests()), requests()], '429')],
    'percentunit',
    thresholds=p.limits(0.02, 0.1),
    decimals=2,
    none='no requests'
  ),
]);

local all = d.row('Every model in the time range', [
  p.table(
    'All models',
    'Every model in the time range.',
    [['model', 'Model'], ['provider', 'Provider']],
    [
      { name: 'Requests', expr: q.whole(requests(by='model, provider')), unit: 'short' },
      { name: 'Failed', expr: q.ratio(requests('status="failure"', 'model, provider'), requests(by='model, provider')), unit: 'percentunit', levels: p.levels(0.05, 0.2) },
      { name: 'p95', expr: 'histogram_quantile(0.95, %s) >= 0' % q.sum(q.increase('litellm_request_duration_seconds_bucket', and_('status="success"')), 'le, model, provider'), unit: 's' },
      { name: 'Spend', expr: q.sum(q.increase('litellm_spend_usd_total', chosen), 'model, provider'), unit: p.money },
    ],
    'Requests',
    width=24,
    none='no requests yet'
  ),
]);

local latency = d.row('Latency', [
  p.heatmap(
    'Latency heat map',
    'Successful requests per second by how long they took.',
    p.target(q.whereTimed(q.sum(q.rate('litellm_request_duration_seconds_bucket', and_('status="success"')), 'le'), chosen)),
    's',
    none=p.unlogged('durations')
  ),
  p.lines(
    'Latency p50, p95, p99',
    "Quantiles of successful requests, and the objective of the exporter's configuration. A LiteLLM that writes no spend log tells only a mean.",
    [p.target(q.quantile(s, 'litellm_request_duration_seconds', and_('status="success"')), 'p%g' % (s * 100)) for s in [0.5, 0.95, 0.99]]
    + [p.target(q.mean(chosen), 'mean'), p.target(q.whereTimed('max(%s)' % q.recorded('job:litellm_objective_latency:seconds'), chosen), 'objective')],
    p.seconds,
    overrides=quantile_colours,
    legend='list',
    log=true,
    none=p.unlogged('durations')
  ),
  p.lines(
    'Latency p95 by model',
    'The ten slowest models.',
    [p.target('topk(10, max by (model) (%s))' % q.recorded('job_model_provider:litellm_request_duration_seconds:p95_5m', chosen), '{{model}}')],
    p.seconds,
    width=24,
    log=true,
    none=p.unlogged('durations')
  ),
  p.lines(
    'Time to first token (TTFT) p50, p95',
    'Quantiles of streams, where LiteLLM tells when the first token came.',
    [p.target(q.quantile(s, 'litellm_time_to_first_token_seconds', chosen), 'p%g' % (s * 100)) for s in [0.5, 0.95]],
    p.seconds,
    overrides=quantile_colours,
    legend='list',
    log=true,
    none=p.unlogged('streams')
  ),
  p.lines(
    'Output tok/s of a stream',
    'Output tokens a second of a stream: the median, and what 5 % of the streams fall short of.',
    [p.target(speed(0.5), 'median'), p.target(speed(0.05), 'slowest 5 %')],
    p.perSecond('tok'),
    overrides=[p.colour('median', colours.good), p.colour('slowest 5 %', colours.warning)],
    legend='list',
    none=p.unlogged('streams')
  ),
]);

local slow = d.folded("First tokens by model, LiteLLM's own time, guardrails", [
  p.lines(
    'TTFT p95 by model',
    'The ten models whose streams begin last.',
    [p.target('topk(10, max by (model) (%s))' % q.recorded('job_model_provider:litellm_time_to_first_token_seconds:p95_5m', chosen), '{{model}}')],
    p.seconds,
    width=24,
    log=true,
    none=p.unlogged('streams')
  ),
  p.lines(
    "LiteLLM's own latency (overhead)",
    'Quantiles of what LiteLLM itself took for a request, waiting included; it says nothing of streams. A proxy that is too busy shows here first.',
    [p.target(q.quantile(s, 'litellm_overhead_seconds', chosen), 'p%g' % (s * 100)) for s in [0.5, 0.95]],
    's',
    overrides=quantile_colours,
    legend='list',
    log=true,
    none=p.unlogged('overheads')
  ),
  p.lines(
    'Guardrail latency p95',
    'The ten slowest guardrails, whatever model was asked: a client waits for them.',
    [p.target('topk(10, %s)' % q.quantile(0.95, 'litellm_guardrail_duration_seconds', by='guardrail'), '{{guardrail}}')],
    's',
    none='no guardrail yet'
  ),
]);

local kinds = [
  ['litellm_input_tokens_total', 'input', colours.good],
  ['litellm_output_tokens_total', 'output', colours.warning],
  ['litellm_input_cached_tokens_total', 'of the input: cached', colours.calm],
  ['litellm_input_cache_creation_tokens_total', 'of the input: written to a cache', colours.accent],
  ['litellm_output_reasoning_tokens_total', 'of the output: reasoning', colours.bad],
];

local traffic = d.row('Traffic and tokens', [
  p.lines(
    'Requests by model',
    'Requests per second: the ten busiest models, and the others.',
    [p.target(q.topTen(q.sum(q.recorded('job_model_provider:litellm_requests:rate5m', chosen), 'model'), 'model'), '{{model}}')],
    'reqps',
    stacked=true,
    width=24
  ),
  p.lines(
    'Tokens/s by kind',
    'Tokens per second. Cached and written tokens are part of the input, reasoning is part of the output.',
    [p.target(q.orZero(q.sum(q.rate(kind[0], chosen))), kind[1]) for kind in kinds],
    p.perSecond('tok'),
    overrides=[p.colour(kind[1], kind[2]) for kind in kinds],
    width=24
  ),
]);

local errors = d.row('Errors', [
  p.lines(
    'Errors by class',
    'Failed requests per second by exception class: the ten most frequent, and the others. Blue: the client; pink: rights; orange: limits; green: timeouts; red: faults of servers. Where LiteLLM writes no failures to its spend log, all are unknown.',
    [p.target(q.topTen(q.sum(q.recorded('job_model_provider_exception_class_status_code:litellm_errors:rate5m', chosen), 'exception_class'), 'exception_class'), '{{exception_class}}')],
    'reqps',
    overrides=p.exceptionClasses,
    stacked=true,
    width=16,
    none='no errors yet'
  ),
  p.lines(
    'Errors by status code',
    'Failed requests per second by HTTP status code. Blue: the client; pink: rights; orange: limits; green: timeouts; red: faults of servers.',
    [p.target(q.sum(q.recorded('job_model_provider_exception_class_status_code:litellm_errors:rate5m', chosen), 'status_code') + ' > 0', '{{status_code}}')],
    'reqps',
    overrides=p.statusCodes,
    stacked=true,
    width=8,
    legend='list',
    none='no errors yet'
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
    'Context window exceeded',
    "Requests per second that were longer than the model's context window: a matter for the clients.",
    [p.target(q.happened('litellm_errors_total', 'model', and_('exception_class="ContextWindowExceededError"')), '{{model}}')],
    'reqps',
    legend='list',
    none='no request was too long'
  ),
  p.lines(
    'Client disconnects',
    "Requests per second whose client left before the end: the ten models most left, and the others. Nobody's fault, but often of a slow answer.",
    [p.target(q.topTen(q.sum(q.rate('litellm_client_disconnects_total', chosen), 'model'), 'model'), '{{model}}')],
    'reqps',
    stacked=true,
    legend='list'
  ),
  p.table(
    'Fallbacks by model',
    'Requests in the time range that another model answered than was asked for: the ten most frequent ways.',
    [['requested_model', 'Asked for', 280], ['model', 'Answered by', 240]],
    [{ name: 'Requests', expr: q.whole('topk(10, %s > 0)' % q.sum(q.increase('litellm_model_fallbacks_total', 'model=~"$model"'), 'requested_model, model')), unit: 'short', bar: true }],
    'Requests',
    height=8,
    none='no fallback'
  ),
]);

// Why a timeline has no line.
local unchecked = 'no health check yet';
local unwatched = 'no proxy is watched';

local health = d.folded('Health', [
  providers.panel('provider=~"$provider"', 7),
  p.states(
    'Health checks of deployments',
    "What LiteLLM's own health check said of each deployment of a model.",
    [p.target(q.orNone('max by (model, model_id) (%s)' % q.own('litellm_model_healthy', 'model=~"$model"'), 'model', unchecked, q.own('litellm_model_healthy', 'model=~"$model"')), '{{model}} {{model_id}}')],
    mappings=p.yesNo('healthy', 'unhealthy') + p.nothing('not checked'),
    none=unchecked
  ),
  p.states(
    'Health-check status codes',
    "What each proxy's health endpoints answer: an HTTP status, or 0 where no answer came.",
    [p.target(q.orNone('max by (proxy, endpoint) (%s)' % q.own('litellm_health_check_status_code'), 'proxy', unwatched, q.own('litellm_health_check_status_code')), '{{proxy}} {{endpoint}}')],
    mappings=p.mappings([[-1, 'not watched', colours.other], [0, 'no answer', colours.bad]])
             + p.ranges([[500, null, colours.bad], [300, null, colours.warning], [200, null, colours.good]]),
    none=unwatched
  ),
  p.lines(
    'Health-check duration',
    "How long each proxy's health endpoints took to answer.",
    [p.target('max by (proxy, endpoint) (%s)' % q.own('litellm_health_check_duration_seconds'), '{{proxy}} {{endpoint}}')],
    's',
    height=7,
    legend='list',
    none='not watched'
  ),
]);

d.new(
  'litellm-models',
  'LiteLLM / Models and providers',
  'How models and providers behave: latency, first token, speed, tokens, errors, health.',
  [cards, all, latency, traffic, errors, slow, health, deployments.row(chosen), gateway.edge],
  [
    d.variable('provider', 'Provider', 'label_values(litellm_requests_total{cluster=~"$cluster", job=~"$job"}, provider)'),
    d.variable('model', 'Model', 'label_values(litellm_requests_total{cluster=~"$cluster", job=~"$job", provider=~"$provider"}, model)'),
  ]
)

// SPDX-License-Identifier: Apache-2.0
// Whether the numbers on the other pages can be trusted, and what they cost.
local audit = import 'lib/audit.libsonnet';
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local p = import 'lib/panel.libsonnet';
local q = import 'lib/query.libsonnet';

local lag(quantile) = q.quantile(quantile, 'litellm_exporter_spend_log_lag_seconds');

local fresh = d.row('Freshness', [
  p.state('Exporter', 'Whether Prometheus can scrape every exporter.', 'min(%s)' % q.exporters('up'), p.yesNo('Up', 'Down')),
  p.state('Database', 'Whether the database answers the exporter.', 'min(%s)' % q.own('litellm_exporter_database_up'), p.yesNo('Answers', 'Silent')),
  p.stat(
    'Age of the last read',
    'Time since the spend log was last read to the end.',
    [p.instant('time() - min(%s)' % q.own('litellm_exporter_collector_last_success_timestamp_seconds', 'collector="spend_log"'), 'Age')],
    's',
    thresholds=p.limits(60, 300),
    decimals=0
  ),
  p.stat(
    'Age of the saved state',
    'Time since the counters were last written to disk.',
    [p.instant('time() - min(%s)' % q.own('litellm_exporter_state_saved_timestamp_seconds'), 'Age')],
    's',
    thresholds=p.limits(600, 3600),
    decimals=0
  ),
  p.stat(
    'New baselines',
    'How often counting had to begin anew in the time range, which loses what came before: 0 is the rule.',
    [p.instant(q.whole(q.orZero(q.sum(q.increase('litellm_exporter_baselines_total')))), 'Baselines')],
    'short',
    thresholds=p.noticeable
  ),
  p.state(
    'Configuration reload',
    'Whether the last reload of the configuration was taken.',
    'min(%s)' % q.own('litellm_exporter_config_last_reload_successful'),
    p.yesNo('In force', 'Refused')
  ),
]);

local pipeline = d.row('From row to series', [
  p.lines(
    'Rows counted per second',
    'Rows of the spend log that were counted, per second.',
    [p.target(q.sum(q.rate('litellm_exporter_spend_log_rows_total'), 'instance'), '{{instance}}')],
    p.perSecond('rows'),
    legend='list'
  ),
  p.lines(
    'Counting lag p50, p95, p99',
    "Time from a request's end until it is counted.",
    [p.target(lag(s), 'p%g' % (s * 100)) for s in [0.5, 0.95, 0.99]],
    p.seconds,
    overrides=[p.colour('p50', colours.calm), p.colour('p95', colours.good), p.colour('p99', colours.accent)],
    legend='list',
    log=true,
    none='nothing counted yet'
  ),
  p.lines(
    'Late, double and invalid rows',
    'Rows that came later than the window, were seen twice, or make no sense, per second. Late rows are counted; seen twice counts once.',
    [
      p.target(q.orZero(q.sum(q.rate('litellm_exporter_spend_log_late_rows_total'))), 'late'),
      p.target(q.orZero(q.sum(q.rate('litellm_exporter_spend_log_duplicate_rows_total'))), 'seen twice'),
      p.target(q.orZero(q.sum(q.rate('litellm_exporter_spend_log_invalid_rows_total'))), 'invalid'),
    ],
    p.perSecond('rows'),
    overrides=[p.colour('late', colours.warning), p.colour('seen twice', colours.good), p.colour('invalid', colours.bad)],
    legend='list'
  ),
  p.states(
    'Source of requests',
    'From the spend log, or where LiteLLM does not write it, from its ledger. That knows neither exception classes nor first tokens, retries and deployments: their panels stand still.',
    [p.target('max by (outcome, source) (%s)' % q.own('litellm_exporter_request_source'), '{{outcome}}: {{source}}')],
    height=8,
    mappings=p.yesNo('counted', 'not counted')
  ),
  p.lines(
    'Requests with an id used twice',
    'Requests per second that the log lost because another one has their id, counted from the ledger.',
    [p.target(q.orZero(q.sum(q.rate('litellm_exporter_recovered_requests_total'))), 'recovered')],
    'reqps',
    legend='list',
    height=6
  ),
  audit.panel(12),
]);

local collectors = d.row('Collectors', [
  p.states(
    'Collector status',
    'Whether the last poll of each collector worked.',
    [p.target('min by (collector) (%s)' % q.own('litellm_exporter_collector_success'), '{{collector}}')],
    height=10,
    mappings=p.yesNo('works', 'fails')
  ),
  p.lines(
    'Collector duration',
    'How long the last poll of each collector took.',
    [p.target('max by (collector) (%s)' % q.own('litellm_exporter_collector_duration_seconds'), '{{collector}}')],
    's',
    height=10,
    log=true
  ),
  p.lines(
    'Failed polls',
    'Polls per second that failed, by reason.',
    [p.target(q.happened('litellm_exporter_poll_failures_total', 'collector, reason'), '{{collector}} {{reason}}')],
    p.perSecond('polls'),
    legend='list',
    none='no poll failed'
  ),
  p.lines(
    'Polls by collector',
    'Polls per second: what the exporter asks of the database and of the proxies.',
    [p.target(q.sum(q.rate('litellm_exporter_polls_total'), 'collector'), '{{collector}}')],
    p.perSecond('polls'),
    stacked=true
  ),
]);

local log = d.folded('The spend log itself', [
  p.lines(
    'Spend log size',
    'Size of the table of the spend log, with its indexes.',
    [p.target('max(%s)' % q.own('litellm_spend_log_bytes'), 'size')],
    'bytes',
    width=8,
    overrides=[p.colour('size', colours.good)],
    none='no rows yet',
    legend='list'
  ),
  p.lines(
    'Spend log rows',
    "Rows of the spend log, as PostgreSQL's statistics estimate them.",
    [p.target('max(%s)' % q.own('litellm_spend_log_rows_estimate'), 'rows')],
    'short',
    width=8,
    overrides=[p.colour('rows', colours.good)],
    none='no rows yet',
    legend='list'
  ),
  p.lines(
    'Spend log: age of the oldest row',
    'Age of the oldest row: where retention works, it stays below the time that is kept.',
    [p.target('time() - min(%s)' % q.own('litellm_spend_log_oldest_row_timestamp_seconds'), 'age')],
    's',
    width=8,
    overrides=[p.colour('age', colours.good)],
    none='no rows yet',
    legend='list'
  ),
]);

local processor = 'rate(%s[$__rate_interval])' % q.exporters('process_cpu_seconds_total');

local cost = d.folded('What the exporter costs', [
  p.lines(
    'Exporter CPU',
    'Share of one processor that the exporter uses.',
    [p.target(q.sum(processor, 'instance'), '{{instance}}')],
    'percentunit',
    width=6,
    legend='list'
  ),
  p.lines(
    'Exporter memory',
    'Resident memory of the exporter.',
    [p.target(q.sum(q.exporters('process_resident_memory_bytes'), 'instance'), '{{instance}}')],
    'bytes',
    width=6,
    legend='list'
  ),
  p.lines(
    'Scrape duration',
    'How long Prometheus waits for the page.',
    [p.target('max by (instance) (%s)' % q.exporters('scrape_duration_seconds'), '{{instance}}')],
    's',
    width=6,
    legend='list'
  ),
  p.lines(
    'Samples per scrape',
    'Samples on the page.',
    [p.target('max by (instance) (%s)' % q.exporters('scrape_samples_scraped'), '{{instance}}')],
    'short',
    width=6,
    legend='list'
  ),
  p.table(
    'Series by family',
    'The ten families with the most series, and the others.',
    [['family', 'Family']],
    [{ name: 'Series', expr: q.topTen(q.sum(q.once(q.own('litellm_exporter_series')), 'family'), 'family'), unit: 'short', bar: true }],
    'Series',
    height=10
  ),
  p.lines(
    'Folded into other',
    'Values per second that found their family full and were counted under "other".',
    [p.target(q.happened('litellm_exporter_series_overflow_total', 'family'), '{{family}}')],
    p.perSecond('values'),
    height=10,
    none='no family was full'
  ),
]);

d.new(
  'litellm-exporter',
  'LiteLLM / Exporter and pipeline',
  'Whether the numbers on the other pages can be trusted, and what they cost.',
  [fresh, pipeline, collectors, log, cost]
)

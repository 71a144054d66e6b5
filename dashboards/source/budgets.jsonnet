// SPDX-License-Identifier: Apache-2.0
// What is about to run out: budgets, rate limits and keys.
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local p = import 'lib/panel.libsonnet';
local q = import 'lib/query.libsonnet';

// Two exporters of one deployment tell the same.
local entity(metric, matchers='') = 'max by (scope, id, name) (%s)' % q.own(metric, if matchers == '' then 'scope=~"$scope"' else 'scope=~"$scope", ' + matchers);
local used = 'max by (scope, id, name) (%s)' % q.recorded('job_scope_id_name:litellm_budget_used:ratio', 'scope=~"$scope"');
local none(expression) = q.orNone(expression, 'scope', 'no budget yet');
// Spend at the reset, if it goes on as in the last six hours. Counts down to the reset only.
local forecast = 'max by (scope, id, name) (%(spend)s + clamp_min(deriv(%(spend)s[6h]), 0) * clamp_min(%(reset)s - time(), 0)) or %(now)s' % {
  spend: q.own('litellm_budget_spend_usd', 'scope=~"$scope"'),
  reset: q.own('litellm_budget_reset_timestamp_seconds', 'scope=~"$scope"'),
  now: entity('litellm_budget_spend_usd'),
};
local key(metric) = 'max by (key, key_alias, team) (%s)' % q.own(metric);
local no_key(expression) = q.orNone(expression, 'key_alias', 'no key yet');

local cards = d.row('At a glance', [
  p.stat(
    'Exhausted budgets',
    'Budgets that are used up: LiteLLM refuses the requests of their owners.',
    [p.target(q.orZero('count(%s >= 1)' % used), 'Exhausted')],
    'short',
    4,
    4,
    p.limits(1, 1),
    graph='none'
  ),
  p.stat(
    'Budgets above 80 %',
    'Budgets of which more than 80 % are used, the exhausted ones included.',
    [p.target(q.orZero('count(%s > 0.8)' % used), 'Above 80 %')],
    'short',
    4,
    4,
    p.limits(1, 1e9),
    graph='none'
  ),
  p.stat(
    'Soft limits crossed',
    'Entities that have spent more than their soft limit; nothing is refused yet.',
    [p.target(q.orZero('count(%s > %s)' % [entity('litellm_budget_spend_usd'), entity('litellm_budget_soft_limit_usd')]), 'Crossed')],
    'short',
    4,
    4,
    p.limits(1, 1e9),
    graph='none'
  ),
  p.stat(
    'Keys that expire within 7 days',
    'Virtual keys whose requests will be refused within a week.',
    [p.target(q.orZero('count(0 < %s - time() < 7 * 86400)' % key('litellm_key_expires_timestamp_seconds')), 'Expire')],
    'short',
    4,
    4,
    p.limits(1, 1e9),
    graph='none'
  ),
  p.stat(
    'Expired keys',
    'Virtual keys that have expired and still exist.',
    [p.target(q.orZero('sum(max by (job, scope) (%s))' % q.own('litellm_entities', 'scope="key", state="expired"')), 'Expired')],
    'short',
    4,
    4,
    graph='none'
  ),
  p.stat(
    'Blocked',
    'Keys, teams, users and other entities that are blocked.',
    [p.target(q.orZero('count(%s)' % entity('litellm_blocked')), 'Blocked')],
    'short',
    4,
    4,
    graph='none'
  ),
]);

local budgets = d.row('Budgets', [
  p.table(
    'Budgets',
    'Every entity with a budget. The forecast is the spend at the reset if it goes on as in the last six hours.',
    [['scope', 'Scope'], ['name', 'Name'], ['id', 'Id']],
    [
      { name: 'Used', expr: none(used), unit: 'percentunit', thresholds: p.limits(0.8, 0.95), gauge: 1 },
      { name: 'Spent', expr: none(entity('litellm_budget_spend_usd')), unit: 'currencyUSD' },
      { name: 'Limit', expr: none(entity('litellm_budget_limit_usd')), unit: 'currencyUSD' },
      { name: 'Forecast', expr: none(forecast), unit: 'currencyUSD' },
      { name: 'Reset', expr: none('(%s) * 1000' % entity('litellm_budget_reset_timestamp_seconds')), unit: 'dateTimeFromNow' },
    ],
    'Used',
    width=24,
    height=11
  ),
  p.lines(
    'Used shares',
    'How the ten fullest budgets filled up; at 1 requests are refused.',
    [p.target(none('topk(10, %s)' % used), '{{scope}} {{name}}'), p.target('vector(1)', 'exhausted')],
    'percentunit',
    overrides=[p.objective('exhausted')],
    width=24
  ),
]);

local limits = d.row('Rate limits of keys', [
  p.bars(
    'Requests a minute',
    'Share of the limit of requests a minute that each key used in the last five minutes: the ten fullest.',
    [p.instant(no_key('topk(10, 60 * %s / on (key) group_left () %s)' % [
      'sum by (key, key_alias) (rate(%s[5m]))' % q.own('litellm_key_requests_total'),
      '(label_replace(max by (id) (%s), "key", "$1", "id", "(.*)") > 0)' % q.own('litellm_rate_limit_requests_per_minute', 'scope="key"'),
    ]), '{{key_alias}}')],
    'percentunit',
    12,
    8,
    p.limits(0.8, 0.95),
    1
  ),
  p.bars(
    'Tokens a minute',
    'Share of the limit of tokens a minute that each key used in the last five minutes: the ten fullest.',
    [p.instant(no_key('topk(10, 60 * %s / on (key) group_left () %s)' % [
      '(sum by (key, key_alias) (rate(%s[5m])) + sum by (key, key_alias) (rate(%s[5m])))' % [q.own('litellm_key_input_tokens_total'), q.own('litellm_key_output_tokens_total')],
      '(label_replace(max by (id) (%s), "key", "$1", "id", "(.*)") > 0)' % q.own('litellm_rate_limit_tokens_per_minute', 'scope="key"'),
    ]), '{{key_alias}}')],
    'percentunit',
    12,
    8,
    p.limits(0.8, 0.95),
    1
  ),
]);

local keys = d.row('Keys', [
  p.table(
    'Keys by expiry',
    'Virtual keys that expire, the next first; what has expired stands on top.',
    [['key_alias', 'Alias'], ['team', 'Team'], ['key', 'Key']],
    [
      { name: 'Expires', expr: no_key('(%s) * 1000' % key('litellm_key_expires_timestamp_seconds')), unit: 'dateTimeFromNow' },
      { name: 'Requests in 24 h', expr: no_key(q.sum(q.increase('litellm_key_requests_total', window='1d'), 'key, key_alias, team') + ' and on (key) ' + key('litellm_key_expires_timestamp_seconds')), unit: 'short' },
    ],
    'Expires',
    ascending=true
  ),
  p.table(
    'Keys by last use',
    'When each key was last used and when LiteLLM will rotate it; keys of the past are candidates to delete.',
    [['key_alias', 'Alias'], ['team', 'Team'], ['key', 'Key']],
    [
      { name: 'Last active', expr: no_key('(%s) * 1000' % key('litellm_key_last_active_timestamp_seconds')), unit: 'dateTimeFromNow' },
      { name: 'Rotation', expr: no_key('(%s) * 1000' % key('litellm_key_rotation_timestamp_seconds')), unit: 'dateTimeFromNow' },
    ],
    'Last active',
    ascending=true
  ),
  p.lines(
    'Entities',
    'How many keys, teams, users and so on exist, by state.',
    [p.target(q.orNone('max by (scope, state) (%s)' % q.own('litellm_entities'), 'scope'), '{{scope}} {{state}}')],
    'short',
    width=24
  ),
]);

d.new(
  'litellm-budgets',
  'LiteLLM / Budgets and keys',
  'What is about to run out: budgets, rate limits and keys.',
  [cards, budgets, limits, keys],
  [d.variable('scope', 'Scope', 'label_values(litellm_budget_limit_usd{job=~"$job"}, scope)')],
  range='24h'
)

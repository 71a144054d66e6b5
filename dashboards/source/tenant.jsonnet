// SPDX-License-Identifier: Apache-2.0
// One team's view of itself, without names of people: traffic, errors, spend, budget, keys.
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local link = import 'lib/links.libsonnet';
local p = import 'lib/panel.libsonnet';
local q = import 'lib/query.libsonnet';

local team = 'team=~"$team"';
local key = 'team=~"$team", key=~"$key"';
local entity(metric) = 'max by (cluster, scope, id, name, window, model) (%s)' % q.own(metric, 'scope="team", id=~"$team"');
local budget(expression) = q.short(q.budget(expression), 'id');
local increase(metric, matchers, by='') = q.sum(q.increase(metric, matchers), by);

// Of the teams or the keys that the variables choose; a link to a key leaves the team open.
local cards(scope, matchers, chosen) =
  local metric(name) = 'litellm_%s_%s_total' % [scope, name];
  local all = increase(metric('requests'), matchers);
  [
    p.stat('Requests of the %ss' % scope, 'Requests %s in the time range.' % chosen, [p.instant(q.whole(q.orZero(all)), 'Requests')], 'short', 6, 4),
    p.stat(
      'Tokens of the %ss' % scope,
      'Input and output tokens %s in the time range.' % chosen,
      [p.instant(q.whole(q.orZero('%s + %s' % [increase(metric('input_tokens'), matchers), increase(metric('output_tokens'), matchers)])), 'Tokens')],
      'short',
      6,
      4
    ),
    p.stat('Spend of the %ss' % scope, 'What the requests %s in the time range cost.' % chosen, [p.instant(q.orZero(increase(metric('spend_usd'), matchers)), 'Spend')], p.money, 6, 4, decimals=2),
    p.stat(
      'Error rate of the %ss' % scope,
      'Share of the requests %s in the time range that failed.' % chosen,
      [p.instant(q.ratio('(%s or 0 * %s)' % [increase(metric('requests'), matchers + ', status="failure"'), all], all), 'Errors')],
      'percentunit',
      6,
      4,
      p.limits(0.05, 0.2),
      decimals=2,
      none='no requests'
    ),
  ];
local of_keys = d.row('Chosen keys, in the time range', cards('key', key, 'with the keys that are chosen, all or some, within the chosen teams,'));
local of_teams = d.row('Chosen teams, in the time range', cards('team', team, 'of the teams that are chosen, whatever the key,'));

local traffic = d.row('Traffic of the chosen teams', [
  p.lines(
    'Requests per second',
    'Requests per second of the chosen teams by outcome, whatever the key.',
    [p.target(q.sum(q.rate('litellm_team_requests_total', team), 'status'), '{{status}}')],
    'reqps',
    overrides=p.outcomes,
    stacked=true,
    legend='list',
    width=8,
    none='no requests yet'
  ),
  p.lines(
    'Requests by model',
    'Requests per second of the chosen teams, whatever the key: the ten busiest models, and the others.',
    [p.target(q.topTen(q.sum(q.rate('litellm_team_requests_total', team), 'model'), 'model'), '{{model}}')],
    'reqps',
    stacked=true,
    width=16,
    none='no requests yet'
  ),
  p.table(
    'Spend by model',
    'Spend of the chosen teams in the time range, whatever the key: the ten dearest models, and the others.',
    [['model', 'Model']],
    [{ name: 'Spend', expr: q.topTen(increase('litellm_team_spend_usd_total', team, 'model'), 'model'), unit: p.money, bar: true }],
    'Spend',
    none='no spend yet'
  ),
  p.lines(
    'Spend per day',
    'Spend of the chosen teams on each day of the last week, whatever the key; the last is today.',
    [p.target(q.orAll(q.named(q.texted(q.sum(q.day('litellm_team_spend_usd_total', team), 'team, team_alias'), 'team', 'team_alias'), 'text', 'no team'), 'team'), '{{text}}', { interval: '1d' })],
    'currencyUSD',
    links=[link.series('team')],
    stacked=true,
    bars=true,
    legend='list',
    timeFrom='7d',
    height=9,
    none='no spend yet'
  ),
]);

local to_team = link.cell('team', 'Whole id');

local money = d.row('Budget of the chosen teams', [
  p.table(
    'Budgets of the team',
    "The team's budgets, what is spent of them, and when they start anew. At 100 % requests are refused.",
    [['name', 'Team'], ['short', 'Id', 135], ['window', 'Window', 90], ['model', 'Model'], ['cluster', 'Cluster']],
    [
      {
        name: 'Used',
        expr: budget('max by (cluster, scope, id, name, window, model) (%s)' % q.recorded('job_scope_id_name:litellm_budget_used:ratio', 'scope="team", id=~"$team"')),
        unit: 'percentunit',
        levels: p.levels(0.8, 0.95),
        full: 1,
      },
      { name: 'Spent', expr: budget(entity('litellm_budget_spend_usd')), unit: p.money },
      { name: 'Limit', expr: budget(entity('litellm_budget_limit_usd')), unit: p.money },
      { name: 'Reset', expr: budget('(%s) * 1000' % entity('litellm_budget_reset_timestamp_seconds')), unit: 'dateTimeFromNow' },
    ],
    'Used',
    width=24,
    height=7,
    links={ Team: to_team, Id: to_team, Model: link.cell('model', 'Asked') },
    hidden=[['id', 'Whole id'], ['asked', 'Asked']],
    none='no budget'
  ),
]);

local by_key(metric, matchers='') = q.short(increase(metric, key + matchers, 'key, key_alias'), 'key');

local to_key = link.cell('key', 'Whole id');

local keys = d.row('Chosen keys, one by one', [
  p.table(
    'Keys of the team',
    'The chosen keys of the chosen teams in the time range.',
    [['key_alias', 'Alias'], ['short', 'Key', 135]],
    [
      { name: 'Requests', expr: q.whole(by_key('litellm_key_requests_total')), unit: 'short' },
      { name: 'Failed', expr: q.whole(by_key('litellm_key_requests_total', ', status="failure"')), unit: 'short' },
      { name: 'Spend', expr: by_key('litellm_key_spend_usd_total'), unit: p.money },
      { name: 'Input tokens', expr: q.whole(by_key('litellm_key_input_tokens_total')), unit: 'short' },
      { name: 'Output tokens', expr: q.whole(by_key('litellm_key_output_tokens_total')), unit: 'short' },
      { name: 'Expires', expr: q.short('(max by (key, key_alias) (%s)) * 1000' % q.own('litellm_key_expires_timestamp_seconds', key), 'key'), unit: 'dateTimeFromNow' },
    ],
    'Spend',
    width=24,
    links={ Alias: to_key, Key: to_key },
    hidden=[['key', 'Whole id']],
    none='no keys yet'
  ),
  p.lines(
    'Requests by key',
    'Requests per second with the chosen keys of the chosen teams: the ten busiest keys, and the others.',
    [p.target(q.topTen(q.texted(q.sum(q.rate('litellm_key_requests_total', key), 'key, key_alias'), 'key', 'key_alias'), 'text'), '{{text}}')],
    'reqps',
    stacked=true,
    width=24,
    links=[link.series('key')],
    none='no requests yet'
  ),
]);

d.new(
  'litellm-tenant',
  'LiteLLM / Tenant',
  "One team's view of itself, without names of people: traffic, errors, spend, budget, keys.",
  [of_keys, of_teams, traffic, money, keys],
  [
    // "All" includes the keys of no team: a link to a key names no team.
    d.aliases('team', 'Team', 'litellm_team_requests_total{cluster=~"$cluster", job=~"$job", team!=""}', 'team', 'team_alias', all='.*'),
    d.aliases('key', 'Key', 'litellm_key_requests_total{cluster=~"$cluster", job=~"$job", team=~"$team"}', 'key', 'key_alias'),
  ],
  range='24h'
)

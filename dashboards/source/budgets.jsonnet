// SPDX-License-Identifier: Apache-2.0
// What is about to run out: budgets, rate limits and keys.
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local link = import 'lib/links.libsonnet';
local p = import 'lib/panel.libsonnet';
local q = import 'lib/query.libsonnet';

local scoped(metric) = q.own(metric, 'scope=~"$scope"');
// Two exporters of one deployment tell the same; two clusters may have an id in common. An entity may
// have budgets for windows of time and for single models beside its own.
local entity(metric) = 'max by (cluster, scope, id, name, window, model) (%s)' % scoped(metric);
local used = 'max by (cluster, scope, id, name, window, model) (%s)' % q.recorded('job_scope_id_name:litellm_budget_used:ratio', 'scope=~"$scope"');
// Spend at the reset, if it goes on as in the last six hours, or since it was first seen. A fall of the
// spend is a reset if the instant of the next one moved on, and increase() takes it for what it is; else
// somebody lowered the spend, and what came on top since then counts. The reset counts down to zero only.
local forecast = 'max by (cluster, scope, id, name, window, model) (%(spend)s + (%(more)s) / %(seen)s * clamp_min(%(reset)s - time(), 0)) or %(now)s' % {
  local spend = scoped('litellm_budget_spend_usd'),
  local reset = scoped('litellm_budget_reset_timestamp_seconds'),
  spend: spend,
  more: '(increase(%s[6h]) and changes(%s[6h]) > 0) or %s - min_over_time(%s[6h])' % [spend, reset, spend, spend],
  // Seconds, at least an hour: less would be a guess.
  seen: 'clamp_min(time() - min_over_time(timestamp(%s)[6h:5m]), 3600)' % spend,
  reset: reset,
  now: entity('litellm_budget_spend_usd'),
};
local key(metric) = 'max by (cluster, key, key_alias, team) (%s)' % q.own(metric);
local expires = key('litellm_key_expires_timestamp_seconds');
local to_key = link.keyOfTeam('Id', 'Its team');
local to_team = link.cell('team', 'Its team');
// With the label text for the team: its alias, as far as it was counted within a day, or its id.
local of_team(expression) =
  local aliases = 'topk by (cluster, team) (1, group by (cluster, team, team_alias) (%s))' % q.increase('litellm_team_requests_total', window='1d');
  local joined = '%(x)s * on (cluster, team) group_left (team_alias) %(aliases)s or on (cluster, key, key_alias, team) %(x)s' % { x: expression, aliases: aliases };
  q.orAll(q.short(q.texted(joined, 'team', 'team_alias'), 'key'), 'team');
local entities(matchers) = q.once(q.own('litellm_entities', matchers));

local budget(expression) = q.scoped(q.short(q.budget(expression), 'id'));
local to_owner = link.anywhereOfRow([['team', 'Team'], ['key', 'Key']]);

local cards = d.row('At a glance', [
  p.stat(
    'Exhausted budgets',
    'Budgets that are used up: LiteLLM refuses the requests of their owners.',
    [p.instant(q.count(used, '(%s >= 1)'), 'Exhausted')],
    'short',
    thresholds=p.alarming,
    mappings=p.nothing('no budget')
  ),
  p.stat(
    'Budgets above 80 %',
    'Budgets of which more than 80 % are used, the exhausted ones included.',
    [p.instant(q.count(used, '(%s > 0.8)'), 'Above 80 %')],
    'short',
    thresholds=p.noticeable,
    mappings=p.nothing('no budget')
  ),
  p.stat(
    'Soft limits crossed',
    'Entities that have spent more than their soft limit; nothing is refused yet.',
    [p.instant(q.count(entity('litellm_budget_soft_limit_usd'), '(%s < ' + entity('litellm_budget_spend_usd') + ')'), 'Crossed')],
    'short',
    thresholds=p.noticeable,
    mappings=p.nothing('no limit')
  ),
  p.stat(
    'Keys expiring in 7 days',
    'Virtual keys whose requests will be refused within a week.',
    [p.instant(q.count(expires, '(0 < %s - time() < 7 * 86400)'), 'Expire')],
    'short',
    thresholds=p.noticeable,
    mappings=p.nothing('none ever')
  ),
  p.stat(
    'Expired keys',
    'Virtual keys that have expired and still exist.',
    [p.instant('sum(%s)' % entities('scope="key", state="expired"'), 'Expired')],
    'short'
  ),
  p.stat(
    'Blocked entities',
    'Keys, teams, users and other entities that are blocked.',
    [p.instant('count(%s) or 0 * count(%s)' % [entity('litellm_blocked'), entities('')], 'Blocked')],
    'short'
  ),
]);

local budgets = d.row('Budgets used', [
  p.table(
    'Budgets',
    'Every entity with a budget; its name leads to its own page, as far as there is one, or to the costs. The forecast is the spend at the reset if it goes on as in the last six hours.',
    [['scope', 'Scope', 110], ['name', 'Name'], ['short', 'Id', 135], ['window', 'Window', 80], ['model', 'Model'], ['cluster', 'Cluster', 90]],
    [
      { name: 'Used', expr: budget(used), unit: 'percentunit', levels: p.levels(0.8, 0.95), full: 1 },
      { name: 'Spent', expr: budget(entity('litellm_budget_spend_usd')), unit: p.money, width: 120 },
      { name: 'Limit', expr: budget(entity('litellm_budget_limit_usd')), unit: p.money, width: 120 },
      { name: 'Forecast', expr: budget(forecast), unit: p.money, width: 120 },
      { name: 'Reset', expr: budget('(%s) * 1000' % entity('litellm_budget_reset_timestamp_seconds')), unit: 'dateTimeFromNow' },
    ],
    'Used',
    width=24,
    height=11,
    links={ Name: to_owner, Id: to_owner, Model: link.cell('model', 'Asked') },
    hidden=[['page', 'Page'], ['team', 'Team'], ['key', 'Key'], ['asked', 'Asked']],
    none='no budget yet'
  ),
  p.lines(
    'Budget used over time',
    'How the ten fullest budgets filled up; at 1 requests are refused.',
    [p.target('topk(10, %s)' % q.scoped(q.texted(used, 'id', 'name')), '{{scope}} {{text}} {{window}} {{model}}'), p.target('1 + 0 * max(%s)' % used, 'exhausted')],
    'percentunit',
    overrides=[p.objective('exhausted')],
    width=24,
    links=[link.anywhere(['team', 'key'])],
    none='no budget yet'
  ),
]);

local per_key(metric) = 'sum by (cluster, key, key_alias) (rate(%s[5m]))' % q.own(metric);
local limit(metric) = '(label_replace(max by (cluster, id) (%s), "key", "$1", "id", "(.*)") > 0)' % q.own(metric, 'scope="key", model=""');
local headroom(title, what, rate, metric) = p.table(
  title,
  'Share of the limit of %s a minute that each key used in the last five minutes: the ten fullest. At 100 %% requests are refused.' % what,
  [['text', 'Key']],
  [{ name: 'Used', expr: 'topk(10, %s)' % q.texted('60 * %s / on (cluster, key) group_left () %s' % [rate, limit(metric)], 'key', 'key_alias'), unit: 'percentunit', levels: p.levels(0.8, 0.95), full: 1 }],
  'Used',
  height=8,
  links={ Key: link.cell('key', 'Id') },
  hidden=[['key', 'Id']],
  none='no key with a limit'
);

local limits = d.row('Rate limits of keys', [
  headroom('Request limits (RPM) used', 'requests', per_key('litellm_key_requests_total'), 'litellm_rate_limit_requests_per_minute'),
  headroom(
    'Token limits (TPM) used',
    'tokens',
    '(%s + %s)' % [per_key('litellm_key_input_tokens_total'), per_key('litellm_key_output_tokens_total')],
    'litellm_rate_limit_tokens_per_minute'
  ),
]);

local keys = d.row('Keys', [
  p.table(
    'Keys by expiry',
    'Virtual keys that expire, the next first; what has expired stands on top.',
    [['key_alias', 'Alias'], ['text', 'Team'], ['short', 'Key', 140], ['cluster', 'Cluster', 90]],
    [
      { name: 'Expires', expr: of_team('(%s * 1000)' % expires), unit: 'dateTimeFromNow' },
      { name: 'Requests in 24 h', expr: q.whole(of_team('(%s and %s)' % [q.sum(q.increase('litellm_key_requests_total', window='1d'), 'cluster, key, key_alias, team'), expires])), unit: 'short' },
    ],
    'Expires',
    ascending=true,
    links={ Alias: to_key, Key: to_key, Team: to_team },
    hidden=[['key', 'Id'], ['team', 'Its team']],
    width=24,
    none='no key that expires'
  ),
  p.table(
    'Keys by last use',
    'When each key was last used and when LiteLLM will rotate it; keys of the past are candidates to delete.',
    [['key_alias', 'Alias'], ['text', 'Team'], ['short', 'Key', 140], ['cluster', 'Cluster', 90]],
    [
      { name: 'Last active', expr: of_team('(%s * 1000)' % key('litellm_key_last_active_timestamp_seconds')), unit: 'dateTimeFromNow' },
      { name: 'Rotation', expr: of_team('(%s * 1000)' % key('litellm_key_rotation_timestamp_seconds')), unit: 'dateTimeFromNow' },
    ],
    'Last active',
    ascending=true,
    links={ Alias: to_key, Key: to_key, Team: to_team },
    hidden=[['key', 'Id'], ['team', 'Its team']],
    width=24,
    none='no key was used yet'
  ),
  p.lines(
    'Keys, teams and users by state',
    'How many keys, teams, users and so on exist, by state.',
    [p.target('sum by (scope, state) (%s)' % entities(''), '{{scope}} {{state}}')],
    'short',
    width=24
  ),
]);

d.new(
  'litellm-budgets',
  'LiteLLM / Budgets and keys',
  'What is about to run out: budgets, rate limits and keys.',
  [cards, budgets, limits, keys],
  [d.variable('scope', 'Scope', 'label_values(litellm_budget_limit_usd{cluster=~"$cluster", job=~"$job"}, scope)')],
  range='24h'
)

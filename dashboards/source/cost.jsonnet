// SPDX-License-Identifier: Apache-2.0
// Who spent this, on what, and where will the month end?
local audit = import 'lib/audit.libsonnet';
local colours = import 'lib/colours.libsonnet';
local d = import 'lib/dashboard.libsonnet';
local dimensions = import 'lib/dimensions.libsonnet';
local gateway = import 'lib/gateway.libsonnet';
local link = import 'lib/links.libsonnet';
local p = import 'lib/panel.libsonnet';
local prices = import 'lib/prices.libsonnet';
local q = import 'lib/query.libsonnet';
local savings = import 'lib/savings.libsonnet';

local total(metric, by='') = q.sum(q.increase(metric), by);
local today = 'sum(%s)' % q.once(q.own('litellm_spend_day_usd', 'scope="global"'));
local month = 'sum(%s)' % q.once(q.own('litellm_spend_month_usd', 'scope="global"'));
local objective = 'sum(%s)' % q.once(q.own('litellm_objective_daily_spend_usd'));
// Hours of the month that have passed; in the first one the pace would be a guess.
local elapsed = 'clamp_min((day_of_month() - 1) * 24 + hour() + minute() / 60, 1)';

local cards = d.row('To date', [
  p.stat(
    'Spend today',
    "Spend of the UTC day so far, from LiteLLM's daily tables, and its share of the daily objective, if there is one.",
    [p.instant(today, 'spent'), p.instant('%s / (%s > 0)' % [today, objective], 'of the objective')],
    p.money,
    4,
    5,
    decimals=2,
    overrides=[{
      matcher: { id: 'byName', options: 'of the objective' },
      properties: [
        { id: 'unit', value: 'percentunit' },
        { id: 'decimals', value: 0 },
        { id: 'color', value: { mode: 'thresholds' } },
        { id: 'thresholds', value: p.limits(0.8, 1) },
      ],
    }]
  ),
  p.stat(
    'Spend this month',
    "Spend of the UTC month so far, from LiteLLM's daily tables.",
    [p.instant(month, 'Month')],
    p.money,
    4,
    5,
    decimals=2
  ),
  p.stat(
    'Month-end forecast',
    'Month to date, carried on at the same pace to the end of the UTC month.',
    [p.instant('%s / on () %s * on () days_in_month() * 24' % [month, elapsed], 'Forecast')],
    p.money,
    4,
    5,
    decimals=2
  ),
  p.stat(
    'Spend in the time range',
    'What the requests in the time range cost, from the spend log.',
    [p.instant(q.orZero(total('litellm_spend_usd_total')), 'Spend')],
    p.money,
    4,
    5,
    decimals=2
  ),
  p.stat(
    'Cost per 1000 requests',
    'Mean cost of a thousand requests in the time range.',
    [p.instant('1000 * %s' % q.ratio(total('litellm_spend_usd_total'), total('litellm_requests_total')), 'Cost')],
    p.money,
    4,
    5,
    decimals=2,
    none='no requests'
  ),
  p.stat(
    'Cost per 1M tokens',
    'Mean cost of a million tokens (input and output) in the time range.',
    [p.instant('1e6 * %s' % q.ratio(total('litellm_spend_usd_total'), '(%s + %s)' % [total('litellm_input_tokens_total'), total('litellm_output_tokens_total')]), 'Cost')],
    p.money,
    4,
    5,
    decimals=2,
    none='no requests'
  ),
]);

local time = d.row('Over time', [
  p.lines(
    'Spend per hour',
    'Spend of the last hour, with the band in which it usually lies (mean of a day and three standard deviations).',
    [
      p.target(q.orZero('sum(%s)' % q.recorded('job:litellm_spend_usd:increase1h')), 'last hour'),
      p.target('sum(avg_over_time(%s[1d]) + 3 * stddev_over_time(%s[1d]))' % [q.recorded('job:litellm_spend_usd:increase1h'), q.recorded('job:litellm_spend_usd:increase1h')], 'unusual from here'),
    ],
    'currencyUSD',
    overrides=[p.colour('last hour', colours.good), p.objective('unusual from here')],
    legend='list',
    width=8
  ),
  p.lines(
    'Spend per day',
    "Spend of the last 24 hours, and the objective of the exporter's configuration, if there is one.",
    [
      p.target(q.orZero('sum(%s)' % q.recorded('job:litellm_spend_usd:increase1d')), 'last 24 hours'),
      p.target(objective, 'objective'),
    ],
    'currencyUSD',
    overrides=[p.colour('last 24 hours', colours.good), p.objective('objective')],
    legend='list',
    width=8
  ),
  p.lines(
    'Spend per hour by provider',
    'Spend of the last hour by provider.',
    [p.target(q.sum(q.recorded('job_model_provider:litellm_spend_usd:increase1h'), 'provider') + ' > 0', '{{provider}}')],
    'currencyUSD',
    stacked=true,
    legend='list',
    width=8
  ),
  p.lines(
    'Spend per hour by model',
    'Spend of the last hour by model: the ten dearest, and the others.',
    [p.target(q.topTen(q.sum(q.recorded('job_model_provider:litellm_spend_usd:increase1h'), 'model'), 'model'), '{{model}}')],
    'currencyUSD',
    stacked=true,
    width=24
  ),
]);

// Names at their full length, and where each leads to: `id` is the label of whom the name is.
local top(title, heading, what, spend, label, id=null, width=12, none='no spend yet') =
  local ten = q.topTen(spend, label);
  local greatest = if id == null then ten else q.leading(ten, id);
  p.table(
    title,
    'Spend in the time range by %s: the ten dearest, and the others.' % what,
    [[label, heading]],
    [
      { name: 'Spend', expr: greatest, unit: p.money, bar: true },
      { name: 'Share', expr: '(%s) / on () group_left () (%s > 0)' % [greatest, total('litellm_spend_usd_total')], unit: 'percentunit', width: 90 },
    ],
    'Spend',
    width=width,
    height=10,
    links=if id == null then {} else { [heading]: link.cell(id, 'Id') },
    hidden=if id == null then [] else [['to_' + id, 'Id']],
    none=none
  );
// An alias that came later, or that is the id, makes no second bar.
local aliased(metric, id, alias, unnamed, more='') = q.named(q.sum(q.texted(total(metric, id + ', ' + alias + more), id, alias), id + ', text' + more), 'text', unnamed);

// Of each team and model, together with what names the team.
local of_pair(metric) = aliased(metric, 'team', 'team_alias', 'no team', ', model');
local dearest(expression) = q.leading('(%s) and on (team, text, model) topk(25, %s > 0)' % [expression, of_pair('litellm_team_spend_usd_total')], 'team');

local who = d.row('Who and what, in the time range', [
  top('Spend by model', 'Model', 'model', total('litellm_spend_usd_total', 'model'), 'model'),
  top('Spend by team', 'Team', 'team', aliased('litellm_team_spend_usd_total', 'team', 'team_alias', 'no team'), 'text', 'team'),
  p.table(
    'Spend by team and model',
    'Which team spends on which model: the 25 dearest pairs in the time range, their share of all spend and of the spend of their team.',
    [['text', 'Team'], ['model', 'Model', 320]],
    [
      { name: 'Spend', expr: dearest(of_pair('litellm_team_spend_usd_total')), unit: p.money, bar: true },
      { name: 'Share', expr: dearest('%s / on () group_left () (%s > 0)' % [of_pair('litellm_team_spend_usd_total'), total('litellm_spend_usd_total')]), unit: 'percentunit', width: 90 },
      {
        name: 'Of the team',
        expr: dearest('%s / on (team) group_left () (sum by (team) (%s) > 0)' % [of_pair('litellm_team_spend_usd_total'), total('litellm_team_spend_usd_total', 'team')]),
        unit: 'percentunit',
        levels: p.thresholds([[null, colours.good]]),
        full: 1,
      },
      { name: 'Requests', expr: q.whole(dearest(of_pair('litellm_team_requests_total'))), unit: 'short', width: 100 },
      {
        name: 'Per 1M tokens',
        expr: dearest('1e6 * ' + q.ratio(of_pair('litellm_team_spend_usd_total'), '(%s + %s)' % [of_pair('litellm_team_input_tokens_total'), of_pair('litellm_team_output_tokens_total')])),
        unit: p.money,
        width: 120,
      },
    ],
    'Spend',
    width=24,
    height=11,
    links={ Team: link.cell('team', 'Id') },
    hidden=[['to_team', 'Id']],
    none='no spend of a team yet'
  ),
  top('Spend by key', 'Key', 'virtual key', aliased('litellm_key_spend_usd_total', 'key', 'key_alias', 'no key'), 'text', 'key'),
  top('Spend by tag', 'Tag', 'tag; a request with two tags counts for both', total('litellm_tag_spend_usd_total', 'tag'), 'tag'),
]);

local parts = [
  ['input', 'Input', colours.good],
  ['output', 'Output', colours.warning],
  ['tool', 'Tools', colours.accent],
];
local part(name) = 'litellm_%s_cost_usd_total' % name;
local pace(metric) = '(%s)' % q.orZero(q.sum(q.rate(metric)));
// Of the parts, not of the spend, which margins and discounts change.
local whole = std.join(' + ', [pace(part(row[0])) for row in parts]);

local composition = d.folded('What the cost is made of', [
  p.lines(
    'Shares of input, output and tools',
    'What of the cost is for the input, for the output and for tools of providers, as LiteLLM breaks it down.',
    [p.target(q.ratio(pace(part(row[0])), '(%s)' % whole), row[1]) for row in parts],
    'percentunit',
    8,
    10,
    overrides=[p.colour(row[1], row[2]) for row in parts],
    stacked=true,
    max=1,
    legend='list',
    none=p.unlogged('parts')
  ),
  p.table(
    'Cost of each model by its parts',
    'Cost in the time range as LiteLLM breaks it down. Spend is what it charged: margins and discounts make the difference.',
    [['model', 'Model', 240], ['provider', 'Provider']],
    [
      { name: row[1], expr: total(part(row[0]), 'model, provider'), unit: p.money, width: 110 }
      for row in parts
    ] + [{ name: 'Spend', expr: '%s > 0' % total('litellm_spend_usd_total', 'model, provider'), unit: p.money }],
    'Spend',
    width=16,
    height=10,
    none=p.unlogged('parts')
  ),
]);

local owner(title, heading, what, id, alias) = top(title, heading, what, aliased('litellm_%s_spend_usd_total' % id, id, alias, 'no ' + id), 'text', width=8, none='no %s yet' % id);
local owners = d.folded('Organizations, projects, agents', [
  owner('Spend by organization', 'Organization', 'organization', 'organization', 'organization_alias'),
  owner('Spend by project', 'Project', 'project', 'project', 'project_alias'),
  owner('Spend by agent', 'Agent', 'agent', 'agent', 'agent_name'),
]);

local media = [
  ['litellm_input_audio_tokens_total', 'audio in', colours.good],
  ['litellm_output_audio_tokens_total', 'audio out', colours.warning],
  ['litellm_input_image_tokens_total', 'images in', colours.calm],
  ['litellm_output_image_tokens_total', 'images out', colours.accent],
];
local special = d.folded('Service tiers, tools, audio and images', [
  top('Spend by service tier', 'Tier', 'service tier', total('litellm_service_tier_spend_usd_total', 'service_tier'), 'service_tier', width=8, none='no tier was named'),
  top('Spend by MCP tool', 'Tool', 'MCP tool', total('litellm_mcp_tool_spend_usd_total', 'tool'), 'tool', width=8, none='no MCP tool yet'),
  p.lines(
    'Tokens of audio and images',
    'Tokens per second; they are part of the input and the output.',
    [p.target(q.sum(q.rate(kind[0])), kind[1]) for kind in media],
    p.perSecond('tok'),
    8,
    10,
    overrides=[p.colour(kind[1], kind[2]) for kind in media],
    legend='list',
    none='no audio and no images yet'
  ),
]);

local quality = d.row('Quality of the cost data', [
  p.stat(
    'Requests without a price',
    'Successful requests with tokens that cost nothing: the model has no price in LiteLLM, or is free.',
    [p.instant(q.whole(q.orZero(total('litellm_unpriced_requests_total'))), 'Unpriced')],
    'short',
    12,
    6,
    p.noticeable
  ),
  audit.panel(12),
]);

d.new(
  'litellm-cost',
  'LiteLLM / Cost',
  'Who spent this, on what, and where will the month end?',
  [cards, time, who, prices.row, savings.row, quality, composition, owners, special, gateway.accounting, dimensions.row],
  [dimensions.variable],
  range='24h'
)

// SPDX-License-Identifier: Apache-2.0
// What a million tokens really cost: after caches, discounts and margins, by who asked and who answered.
local d = import 'dashboard.libsonnet';
local link = import 'links.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local total(metric, by) = q.sum(q.increase(metric), by);
local tokens(family, by) = '(%s + %s)' % [total('litellm_%sinput_tokens_total' % family, by), total('litellm_%soutput_tokens_total' % family, by)];
local million(cost, tokens) = '1e6 * %s' % q.ratio(cost, tokens);
// Of those that cost anything: what is free has no price.
local paid(expression, by) = '(%s) and %s > 0' % [expression, total('litellm_spend_usd_total', by)];

local column(name, expr, width=100) = { name: name, expr: expr, unit: p.money, width: width };
// Of a team by its id: an alias that came later makes no second row.
local of_team(expression) = q.leading('sum by (team, text) (%s)' % q.named(q.texted(expression, 'team', 'team_alias'), 'text', 'no team'), 'team');
local team = 'team, team_alias';

{
  row:: d.row('Cost per 1M tokens, in the time range', [
    p.table(
      'Cost per 1M tokens by model',
      'What a million tokens of each model cost: input and output as far as LiteLLM breaks the cost down, and all spend for all tokens. What its response cache answers has tokens and no cost.',
      [['model', 'Model']],
      [
        column('Input', paid(million(total('litellm_input_cost_usd_total', 'model'), total('litellm_input_tokens_total', 'model')), 'model'), 90),
        column('Output', paid(million(total('litellm_output_cost_usd_total', 'model'), total('litellm_output_tokens_total', 'model')), 'model'), 90),
        column('Blended', paid(million(total('litellm_spend_usd_total', 'model'), tokens('', 'model')), 'model')) { bar: true, width: 130 },
        { name: 'Tokens', expr: q.whole(paid(tokens('', 'model'), 'model')), unit: 'short', width: 90 },
        column('Spend', '%s > 0' % total('litellm_spend_usd_total', 'model')),
      ],
      'Blended',
      width=14,
      height=10,
      none='no cost yet'
    ),
    p.table(
      'Cost per 1M tokens by team',
      'What a million tokens of each team cost: all of its spend for all of its tokens.',
      [['text', 'Team']],
      [
        column('Blended', million(of_team(total('litellm_team_spend_usd_total', team)), of_team(tokens('team_', team)))) { bar: true, width: 130 },
        { name: 'Tokens', expr: q.whole(of_team(tokens('team_', team))), unit: 'short', width: 90 },
        column('Spend', of_team(total('litellm_team_spend_usd_total', team))),
      ],
      'Blended',
      width=10,
      height=10,
      links={ Team: link.cell('team', 'Id') },
      hidden=[['to_team', 'Id']],
      none='no tokens of teams yet'
    ),
  ]),
}

// SPDX-License-Identifier: Apache-2.0
// What caches and the like have saved: as LiteLLM accounts it, and an estimate where it accounts nothing.
local d = import 'dashboard.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local kinds = [
  ['prompt_caching', 'prompt caching'],
  ['gateway_injected_caching', 'caching added by LiteLLM'],
  ['compression', 'compression'],
  ['autorouter', 'auto router'],
];
local saved(metric) = std.foldl(
  function(done, kind) q.renamed(done, 'kind', kind[0], kind[1]),
  kinds,
  q.sum(q.once(q.own(metric)), 'kind')
);

local total(metric, matchers='') = q.sum(q.increase(metric, matchers), 'model');
// Of a model that was asked at least once in earnest.
local answered = '(%s - %s > 0.5)' % [total('litellm_requests_total', 'status="success"'), total('litellm_cache_hits_total')];

{
  row:: d.row('Savings', [
    p.table(
      'Savings to date',
      'What LiteLLM says was saved in the UTC day and month so far: the difference to the price without. Newer versions account this in their daily tables, with nothing for their own response cache.',
      [['kind', 'Saved by']],
      [
        { name: 'Today', expr: saved('litellm_savings_day_usd'), unit: p.money, width: 110 },
        { name: 'This month', expr: saved('litellm_savings_month_usd'), unit: p.money, bar: true },
      ],
      'This month',
      width=9,
      height=6,
      none='LiteLLM accounts no savings'
    ),
    p.stat(
      'Response cache savings',
      "An estimate for the time range, by model: answers of LiteLLM's own response cache, times the mean cost of those that were not. LiteLLM itself accounts nothing for it.",
      [p.instant('sum(%s * (%s / %s))' % [total('litellm_cache_hits_total'), total('litellm_spend_usd_total'), answered], 'Estimate')],
      p.money,
      5,
      6,
      decimals=2,
      none='no requests'
    ),
    p.stat(
      'LiteLLM cache hit rate',
      "Share of the requests that LiteLLM's own response cache answered, which cost nothing.",
      [p.instant(q.ratio(q.sum(q.increase('litellm_cache_hits_total')), q.sum(q.increase('litellm_requests_total'))), 'Cache hits')],
      'percentunit',
      5,
      6,
      decimals=1,
      none='no requests'
    ),
    p.stat(
      'Prompt cache hit rate (tokens)',
      "Share of the input tokens that came from the providers' prompt caches, at a lower price.",
      [p.instant(q.ratio(q.sum(q.increase('litellm_input_cached_tokens_total')), q.sum(q.increase('litellm_input_tokens_total'))), 'Cached')],
      'percentunit',
      5,
      6,
      decimals=1,
      none='no requests'
    ),
  ]),
}

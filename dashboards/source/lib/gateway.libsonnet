// SPDX-License-Identifier: Apache-2.0
// What the proxies counted at their edge, and what LiteLLM has not booked yet.
local colours = import 'colours.libsonnet';
local d = import 'dashboard.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

{
  edge:: d.folded("At the proxies' edge", [
    p.lines(
      'Requests at the edge',
      "Requests per second that the proxies answered, also those that become no row of the spend log. Success is 2xx; a client's own mistakes are failures, too.",
      [p.target(q.sum(q.rate('litellm_gateway_requests_total'), 'outcome'), '{{outcome}}')],
      'reqps',
      8,
      stacked=true,
      legend='list',
      overrides=p.outcomes,
      none='LiteLLM v1.103 and newer count them'
    ),
    p.lines(
      'Refusals at the edge',
      'Answers per second by HTTP status that are not 2xx: the ten most frequent, and the others.',
      [p.target(q.topTen(q.sum(q.rate('litellm_gateway_errors_total'), 'status_code'), 'status_code'), '{{status_code}}')],
      'reqps',
      8,
      stacked=true,
      legend='list',
      none='none yet; LiteLLM v1.108 and newer count them'
    ),
    p.lines(
      'Refused requests outside the spend log',
      'Answers within a quarter of an hour with 429 or 5xx that have no failed row in the spend log: refused at capacity, or failed before they were logged.',
      [p.target(q.sum(q.recorded('job:litellm_gateway_untold_refusals:increase15m')), 'Untold')],
      'short',
      8,
      legend='list',
      none='none yet'
    ),
  ]),
  accounting:: d.folded("LiteLLM's bookkeeping", [
    p.lines(
      'Requests not booked',
      'Requests whose spend LiteLLM has not added to keys, teams and days yet, and those of which it gave up to. The log has all of them.',
      [p.target(q.sum(q.once(q.own('litellm_ledger_deliveries')), 'state'), '{{state}}')],
      'short',
      overrides=[p.colour('pending', colours.good), p.colour('parked', colours.bad)],
      legend='list',
      none='LiteLLM v1.110 and newer tell'
    ),
    p.lines(
      'Oldest request not booked',
      'How long the oldest request has waited for its spend to be booked: until then no budget knows of it.',
      [p.target('max(%s)' % q.own('litellm_ledger_oldest_pending_seconds'), 'Oldest')],
      's',
      legend='list',
      none='LiteLLM v1.110 and newer tell'
    ),
  ]),
}

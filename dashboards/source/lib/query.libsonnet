// SPDX-License-Identifier: Apache-2.0
// Pieces of PromQL. Every selector of the exporter's own series takes the variables cluster, job and
// instance; recorded series have lost their instance. A target without the label cluster matches too.
{
  local selector(metric, matchers) = '%s{%s}' % [metric, std.join(', ', std.filter(function(matcher) matcher != '', matchers))],
  local cluster = 'cluster=~"$cluster"',
  local job = 'job=~"$job"',
  local instance = 'instance=~"$instance"',

  // own('litellm_requests_total', 'status="failure"')
  own(metric, matchers=''):: selector(metric, [cluster, job, instance, matchers]),
  recorded(metric, matchers=''):: selector(metric, [cluster, job, matchers]),
  // What every target has, such as `up`: of the exporters only, whatever the variable job says.
  exporters(metric):: selector(metric, [cluster, job, 'job=~".*litellm-exporter.*"', instance]),
  // Other exporters' series, which have jobs of their own.
  foreign(metric, matchers=''):: selector(metric, [cluster, matchers]),
  // The alerts of this pack, which all have one of these categories; a few have lost their cluster.
  alerts(matchers):: selector('ALERTS', [
    'cluster=~"$cluster|"',
    'category=~"availability|budget|container|database|errors|exporter|host|keys|latency|monitoring|pipeline|probe|redis|slo"',
    matchers,
  ]),

  rate(metric, matchers=''):: 'rate(%s[$__rate_interval])' % self.own(metric, matchers),
  // Over the whole time range of the dashboard.
  increase(metric, matchers='', window='$__range'):: 'increase(%s[%s])' % [self.own(metric, matchers), window],
  // Grafana aligns the steps to days: the point of a day stands at its begin and tells of what follows.
  day(metric, matchers=''):: 'increase(%s[1d] offset -1d)' % self.own(metric, matchers),

  // The end of the graph, to the second, which is its last step; vector(time()) alone is each of its steps.
  end:: 'max_over_time(vector(time())[2s:1s] @ end())',

  // increase() extrapolates, but nobody has seen 29.2 requests.
  whole(expression):: 'round(%s)' % expression,

  sum(expression, by=''):: if by == '' then 'sum(%s)' % expression else 'sum by (%s) (%s)' % [by, expression],
  // Several exporters of one deployment say the same; two clusters or jobs do not.
  once(expression):: 'max without (instance, pod) (%s)' % expression,
  // 0/0 is no number that anybody wants to see.
  ratio(part, whole):: '%s / (%s > 0)' % [part, whole],

  // 0 while an exporter is scraped, and nothing when it is not: a page without data must not say zero.
  zero:: '0 * min(%s)' % self.own('litellm_exporter_database_up'),
  // -1 stands for "there is none" and is mapped to a grey text.
  none:: self.zero + ' - 1',
  // Recorded rates outlive the exporter by their window: a state that follows from them may not.
  watched(expression):: '(%s) and on () min(%s)' % [expression, self.own('litellm_exporter_database_up')],
  orZero(expression):: '(%s) or on () %s' % [expression, self.zero],
  // A state timeline has no text of its own for no data: a line named `text` with -1, unless the range has
  // one of `series` somewhere. panel.libsonnet draws it as good as empty. After a gap it would be one more among them.
  orNone(expression, label, text, series)::
    '(%s) or on () label_replace(%s, "%s", "%s", "", "") unless on () group(last_over_time(%s[$__range] @ end()))' % [expression, self.none, label, text, series],
  // Rates of what happened at all in the time range: a counter that is born at 0 would be a line of zeros
  // in the legend, and no panel could say that there was nothing. Asked once, for the end of the range.
  happened(metric, by, matchers='')::
    '%s and on (%s) %s > 0' % [self.sum(self.rate(metric, matchers), by), by, self.sum('increase(%s[$__range] @ end())' % self.own(metric, matchers), by)],
  // How many of some entities meet a condition; -1 without any entity, and no answer while the
  // database gives none.
  count(of, condition):: 'count(%s) or 0 * count(%s) or 0 * min(%s == 1) - 1' % [
    condition % of,
    of,
    self.own('litellm_exporter_database_up'),
  ],

  // What is shown of an id, as "$1$2": the begin of a UUID or hash, which nobody reads, and the whole of one
  // that somebody chose.
  told:: '([0-9a-fA-F-]{12})[0-9a-fA-F-]{20,}|(.+)',
  // Adds the label text: the alias, or the id where there is none.
  texted(expression, id, alias):: 'label_replace(label_replace(%s, "text", "$1$2", "%s", "%s"), "text", "$1", "%s", "(.+)")' % [expression, id, self.told, alias],
  // Adds the label short: the begin of an id, which is cut where it fits and not where a column ends.
  short(expression, id):: 'label_replace(%s, "short", "$1", "%s", "(.{1,12}).*")' % [expression, id],
  // Adds the label text: what another label says.
  aliased(expression, label):: 'label_replace(%s, "text", "$1", "%s", "(.*)")' % [expression, label],
  // What to call those without a value.
  named(expression, label, text):: 'label_replace(%s, "%s", "%s", "%s", "")' % [expression, label, text, label],
  renamed(expression, label, from, to):: 'label_replace(%s, "%s", "%s", "%s", "%s")' % [expression, label, to, label, from],
  // The value of a variable that stands for "All" in a link, for a label that is empty; "$" is doubled for
  // label_replace.
  orAll(expression, label):: self.named(expression, label, '$$__all'),
  // Adds the label to_LABEL for links: what the label says, or "All" where it names nobody.
  leading(expression, label):: 'label_replace(label_replace(%(x)s, "to_%(label)s", "$1", "%(label)s", "(.+)"), "to_%(label)s", "$$__all", "%(label)s", "other|")' % { x: expression, label: label },
  // Adds the label page, to which a link leads: [[page, label, pattern], ...], the last that fits counts.
  paged(expression, otherwise, rules):: std.foldl(
    function(done, rule) 'label_replace(%s, "page", "%s", "%s", "%s")' % ([done] + rule),
    rules,
    'label_replace(%s, "page", "%s", "", "")' % [expression, otherwise]
  ),
  // For links of what has a scope and an id: teams and keys have a page of their own, all others are on that
  // of the costs. Adds the labels page, team and key.
  scoped(expression)::
    local own(done, scope) = self.orAll('label_replace(%s, "%s", "$1", "scoped", "%s (.*)")' % [done, scope, scope], scope);
    self.paged(own(own('label_join(%s, "scoped", " ", "scope", "id")' % expression, 'team'), 'key'), 'litellm-cost', [['litellm-tenant', 'scope', 'team|key']]),
  // For tables of budgets. Grafana joins their columns on the labels that each of them has: where only
  // some have budgets for windows or models, those of the others would stand in all rows of an entity. For
  // links the label asked has the model, or all.
  budget(expression):: self.named(self.named(self.orAll('label_replace(%s, "asked", "$1", "model", "(.*)")' % ('(%s)' % expression), 'asked'), 'window', '-'), 'model', '-'),
  // The greatest ten that are more than nothing, and all others as one, together with what the exporter
  // itself folded into "other".
  // Below a billionth the rest is only what rounding left.
  topTen(expression, label):: |||
    topk(10, %(named)s)
    or
    label_replace(
      sum(%(x)s) - (sum(topk(10, %(named)s)) or vector(0)) > 1e-9 * sum(%(x)s),
      "%(label)s", "other", "", "")
  ||| % {
    x: expression,
    label: label,
    named: '(%s > 0 unless on (%s) label_replace(vector(0), "%s", "other", "", ""))' % ['(%s)' % expression, label, label],
  },

  // An objective of durations, where there are any: alone in a graph it would say nothing, least of all why.
  whereTimed(expression, matchers=''):: '%s and on () sum(increase(%s[$__range] @ end())) > 0' % [expression, self.own('litellm_request_duration_seconds_count', matchers)],
  // The mean duration of requests, from the sums of a LiteLLM that writes no spend log; else there is none.
  mean(matchers=''):: self.ratio(self.sum(self.rate('litellm_response_time_seconds_total', matchers)), self.sum(self.rate('litellm_timed_requests_total', matchers))),

  quantile(q, metric, matchers='', by=''):: 'histogram_quantile(%s, sum by (%s) (%s)) >= 0' % [
    q,
    if by == '' then 'le' else 'le, ' + by,
    self.rate(metric + '_bucket', matchers),
  ],
}

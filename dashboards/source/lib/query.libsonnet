// SPDX-License-Identifier: Apache-2.0
// Pieces of PromQL. Every selector of the exporter's own series takes the variables job and
// instance; recorded series have lost their instance.
{
  // own('litellm_requests_total', 'status="failure"')
  own(metric, matchers=''):: '%s{job=~"$job", instance=~"$instance"%s}' % [metric, if matchers == '' then '' else ', ' + matchers],
  recorded(metric, matchers=''):: '%s{job=~"$job"%s}' % [metric, if matchers == '' then '' else ', ' + matchers],

  rate(metric, matchers=''):: 'rate(%s[$__rate_interval])' % self.own(metric, matchers),
  // Over the whole time range of the dashboard.
  increase(metric, matchers='', window='$__range'):: 'increase(%s[%s])' % [self.own(metric, matchers), window],

  sum(expression, by=''):: if by == '' then 'sum(%s)' % expression else 'sum by (%s) (%s)' % [by, expression],
  // 0/0 is no number that anybody wants to see.
  ratio(part, whole):: '%s / (%s > 0)' % [part, whole],

  // A fresh install has no model, no budget, no key: the panel says so instead of being empty.
  orZero(expression):: '(%s) or on () vector(0)' % expression,
  orNone(expression, label, text='none yet'):: '(%s) or on () label_replace(vector(0), "%s", "%s", "", "")' % [expression, label, text],

  // The greatest ten, and all others as one.
  topTen(expression, label):: |||
    topk(10, %(x)s)
    or
    label_replace(sum(%(x)s) - sum(topk(10, %(x)s)), "%(label)s", "other", "", "") > 0
    or on ()
    label_replace(vector(0), "%(label)s", "none yet", "", "")
  ||| % { x: expression, label: label },

  quantile(q, metric, matchers='', by=''):: 'histogram_quantile(%s, sum by (%s) (%s)) >= 0' % [
    q,
    if by == '' then 'le' else 'le, ' + by,
    self.rate(metric + '_bucket', matchers),
  ],
}

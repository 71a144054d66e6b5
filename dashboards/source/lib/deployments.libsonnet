// SPDX-License-Identifier: Apache-2.0
// Which of the deployments of a model fails, is slow or dear: what they ask for, and where.
local d = import 'dashboard.libsonnet';
local link = import 'links.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

// One for each, even if two clusters disagree on where it is.
local info = 'topk by (model, deployment) (1, max by (model, deployment, upstream_model, api_host) (%s))' % q.own('litellm_upstream_info', 'model=~"$model"');
local begin(expression, label, before='') = 'label_replace(%s, "%s", "%s$1", "deployment", "(.{1,8}).*")' % [expression, label, before];
// The label text: the upstream's model and host, and the begin of the id where another has the same two.
local texts =
  local numbered = '%s and on (upstream_model, api_host) count by (upstream_model, api_host) (%s) > 1' % [begin(info, 'number', ' '), info];
  local placed = 'label_join((%s) or on (model, deployment) %s, "text", " at ", "upstream_model", "api_host")' % [numbered, info];
  'label_join(label_replace(%s, "text", "$1", "text", "(.*) at "), "text", "", "text", "number")' % placed;

// What never answered has no info: it keeps its place without.
local joined(expression, labels, info, without) = '%(x)s * on (model, deployment) group_left (%(labels)s) %(info)s or on (model, deployment) %(without)s' % {
  x: expression,
  labels: labels,
  info: info,
  without: without,
};
local placed(expression) = q.short(joined(expression, 'upstream_model, api_host', info, expression), 'deployment');
local texted(expression) = joined(expression, 'text', texts, begin(expression, 'text'));

local each = 'model, deployment';

{
  // `chosen` are the matchers of the page's variables.
  row(chosen)::
    local increase(metric, matchers='', by=each) = q.sum(q.increase('litellm_upstream_' + metric, chosen + matchers), by);
    local rate(metric, by=each) = q.sum(q.rate('litellm_upstream_' + metric, chosen), by);
    local lines(title, description, expression, legend, unit) = p.lines(
      title,
      description,
      [p.target(texted('topk(10, %s)' % expression), legend)],
      unit,
      width=24,
      links=[link.series('model')],
      none=p.unlogged('deployments')
    );
    d.folded('Deployments', [
      p.table(
        'Deployments of the models',
        'Every deployment that was asked in the time range: the model and the host behind it, as far as it has answered. Durations are those of successes.',
        [['model', 'Model', 220], ['upstream_model', 'Upstream model', 260], ['api_host', 'API host', 190], ['short', 'Deployment']],
        [
          { name: 'Requests', expr: q.whole(placed(increase('requests_total'))), unit: 'short', width: 90 },
          { name: 'Failed', expr: placed('(%s)' % q.ratio(increase('requests_total', ', status="failure"'), increase('requests_total'))), unit: 'percentunit', levels: p.levels(0.05, 0.2), width: 90 },
          { name: 'Mean', expr: placed('(%s)' % q.ratio(increase('request_duration_seconds_sum'), increase('request_duration_seconds_count'))), unit: 's', width: 80 },
          { name: 'p95', expr: placed('(histogram_quantile(0.95, %s) >= 0)' % increase('request_duration_seconds_bucket', by='le, ' + each)), unit: 's', width: 80 },
          { name: 'Spend', expr: placed(increase('spend_usd_total')), unit: p.money, width: 90 },
          { name: 'Output tokens', expr: q.whole(placed(increase('output_tokens_total'))), unit: 'short', width: 125 },
        ],
        'Requests',
        width=24,
        none=p.unlogged('deployments')
      ),
      lines('Requests by deployment', 'Requests per second: the ten busiest deployments.', rate('requests_total'), '{{text}}', 'reqps'),
      lines(
        'Latency p95 by deployment',
        'The ten slowest deployments, by their successes.',
        '(%s)' % q.quantile(0.95, 'litellm_upstream_request_duration_seconds', chosen, each),
        '{{text}}',
        's'
      ),
      lines(
        'Errors by deployment and status code',
        'Failed requests per second: the ten most frequent codes of deployments.',
        rate('errors_total', each + ', status_code'),
        '{{status_code}} {{text}}',
        'reqps'
      ),
    ]),
}

// SPDX-License-Identifier: Apache-2.0
// What the operator counts by: values of paths below the metadata of a row.
local d = import 'dashboard.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local chosen = 'dimension=~"$dimension"';
local none = "none: name them under dimensions: in the exporter's configuration";
local total(metric, matchers='') = q.sum(q.increase('litellm_dimension_' + metric, chosen + matchers), 'dimension, value');
local requests = total('requests_total');
// Of each dimension, so that one with many values hides none of another.
local greatest(expression) = '%s and on (dimension, value) topk by (dimension) (20, %s)' % [expression, requests];
local lines(title, description, expression, unit) = p.lines(
  title,
  description,
  // Of the path its last name is enough.
  [p.target('label_replace(topk by (dimension) (10, %s), "text", "$1", "dimension", "(?:.*[.])?(.*)")' % q.sum(expression, 'dimension, value'), '{{text}} {{value}}')],
  unit,
  width=24,
  none=none
);

{
  variable:: d.variable('dimension', 'Dimension', 'label_values(litellm_dimension_requests_total{cluster=~"$cluster", job=~"$job"}, dimension)'),
  row:: d.folded('Your own dimensions', [
    p.table(
      'Values of your dimensions',
      "The twenty busiest values of each dimension in the time range. Dimensions are paths below a row's metadata, such as spend_logs_metadata.customer, which `dimensions:` in the exporter's configuration names.",
      [['dimension', 'Dimension', 300], ['value', 'Value']],
      [
        { name: 'Requests', expr: q.whole(greatest(requests)), unit: 'short' },
        { name: 'Failed', expr: greatest(q.ratio(total('requests_total', ', status="failure"'), requests)), unit: 'percentunit', levels: p.levels(0.05, 0.2) },
        { name: 'Spend', expr: greatest(total('spend_usd_total')), unit: p.money },
        { name: 'Input tokens', expr: q.whole(greatest(total('input_tokens_total'))), unit: 'short' },
        { name: 'Output tokens', expr: q.whole(greatest(total('output_tokens_total'))), unit: 'short' },
      ],
      'Requests',
      width=24,
      height=11,
      none=none
    ),
    lines('Requests by value', 'Requests per second: the ten busiest values of each dimension.', q.rate('litellm_dimension_requests_total', chosen), 'reqps'),
    lines(
      'Tokens by value',
      'Input tokens per second: the ten values of each dimension that send most.',
      q.rate('litellm_dimension_input_tokens_total', chosen),
      p.perSecond('tok')
    ),
  ]),
}

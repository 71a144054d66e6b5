// SPDX-License-Identifier: Apache-2.0
// The alerts of this pack that fire, worst first, each with the one that it is about.
local colours = import 'colours.libsonnet';
local link = import 'links.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local severity(value, name) = '%d * %s' % [value, q.alerts('alertstate="firing", severity="%s"' % name)];
local all = std.join(' or ', [severity(3, 'critical'), severity(2, 'warning'), severity(1, 'info'), severity(0, 'none')]);

// Whose trouble it is, in one column: most alerts have one or two of many labels, whose columns would
// leave no room for the name. An alias stands for its id, and the begin for a UUID or hash. Each piece is a
// label of its own, because two alerts that became alike would be an error.
local from(expression, label, other, pattern='(.+)') = 'label_replace(%s, "%s", "$1$2", "%s", "%s")' % [expression, label, other, pattern];
local piece(expression, label, id, alias, pattern) = from(from(expression, label, id, pattern), label, alias);
local pieces(expression) = piece(
  piece(
    piece(expression, 'whose_id', 'id', 'name', q.told),
    'whose_key',
    'key',
    'key_alias',
    q.told
  ),
  'whose_place',
  'instance',
  'proxy',
  '(.*)'
);
local joined(expression) = 'label_join(%s, "whose", " ", "provider", "model", "guardrail", "collector", "whose_id", "whose_key", "whose_place", "mountpoint")' % expression;
local trimmed(expression) = 'label_replace(%s, "whose", "$1", "whose", " *(.*[^ ]) *")' % expression;
local whose(expression) = q.renamed(trimmed(joined(pieces(expression))), 'whose', ' *', '-');

// By its category, to the page that shows the trouble: with its model and provider, if it has them.
local pages = [
  ['litellm-models', 'category', 'availability|errors|latency|slo'],
  ['litellm-budgets', 'category', 'budget|keys'],
  ['litellm-exporter', 'category', 'database|exporter|monitoring|pipeline'],
];
local placed(expression) = q.paged(q.orAll(q.orAll(expression, 'provider'), 'model'), 'litellm-overview', pages);
local to_its_page = link.anywhereOfRow([['provider', 'Provider'], ['model', 'Model']]);

{
  firing:: p.table(
    'Alerts that fire',
    'Every alert of this pack and whose trouble it is, the Watchdog included, which fires always: without it the alerting itself is broken.',
    [['alertname', 'Alert', 290], ['whose', 'Whose']],
    [
      {
        name: 'Severity',
        // Sorted by weight and not by name.
        expr: 'max by (alertname, whose, page, provider, model) (%s)' % placed(whose('(%s)' % all)),
        unit: 'short',
        mappings: p.mappings([[3, 'critical', colours.urgent], [2, 'warning', colours.plain], [1, 'info', colours.plain], [0, 'none', colours.plain]]),
        width: 90,
      },
    ],
    'Severity',
    height=7,
    links={ Alert: to_its_page, Whose: to_its_page },
    hidden=[['page', 'Page'], ['provider', 'Provider'], ['model', 'Model']],
    none='none, not even the Watchdog: is the rule pack loaded?'
  ),
}

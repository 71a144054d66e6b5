// SPDX-License-Identifier: Apache-2.0
// Where a name leads to: the dashboard of the one that it names, for the same time, data source and exporter.

// Dashboard and variable for each label that holds a name or an id.
local targets = {
  model: ['To the model', 'litellm-models', 'model'],
  requested_model: ['To the model', 'litellm-models', 'model'],
  provider: ['To the provider', 'litellm-models', 'provider'],
  team: ['To the team', 'litellm-tenant', 'team'],
  key: ['To the key', 'litellm-tenant', 'key'],
};
local field(heading) = '${__data.fields%s:percentencode}' % (if std.length(std.findSubstr(' ', heading)) == 0 then '.' + heading else '["%s"]' % heading);
local label(name) = '${__field.labels.%s:percentencode}' % name;

{
  // `extra` sets variables of the other dashboard.
  to(title, uid, extra=''):: {
    title: title,
    url: '/d/%s?${__url_time_range}&${datasource:queryparam}&${cluster:queryparam}&${job:queryparam}&${instance:queryparam}%s' % [uid, extra],
    targetBlank: false,
  },
  known(name):: std.objectHas(targets, name),

  local led(name, value) = $.to(targets[name][0], targets[name][1], '&var-%s=%s' % [targets[name][2], value]),
  // From a cell, to the one whose name or id is in the row's column of that heading.
  cell(name, heading):: led(name, field(heading)),
  // From a key that is known with its team, whose page would not name it otherwise.
  keyOfTeam(id, team):: $.to('To the key', 'litellm-tenant', '&var-team=%s&var-key=%s' % [field(team), field(id)]),
  // From a line, a state or a card, to the one of that label.
  series(name):: led(name, label(name)),

  // Where it depends on the row or the line: to what its label "page" names. Each of `variables` is set from
  // its label, which is "all" where it has none (see query.libsonnet).
  anywhere(variables):: $.to('To its dashboard', '${__field.labels.page:percentencode}', std.join('', ['&var-%s=%s' % [name, label(name)] for name in variables])),
  // The same of a table; [[variable, heading], ...].
  anywhereOfRow(variables):: $.to('To its dashboard', field('Page'), std.join('', ['&var-%s=%s' % [each[0], field(each[1])] for each in variables])),
}

// SPDX-License-Identifier: Apache-2.0
// A page of panels: variables, links, annotations, and the place of each panel.
local colours = import 'colours.libsonnet';

local datasource = { type: 'prometheus', uid: '${datasource}' };

// Panels flow from left to right and start a new line when the width of 24 is used up.
local place(panels, top) = std.foldl(
  function(done, panel)
    local fits = done.x + panel.gridPos.w <= 24;
    local x = if fits then done.x else 0;
    local y = if fits then done.y else done.y + done.height;
    {
      x: x + panel.gridPos.w,
      y: y,
      height: if fits then std.max(done.height, panel.gridPos.h) else panel.gridPos.h,
      panels: done.panels + [panel { gridPos+: { x: x, y: y } }],
    },
  panels,
  { x: 0, y: top, height: 0, panels: [] }
);

local with_rows(rows) = std.foldl(
  function(done, row)
    local title = { type: 'row', title: row.title, collapsed: false, panels: [], gridPos: { x: 0, y: done.y, w: 24, h: 1 } };
    local placed = place(row.panels, done.y + 1);
    { y: placed.y + placed.height, panels: done.panels + [title] + placed.panels },
  rows,
  { y: 0, panels: [] }
).panels;

{
  row(title, panels):: { title: title, panels: panels },

  // A variable with the values of a label.
  variable(name, label, query, multi=true):: {
    name: name,
    label: label,
    type: 'query',
    datasource: datasource,
    definition: query,
    query: { query: query, refId: 'variable' },
    refresh: 2,
    regex: '',
    sort: 1,
    multi: multi,
    includeAll: true,
    allValue: '.+',
    current: { selected: true, text: if multi then ['All'] else 'All', value: if multi then ['$__all'] else '$__all' },
    hide: 0,
    options: [],
    skipUrlSync: false,
  },

  // A way to another dashboard of ours that keeps time and data source; `extra` sets its variables.
  link(title, uid, extra=''):: {
    title: title,
    url: '/d/%s?${__url_time_range}&${datasource:queryparam}&${job:queryparam}%s' % [uid, extra],
    targetBlank: false,
  },

  new(uid, title, description, rows, variables=[], range='6h'):: {
    id: null,
    uid: uid,
    title: title,
    description: description,
    tags: ['litellm'],
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    schemaVersion: 39,
    time: { from: 'now-' + range, to: 'now' },
    timepicker: {},
    timezone: 'browser',
    fiscalYearStartMonth: 0,
    liveNow: false,
    weekStart: '',
    version: 1,
    links: [{
      title: 'LiteLLM',
      type: 'dashboards',
      tags: ['litellm'],
      asDropdown: false,
      includeVars: true,
      keepTime: true,
      targetBlank: false,
      icon: 'dashboard',
      tooltip: '',
      url: '',
    }],
    annotations: {
      list: [
        {
          name: 'Alerts',
          datasource: datasource,
          enable: true,
          iconColor: colours.bad,
          expr: 'max by (alertname, severity) (ALERTS{alertstate="firing", severity=~"critical|warning"})',
          titleFormat: '{{alertname}}',
          textFormat: '{{severity}}',
          step: '60s',
          useValueForTime: false,
        },
        {
          name: 'Restarts',
          datasource: datasource,
          enable: true,
          iconColor: colours.neutral,
          expr: 'changes(process_start_time_seconds{job=~"$job", instance=~"$instance"}[1m]) > 0',
          titleFormat: 'The exporter was started',
          textFormat: '{{instance}}',
          step: '60s',
          useValueForTime: false,
        },
        {
          name: 'Versions',
          datasource: datasource,
          enable: true,
          iconColor: colours.accent,
          expr: 'litellm_proxy_info{job=~"$job", instance=~"$instance"} unless litellm_proxy_info offset 1m',
          titleFormat: 'LiteLLM {{version}}',
          textFormat: '{{proxy}}',
          step: '60s',
          useValueForTime: false,
        },
      ],
    },
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          regex: '',
          current: {},
          hide: 0,
          includeAll: false,
          multi: false,
          options: [],
          refresh: 1,
          skipUrlSync: false,
        },
        $.variable('job', 'Job', 'label_values(litellm_exporter_build_info, job)'),
        $.variable('instance', 'Instance', 'label_values(litellm_exporter_build_info{job=~"$job"}, instance)'),
      ] + variables,
    },
    panels: std.mapWithIndex(function(i, panel) panel { id: i + 1 }, with_rows(rows)),
  },
}

// SPDX-License-Identifier: Apache-2.0
// A page of panels: variables, links, annotations, and the place of each panel.
local colours = import 'colours.libsonnet';
local q = import 'query.libsonnet';

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

// The panels of a folded row are its own, and take no place until somebody opens it.
local with_rows(rows) = std.foldl(
  function(done, row)
    local placed = place(row.panels, done.y + 1);
    local title = { type: 'row', title: row.title, collapsed: row.folded, panels: if row.folded then placed.panels else [], gridPos: { x: 0, y: done.y, w: 24, h: 1 } };
    {
      y: if row.folded then done.y + 1 else placed.y + placed.height,
      panels: done.panels + [title] + (if row.folded then [] else placed.panels),
    },
  rows,
  { y: 0, panels: [] }
).panels;
local numbered(panels, base) = std.mapWithIndex(
  function(i, panel) panel { id: base + i + 1 } + (if panel.type == 'row' then { panels: numbered(panel.panels, 100 * (i + 1)) } else {}),
  panels
);

// A version that was not there one step before. After a gap, when none was: not in the day before either.
local info = q.own('litellm_proxy_info');
local versions(expr) = 'max by (cluster, job, proxy, version) (%s)' % expr;

// What wakes somebody and is seen in graphs: budgets and keys run out without a trace in them.
local critical = q.alerts('alertstate="firing", severity="critical", category!~"budget|keys"');

{
  row(title, panels):: { title: title, panels: panels, folded: false },
  // For what not everybody uses or looks at: Grafana asks nothing before it is opened.
  folded(title, panels):: $.row(title, panels) { folded: true },

  // A variable with the values of a label; `all` is what "All" matches.
  variable(name, label, query, all='.+', regex=''):: {
    name: name,
    label: label,
    type: 'query',
    datasource: datasource,
    definition: query,
    query: { query: query, refId: 'variable' },
    refresh: 2,
    regex: regex,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: all,
    current: { selected: true, text: ['All'], value: ['$__all'] },
    hide: 0,
    options: [],
    skipUrlSync: false,
  },
  // Lists ids by their alias, or by the id where there is none.
  aliases(name, label, metric, id, alias, all='.+')::
    $.variable(
      name,
      label,
      'query_result(group by (%s, text) (%s))' % [id, q.texted(metric, id, alias)],
      all,
      regex='/%s="(?<value>[^"]+)",text="(?<text>[^"]+)"/' % id
    ),

  // Marks on all panels. Grafana reads `target`; what it once read, `expr`, is what its editor shows.
  // Its steps grow with the time range: only a window of $__interval or more meets all that is between two.
  local annotation(name, colour, expr, title, text) = {
    name: name,
    datasource: datasource,
    enable: true,
    iconColor: colour,
    expr: expr,
    target: { refId: 'Anno', expr: expr, interval: '60s', range: true, instant: false },
    titleFormat: title,
    textFormat: text,
    step: '60s',
    useValueForTime: false,
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
        annotation(
          'Alerts',
          colours.bad,
          // Only where one begins, once: what goes on for hours, or nine at a time, would hide every graph.
          'max by (alertname) (max_over_time(%(x)s[$__interval])) unless max by (alertname) (%(x)s offset $__interval)' % { x: critical },
          '{{alertname}}',
          'critical'
        ),
        annotation(
          'Restarts',
          colours.calm,
          'changes(%s[$__rate_interval]) > 0' % q.exporters('process_start_time_seconds'),
          'The exporter was started',
          '{{instance}}'
        ),
        annotation(
          'Versions',
          colours.accent,
          '%(now)s unless (%(before)s or %(day)s unless on (cluster, job, proxy) %(before)s)' % {
            now: versions(info),
            before: versions(info + ' offset $__rate_interval'),
            day: versions('max_over_time(%s[1d:5m] offset $__rate_interval)' % info),
          },
          'LiteLLM {{version}}',
          '{{proxy}}'
        ),
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
        // Most have no label cluster: "All" matches its absence too.
        $.variable('cluster', 'Cluster', 'label_values(litellm_exporter_build_info, cluster)', all='.*'),
        $.variable('job', 'Job', 'label_values(litellm_exporter_build_info{cluster=~"$cluster"}, job)'),
        $.variable('instance', 'Instance', 'label_values(litellm_exporter_build_info{cluster=~"$cluster", job=~"$job"}, instance)'),
      ] + variables,
    },
    panels: numbered(with_rows(rows), 0),
  },
}

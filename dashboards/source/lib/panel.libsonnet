// SPDX-License-Identifier: Apache-2.0
// The kinds of panel. Each takes a title, a description, targets and what differs; the place on the
// page is the dashboard's matter (see dashboard.libsonnet), only width and height are said here.
local colours = import 'colours.libsonnet';

local datasource = { type: 'prometheus', uid: '${datasource}' };

local base(type, title, description, targets, width, height) = {
  type: type,
  title: title,
  description: description,
  datasource: datasource,
  targets: [
    targets[i] { refId: std.char(std.codepoint('A') + i) }
    for i in std.range(0, std.length(targets) - 1)
  ],
  gridPos: { w: width, h: height },
  pluginVersion: '11.0.0',
};

{
  // One line or set of lines over time.
  target(expr, legend='', extra={}):: {
    datasource: datasource,
    editorMode: 'code',
    expr: expr,
    legendFormat: if legend == '' then '__auto' else legend,
    range: true,
  } + extra,
  // The present, for cards and bars.
  instant(expr, legend=''):: self.target(expr, legend, { range: false, instant: true }),
  // The present, for tables.
  cells(expr):: self.target(expr, '', { range: false, instant: true, format: 'table' }),

  // steps: [[value, colour], ...]; the first value is the base and not looked at.
  thresholds(steps):: {
    mode: 'absolute',
    steps: [
      { color: steps[i][1], value: if i == 0 then null else steps[i][0] }
      for i in std.range(0, std.length(steps) - 1)
    ],
  },
  // Higher is worse.
  limits(warning, bad):: self.thresholds([[null, colours.good], [warning, colours.warning], [bad, colours.bad]]),

  // Names and colours for values: [[value, text, colour], ...].
  mappings(rows):: [{
    type: 'value',
    options: { [std.toString(row[0])]: { text: row[1], color: row[2], index: row[0] } for row in rows },
  }],
  yesNo(yes, no):: self.mappings([[0, no, colours.bad], [1, yes, colours.good]]),

  colour(name, colour):: {
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }],
  },
  // An objective: a dashed line that is no measurement.
  objective(name):: {
    matcher: { id: 'byName', options: name },
    properties: [
      { id: 'color', value: { mode: 'fixed', fixedColor: colours.bad } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
    ],
  },

  stat(title, description, targets, unit, width=4, height=4, thresholds=null, mappings=[], graph='area', decimals=null)::
    base('stat', title, description, targets, width, height) {
      fieldConfig: {
        defaults: {
          unit: unit,
          mappings: mappings,
          [if decimals != null then 'decimals']: decimals,
          color: if thresholds == null && mappings == [] then { mode: 'fixed', fixedColor: colours.good } else { mode: 'thresholds' },
          thresholds: if thresholds == null then $.thresholds([[null, colours.good]]) else thresholds,
        },
        overrides: [],
      },
      options: {
        colorMode: if mappings == [] then 'value' else 'background',
        graphMode: if mappings == [] then graph else 'none',
        justifyMode: 'auto',
        orientation: 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        textMode: 'auto',
        wideLayout: true,
      },
    },

  lines(title, description, targets, unit, width=12, height=8, overrides=[], stacked=false, bars=false, max=null, legend='table', timeFrom=null)::
    base('timeseries', title, description, targets, width, height) {
      [if timeFrom != null then 'timeFrom']: timeFrom,
      fieldConfig: {
        defaults: {
          unit: unit,
          min: 0,
          [if max != null then 'max']: max,
          color: { mode: 'palette-classic' },
          custom: {
            drawStyle: if bars then 'bars' else 'line',
            fillOpacity: if bars then 80 else if stacked then 40 else 10,
            lineWidth: if bars then 0 else 2,
            showPoints: 'never',
            spanNulls: false,
            stacking: { mode: if stacked then 'normal' else 'none', group: 'A' },
            thresholdsStyle: { mode: 'off' },
          },
          thresholds: $.thresholds([[null, colours.good]]),
        },
        overrides: overrides,
      },
      options: {
        legend: if legend == 'table'
        then { displayMode: 'table', placement: 'right', calcs: ['mean', 'max', 'lastNotNull'], showLegend: true }
        else { displayMode: 'list', placement: 'bottom', calcs: [], showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    },

  bars(title, description, targets, unit, width=8, height=8, thresholds=null, max=null)::
    base('bargauge', title, description, targets, width, height) {
      fieldConfig: {
        defaults: {
          unit: unit,
          min: 0,
          [if max != null then 'max']: max,
          color: if thresholds == null then { mode: 'fixed', fixedColor: colours.good } else { mode: 'thresholds' },
          thresholds: if thresholds == null then $.thresholds([[null, colours.good]]) else thresholds,
        },
        overrides: [],
      },
      options: {
        displayMode: 'basic',
        orientation: 'horizontal',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        showUnfilled: true,
        valueMode: 'text',
        minVizHeight: 16,
        namePlacement: 'auto',
        sizing: 'auto',
      },
    },

  heatmap(title, description, target, unit, width=12, height=8)::
    base('heatmap', title, description, [target { format: 'heatmap', legendFormat: '{{le}}' }], width, height) {
      fieldConfig: { defaults: { unit: unit, custom: { scaleDistribution: { type: 'linear' } } }, overrides: [] },
      options: {
        calculate: false,
        cellGap: 1,
        color: { mode: 'scheme', scheme: 'Viridis', exponent: 0.5, steps: 64, reverse: false },
        filterValues: { le: 1e-9 },
        legend: { show: true },
        rowsFrame: { layout: 'auto' },
        showValue: 'never',
        tooltip: { mode: 'single', yHistogram: true },
        yAxis: { axisPlacement: 'left', unit: unit },
      },
    },

  states(title, description, targets, width=12, height=7, mappings=[], thresholds=null)::
    base('state-timeline', title, description, targets, width, height) {
      fieldConfig: {
        defaults: {
          unit: 'short',
          mappings: mappings,
          color: { mode: 'thresholds' },
          custom: { fillOpacity: 80, lineWidth: 0 },
          thresholds: if thresholds == null then $.thresholds([[null, colours.bad], [1, colours.good]]) else thresholds,
        },
        overrides: [],
      },
      options: {
        alignValue: 'left',
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        mergeValues: true,
        rowHeight: 0.8,
        showValue: 'never',
        tooltip: { mode: 'single' },
      },
    },

  // columns: [{name, expr, unit, thresholds?, gauge?, link?}, ...]; rows are joined on `keys`, a list of
  // [label, heading]; all other labels are dropped. `sort` is the heading to sort by, greatest first
  // unless `ascending`.
  table(title, description, keys, columns, sort, width=12, height=9, ascending=false, links={})::
    local headings = std.mapWithIndex(function(i, column) ['Value #' + std.char(std.codepoint('A') + i), column.name], columns);
    local value = if std.length(columns) == 1 then [['Value', columns[0].name]] else headings;
    base('table', title, description, [$.cells(column.expr) for column in columns], width, height) {
      fieldConfig: {
        defaults: { unit: 'short', custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: false }, color: { mode: 'thresholds' }, thresholds: $.thresholds([[null, 'text']]) },
        overrides: [
          {
            matcher: { id: 'byName', options: column.name },
            properties: [{ id: 'unit', value: column.unit }]
                        + (if std.objectHas(column, 'thresholds') then [{ id: 'thresholds', value: column.thresholds }] else [])
                        + (if std.objectHas(column, 'gauge') then [
                             { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } },
                             { id: 'min', value: 0 },
                             { id: 'max', value: column.gauge },
                           ] else if std.objectHas(column, 'thresholds') then [
                             { id: 'custom.cellOptions', value: { type: 'color-text' } },
                           ] else []),
          }
          for column in columns
        ] + [
          {
            matcher: { id: 'byName', options: heading },
            properties: [{ id: 'links', value: [links[heading]] }],
          }
          for heading in std.objectFields(links)
        ],
      },
      options: { cellHeight: 'sm', showHeader: true, footer: { show: false }, sortBy: [{ displayName: sort, desc: !ascending }] },
      transformations: [
        { id: 'merge', options: {} },
        { id: 'filterFieldsByName', options: { include: { names: [key[0] for key in keys] + [name[0] for name in value] } } },
        {
          id: 'organize',
          options: {
            excludeByName: {},
            indexByName: { [(keys + value)[i][0]]: i for i in std.range(0, std.length(keys + value) - 1) },
            renameByName: { [pair[0]]: pair[1] for pair in keys + value },
          },
        },
      ],
    },

  text(content, width=24, height=3):: {
    type: 'text',
    title: '',
    description: '',
    gridPos: { w: width, h: height },
    options: { mode: 'markdown', content: content },
    pluginVersion: '11.0.0',
  },
}

// SPDX-License-Identifier: Apache-2.0
// The kinds of panel. Each takes a title, a description, targets and what differs; the place on the
// page is the dashboard's matter (see dashboard.libsonnet), only width and height are said here.
local colours = import 'colours.libsonnet';
local link = import 'links.libsonnet';
local q = import 'query.libsonnet';

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

// Links of lines whose legend is or begins with the name of a model or provider.
local linked(targets) = [
  link.series(name)
  for name in ['model', 'provider']
  if std.length([target for target in targets if std.startsWith(target.legendFormat, '{{%s}}' % name)]) > 0
];

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
  // Higher is worse. A number has a colour only where it says something; a bar always has one.
  limits(warning, bad):: self.thresholds([[null, colours.plain], [warning, colours.warning], [bad, colours.bad]]),
  levels(warning, bad):: self.thresholds([[null, colours.good], [warning, colours.warning], [bad, colours.bad]]),
  alarming:: self.thresholds([[null, colours.plain], [1, colours.bad]]),
  noticeable:: self.thresholds([[null, colours.plain], [1, colours.warning]]),

  // Names and colours for values: [[value, text, colour], ...].
  mappings(rows):: [{
    type: 'value',
    options: { [std.toString(rows[i][0])]: { text: rows[i][1], color: rows[i][2], index: i } for i in std.range(0, std.length(rows) - 1) },
  }],
  // The same for all values from one on: [[from, text, colour], ...], the greatest first, because of two
  // ranges that meet the first has the value between them. Without a text the value itself is shown.
  ranges(rows):: [
    {
      type: 'range',
      options: {
        from: rows[i][0],
        // Grafana takes no bound for 0.
        to: if i == 0 then 1e9 else rows[i - 1][0],
        result: { [if rows[i][1] != null then 'text']: rows[i][1], color: rows[i][2], index: i },
      },
    }
    for i in std.range(0, std.length(rows) - 1)
  ],
  // A quantile needs the duration of each request, which a LiteLLM that writes no spend log does not tell.
  untimed:: 'no durations',
  // The same for what has more room.
  unlogged(what):: 'no %s yet: only the spend log has them' % what,
  yesNo(yes, no):: self.mappings([[0, no, colours.bad], [1, yes, colours.good]]),
  // Shares of faults.
  shares:: self.ranges([[0.5, 'half and more fail', colours.bad], [0.1, 'a tenth and more fail', colours.warning], [0, 'well', colours.good]]),
  // What -1 stands for, in grey.
  nothing(text):: self.mappings([[-1, text, colours.other]]),
  local unknown(text) = { type: 'special', options: { match: 'null+nan', result: { text: text, color: colours.other, index: 99 } } },

  colour(name, colour):: {
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }],
  },
  // All lines whose name matches: a later override beats an earlier one.
  colours(pattern, colour):: $.colour('/%s/' % pattern, colour) { matcher+: { id: 'byRegexp' } },
  outcomes:: [$.colour('success', colours.good), $.colour('failure', colours.bad)],
  statusCodes:: [
    $.colours('.*', colours.other),
    $.colours('^4', colours.good),
    $.colours('^40[13]', colours.accent),
    $.colours('^(408|504)', colours.calm),
    $.colours('^429', colours.warning),
    $.colours('^5(0[^4]|[^0])', colours.bad),
  ],
  exceptionClasses:: [
    $.colours('.*', colours.other),
    $.colours('BadRequest|InvalidRequest|NotFound|Unprocessable|Unsupported|ContextWindow|ContentPolicy|ValueError', colours.good),
    $.colours('Authentication|Permission|Unauthorized|AccessDenied', colours.accent),
    $.colours('RateLimit|BudgetExceeded', colours.warning),
    $.colours('Timeout', colours.calm),
    $.colours('InternalServer|ServiceUnavailable|BadGateway|APIConnection|APIError|APIStatus|MidStream', colours.bad),
  ],
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

  // A card of the present, or of the whole time range: one instant query, because a range query costs as
  // many and shows the last value long after it ended. `none` is said when there is no answer; `state` fills
  // the card with its colour; `leads` is the link behind it.
  stat(title, description, targets, unit, width=4, height=4, thresholds=null, mappings=[], decimals=null, none='no data', state=false, text='auto', overrides=[], leads=null)::
    base('stat', title, description, targets, width, height) {
      fieldConfig: {
        defaults: {
          unit: unit,
          noValue: none,
          mappings: mappings + [unknown(none)],
          [if decimals != null then 'decimals']: decimals,
          color: if thresholds == null && !state then { mode: 'fixed', fixedColor: colours.plain } else { mode: 'thresholds' },
          thresholds: if thresholds == null then $.thresholds([[null, colours.plain]]) else thresholds,
          [if leads != null then 'links']: [leads],
        },
        overrides: overrides,
      },
      options: {
        // The other background is a gradient, one end of which is too pale for white letters.
        colorMode: if state then 'background_solid' else 'value',
        graphMode: 'none',
        justifyMode: 'auto',
        orientation: 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        textMode: text,
        wideLayout: true,
      },
    },
  // A card that says one word.
  state(title, description, expr, mappings, width=4, height=4, leads=null)::
    $.stat(title, description, [$.instant(expr, title)], 'short', width, height, mappings=mappings, state=true, leads=leads),
  // A card with its course over the time range below the number: one range query. Where its last step has no
  // value it is no number there, so that the card tells of now or says that there is nothing, and never what
  // was an hour ago. Only there: Grafana fills an area from no number to the next value as if it had risen
  // from 0, and leaves a gap where there is no point. `of` is what the number is of, and stands above it: a number without a name would stand
  // in the middle and cover its course.
  trend(title, of, description, expr, unit, width=5, height=5, thresholds=null, decimals=null, none='no data', leads=null)::
    $.stat(title, description, [$.target('(%s) or (vector(NaN) and on () vector(time()) >= %s)' % [expr, q.end], of)], unit, width, height, thresholds, decimals=decimals, none=none, text='value_and_name', leads=leads) {
      fieldConfig+: { defaults+: { min: 0 } },
      options+: { graphMode: 'area', reduceOptions+: { calcs: ['last'] } },
    },

  // Durations on a logarithmic axis that may reach minutes: after 10 s Grafana's own unit goes on with 1.67 mins.
  seconds:: 'suffix:s',

  // A unit of so many things a second, shortened as Grafana's own "req/s" is.
  perSecond(things):: 'count:%s/s' % things,

  // `log` is for durations: one slow request in a hundred would press all other lines to the floor. Areas
  // are filled below the few that do not overlap; many would mix to brown. Points are there for a value
  // that stands alone, which no line would show.
  //
  // A legend beside the graph names the greatest first. Names as long as a model's need a width of 16.
  //
  // Lines whose names nobody can foresee take the colours of Grafana's palette, some of which are paler on
  // white than 3:1 and not chosen for the colour-blind. Grafana has no palette of one's own: a colour is given
  // to a name, a pattern of names or a query. Patterns would give two of five models the same colour more
  // often than not, and a query for each rank costs ten times as much. What can be seen on white and on black
  // is of one brightness, in which shades of one colour look alike. So the lines are kept apart at the price of
  // a few pale ones: the description sends the reader to the legend, and "other" is always grey.
  //
  // A line leads to the model or provider of its name, if `links` says no other way.
  lines(title, description, targets, unit, width=12, height=8, overrides=[], stacked=false, bars=false, max=null, legend='table', timeFrom=null, log=false, links=linked(targets), floor=0, none='none yet')::
    local literal = [target.legendFormat for target in targets if std.length(std.findSubstr('{{', target.legendFormat)) == 0];
    local many = std.length(targets) > 3 || std.length(literal) < std.length(targets);
    local coloured = [override.matcher.options for override in overrides];
    local free = std.setDiff(std.set(literal), std.set(coloured)) != []
                 || (std.length(literal) < std.length(targets) && std.setDiff(std.set(coloured), std.set(literal)) == []);
    base('timeseries', title, description + (if free then ' Colours only keep the lines apart: go by the legend.' else ''), targets, width, height) {
      [if timeFrom != null then 'timeFrom']: timeFrom,
      fieldConfig: {
        defaults: {
          unit: unit,
          noValue: none,
          [if !log && floor != null then 'min']: floor,
          [if max != null then 'max']: max,
          color: { mode: 'palette-classic' },
          custom: {
            drawStyle: if bars then 'bars' else 'line',
            [if bars then 'barAlignment']: 1,
            fillOpacity: if bars then 80 else if stacked then 40 else if many || log then 0 else 10,
            lineWidth: if bars then 0 else 2,
            showPoints: if bars then 'never' else 'auto',
            [if log then 'scaleDistribution']: { type: 'log', log: 10 },
            spanNulls: false,
            stacking: { mode: if stacked then 'normal' else 'none', group: 'A' },
            thresholdsStyle: { mode: 'off' },
            // A share that is always 0 would have an axis to 10000 %.
            [if unit == 'percentunit' && max == null then 'axisSoftMax']: 0.01,
          },
          thresholds: $.thresholds([[null, colours.good]]),
          [if links != [] then 'links']: links,
        },
        // The others are nobody whose page there could be.
        overrides: overrides + (if free then [$.colour('other', colours.other) { properties+: if links == [] then [] else [{ id: 'links', value: [] }] }] else []),
      },
      options: {
        legend: if legend == 'table'
        then { displayMode: 'table', placement: 'right', calcs: ['max', 'lastNotNull'], sortBy: 'Last *', sortDesc: true, showLegend: true }
        else { displayMode: 'list', placement: 'bottom', calcs: [], showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    },

  // `unit` is that of the rows, `of` that of what they hold.
  heatmap(title, description, target, unit, of='reqps', width=12, height=8, none='none yet')::
    base('heatmap', title, description, [target { format: 'heatmap', legendFormat: '{{le}}' }], width, height) {
      fieldConfig: { defaults: { unit: of, noValue: none, custom: { scaleDistribution: { type: 'linear' } } }, overrides: [] },
      options: {
        calculate: false,
        cellGap: 1,
        cellValues: { unit: of },
        color: { mode: 'scheme', scheme: 'Viridis', exponent: 0.5, steps: 64, reverse: false },
        filterValues: { le: 1e-9 },
        legend: { show: true },
        rowsFrame: { layout: 'auto' },
        showValue: 'never',
        tooltip: { mode: 'single', yHistogram: true },
        yAxis: { axisPlacement: 'left', unit: unit },
      },
    },

  // Every value needs a mapping with a colour. With thresholds as the mode of colour Grafana would merge
  // values by them and read no mapping. `none` is the name of the line that says why there is no other (see
  // orNone in query.libsonnet): filled like one, it would be a grey wall.
  states(title, description, targets, width=12, height=7, mappings=[], links=linked(targets), none='')::
    base('state-timeline', title, description, targets, width, height) {
      fieldConfig: {
        defaults: {
          unit: 'short',
          mappings: mappings,
          color: { mode: 'fixed', fixedColor: colours.other },
          custom: { fillOpacity: 100, lineWidth: 0 },
          [if links != [] then 'links']: links,
        },
        overrides: if none == '' then [] else [{
          // More labels of the legend, which it does not have, leave blanks behind it.
          matcher: { id: 'byRegexp', options: '/^%s *$/' % none },
          properties: [{ id: 'custom.fillOpacity', value: 0 }, { id: 'links', value: [] }],
        }],
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

  // Full dollars and cents: Grafana's own unit makes "$2.95K" of a month, which nobody can check.
  money:: 'prefix:$',

  // columns: [{name, expr, unit, decimals?, levels?, full?, bar?, mappings?, width?}, ...]; rows are joined on `keys`, a
  // list of [label, heading] or [label, heading, width]; where no width is said none is less than 150. Those
  // of `hidden`, [label, heading] as well, are for links only; `links` has those of headings, and names of models
  // and providers lead to theirs without being asked. All other labels are dropped. A column with
  // levels has bars beside its numbers, because an orange number of this size cannot be read on white; a bar
  // is full at `full`, else where the last level begins. With `bar` the greatest fills it. `sort` is the
  // heading to sort by, greatest first unless `ascending`; `none` is said instead of a table without rows.
  table(title, description, keys, columns, sort, width=12, height=9, ascending=false, links={}, hidden=[], none='none yet')::
    // Of the names that are their own links, "other" and none lead to all.
    local names = [key for key in keys if link.known(key[0]) && !std.objectHas(links, key[1])];
    local own(expr) = std.foldl(function(done, key) q.leading(done, key[0]), names, expr);
    local unseen = hidden + [['to_' + key[0], 'To ' + key[1]] for key in names];
    local labels = keys + unseen;
    local leads = { [key[1]]: link.cell(key[0], 'To ' + key[1]) for key in names } + links;
    local bar = { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' };
    local headings = std.mapWithIndex(function(i, column) ['Value #' + std.char(std.codepoint('A') + i), column.name], columns);
    local value = if std.length(columns) == 1 then [['Value', columns[0].name]] else headings;
    base('table', title, description, [$.cells(own(column.expr)) for column in columns], width, height) {
      fieldConfig: {
        defaults: { unit: 'short', noValue: none, custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: false }, color: { mode: 'thresholds' }, thresholds: $.thresholds([[null, colours.plain]]) },
        overrides: [
          {
            matcher: { id: 'byName', options: column.name },
            // Without its own text an empty cell would say what the empty table says.
            properties: [{ id: 'unit', value: column.unit }, { id: 'noValue', value: '-' }]
                        + (if column.unit == $.money then [{ id: 'decimals', value: 2 }] else if std.objectHas(column, 'decimals') then [{ id: 'decimals', value: column.decimals }] else [])
                        + (if std.objectHas(column, 'mappings') then [
                             { id: 'mappings', value: column.mappings },
                             { id: 'custom.cellOptions', value: { type: 'color-text' } },
                           ] else [])
                        + (if std.objectHas(column, 'width') then [{ id: 'custom.width', value: column.width }] else [])
                        + (if std.objectHas(column, 'levels') then [
                             local steps = column.levels.steps;
                             { id: 'max', value: if std.objectHas(column, 'full') then column.full else steps[std.length(steps) - 1].value },
                             { id: 'thresholds', value: column.levels },
                             { id: 'custom.cellOptions', value: bar },
                             { id: 'min', value: 0 },
                           ] else if std.objectHas(column, 'bar') then [
                             { id: 'thresholds', value: $.thresholds([[null, colours.good]]) },
                             { id: 'custom.cellOptions', value: bar },
                             { id: 'min', value: 0 },
                             // Else the greatest of all columns, such as a number of requests, would fill it.
                             { id: 'fieldMinMax', value: true },
                           ] else []),
          }
          for column in columns
        ] + [
          {
            matcher: { id: 'byName', options: key[1] },
            properties: [{ id: 'noValue', value: '-' }]
                        + (if std.length(key) > 2 then [{ id: 'custom.width', value: key[2] }] else []),
          }
          for key in keys
        ] + [
          {
            matcher: { id: 'byName', options: key[1] },
            properties: [{ id: 'custom.hidden', value: true }],
          }
          for key in unseen
        ] + [
          {
            matcher: { id: 'byName', options: heading },
            properties: [{ id: 'links', value: [leads[heading]] }],
          }
          for heading in std.objectFields(leads)
        ],
      },
      options: { cellHeight: 'sm', showHeader: true, footer: { show: false }, sortBy: [{ displayName: sort, desc: !ascending }] },
      transformations: [
        { id: 'merge', options: {} },
        { id: 'filterFieldsByName', options: { include: { names: [key[0] for key in labels] + [name[0] for name in value] } } },
        {
          id: 'organize',
          options: {
            excludeByName: {},
            indexByName: { [(labels + value)[i][0]]: i for i in std.range(0, std.length(labels + value) - 1) },
            renameByName: { [pair[0]]: pair[1] for pair in labels + value },
          },
        },
      ],
    },
}

// SPDX-License-Identifier: Apache-2.0
// What was promised, what is left of the faults that this allows, and how fast they are used up.
local colours = import 'colours.libsonnet';
local d = import 'dashboard.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local objective = q.recorded('job:litellm_objective_availability:ratio');
// A promise of 100 % would leave nothing to divide by.
local allowed(objective) = 'clamp_min(1 - %s, 1e-6)' % objective;
local burn(share) = '%s / %s' % [share, allowed(objective)];
// `value` while the rules record something, for when nothing is asked.
local idle(value) = '0 * max(%s) + %s' % [objective, value];
local share(window) = q.recorded('job:litellm_faults_per_request:ratio_rate' + window);
local month = share('30d');

// Of the faults that 30 days of as many requests allow, those since 30 days before the end of the graph:
// so the line begins with the whole, each fault takes its part, and the end is what is left. A window that
// moves along would give back what was lost a month ago, and judge the first requests alone. Recorded rates
// of an hour, one for each hour: all requests, each of them once.
local left =
  local end = 'max_over_time(vector(time())[2m:1m] @ end())';
  local faults = 'sum_over_time((3600 * %s and on () vector(time()) > %s - 30 * 86400)[30d:1h])' % [q.recorded('job:litellm_faults:rate1h'), end];
  local requests = 'sum_over_time(%s[30d:1h] @ end())' % q.recorded('job:litellm_requests:increase1h');
  'min(1 - %s / (%s * %s > 0))' % [faults, requests, allowed('last_over_time(%s[1h] @ end())' % objective)];

// The windows of the alert LiteLLMErrorBudgetBurn: it fires when both burn faster than that.
local windows = [['1h', '5m', 14.4], ['6h', '30m', 6], ['1d', '2h', 3], ['3d', '6h', 1]];
local rate(window) = 'max(%s)' % burn(share(window));
local alert(window, state) = q.alerts('alertname="LiteLLMErrorBudgetBurn", long="%s", alertstate="%s"' % [window, state]);
local rows(cell) = std.join(' or ', [
  'label_replace(label_replace(%s, "long", "%s", "", ""), "short", "%s", "", "")' % ['(%s)' % cell(each), each[0], each[1]]
  for each in windows
]);

{
  // What faults are measured by.
  target:: objective,
  idle:: idle,

  row:: d.row('Objective', [
    p.stat(
      'Availability, 30 days',
      "Share of the requests without a fault in 30 days (client errors do not count), what of them was promised, and how much of the objective's error budget is left.",
      [
        p.instant('min(1 - %s) or 1 + 0 * max(%s)' % [month, objective], 'available'),
        p.instant('min(%s)' % objective, 'objective'),
        p.instant('min(1 - %s) or 1 + 0 * max(%s)' % [burn(month), objective], 'budget left'),
      ],
      'percentunit',
      5,
      8,
      p.thresholds([[null, colours.bad], [0, colours.warning], [0.25, colours.plain]]),
      overrides=[
        {
          matcher: { id: 'byName', options: name },
          properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: colours.plain } }, { id: 'decimals', value: 3 }],
        }
        for name in ['available', 'objective']
      ],
      decimals=1,
      none='no recordings'
    ) { options+: { orientation: 'horizontal', text: { titleSize: 14, valueSize: 20 } } },
    p.lines(
      'Error budget left',
      'What is left of the faults that the objective allows in 30 days: each fault takes a part of it, below 0 the promise is broken. Orange below a quarter.',
      [p.target(left, 'budget left', { interval: '1h' })],
      'percentunit',
      9,
      8,
      overrides=[{
        matcher: { id: 'byName', options: 'budget left' },
        properties: [
          { id: 'color', value: { mode: 'thresholds' } },
          { id: 'thresholds', value: p.thresholds([[null, colours.bad], [0, colours.warning], [0.25, colours.good]]) },
          { id: 'custom.gradientMode', value: 'scheme' },
          { id: 'custom.fillOpacity', value: 25 },
          // Down to the end of the promise, and below it where it is broken.
          { id: 'custom.axisSoftMin', value: 0 },
        ],
      }],
      legend='list',
      timeFrom='30d',
      floor=null,
      max=1,
      none='drawn two hours after the first request'
    ),
    p.table(
      'Error budget burn rate',
      'How many times faster than allowed the error budget is used up: 1 uses it up exactly. The alert fires where both windows are above its threshold, unless faults are few or an alert of their own tells of them.',
      [['long', 'Long', 60], ['short', 'Short', 60]],
      [
        { name: 'Burn, long', expr: rows(function(each) '%s or %s' % [rate(each[0]), idle('0')]), unit: 'short', decimals: 1, width: 95 },
        { name: 'Burn, short', expr: rows(function(each) '%s or %s' % [rate(each[1]), idle('0')]), unit: 'short', decimals: 1, width: 95 },
        { name: 'Threshold', expr: rows(function(each) idle('%g' % each[2])), unit: 'short', width: 90 },
        {
          name: 'Alert',
          expr: rows(function(each) 'max(3 * %s) or max(2 * %s) or 1 + 0 * (%s > %g and %s > %g) or %s' % [
            alert(each[0], 'firing'),
            alert(each[0], 'pending'),
            rate(each[0]),
            each[2],
            rate(each[1]),
            each[2],
            idle('0'),
          ]),
          unit: 'short',
          mappings: p.mappings([[3, 'fires', colours.urgent], [2, 'about to fire', colours.plain], [1, 'above it', colours.plain], [0, 'well', colours.plain]]),
        },
      ],
      'Threshold',
      width=10,
      height=8,
      none='no recordings: is the rule pack loaded?'
    ),
  ]),
}

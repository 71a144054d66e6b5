// SPDX-License-Identifier: Apache-2.0
// What Grafana's panel plugins give a field before a panel draws it: defaults, overrides, transformations.
import {
  FieldConfigOptionsRegistry, applyFieldOverrides, getFieldSeriesColor, identityOverrideProcessor,
  standardFieldConfigEditorRegistry, standardTransformers, standardTransformersRegistry, transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

standardTransformersRegistry.setInit(() =>
  [...new Map(Object.values(standardTransformers).map((transformation) => [transformation.id, transformation])).values()]
    .map((transformation) => ({ id: transformation.id, name: transformation.name, transformation, editor: () => null })));

const STANDARD = [
  'unit', 'min', 'max', 'fieldMinMax', 'decimals', 'displayName', 'noValue', 'color', 'links', 'mappings', 'thresholds', 'filterable',
];

const item = (path, isCustom) => ({
  id: isCustom ? `custom.${path}` : path,
  path,
  name: path,
  isCustom,
  process: identityOverrideProcessor,
  override: () => null,
  editor: () => null,
  shouldApply: () => true,
  getItemsCount: () => 0,
});

standardFieldConfigEditorRegistry.setInit(() => STANDARD.map((path) => item(path, false)));

const CUSTOM = {
  timeseries: {
    drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: 0, gradientMode: 'none', pointSize: 5,
    showPoints: 'auto', spanNulls: false, insertNulls: false, barAlignment: 0, barWidthFactor: 0.6,
    axisPlacement: 'auto', axisSoftMin: undefined, axisSoftMax: undefined, axisColorMode: 'text', axisBorderShow: false, axisCenteredZero: false, axisLabel: '',
    scaleDistribution: { type: 'linear' }, stacking: { mode: 'none', group: 'A' }, thresholdsStyle: { mode: 'off' },
    hideFrom: { legend: false, tooltip: false, viz: false }, lineStyle: { fill: 'solid' },
  },
  table: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false, filterable: false, width: undefined, minWidth: 150, hidden: false },
  'state-timeline': { fillOpacity: 70, lineWidth: 0 },
  heatmap: { scaleDistribution: { type: 'linear' } },
};

const registry = (type) => {
  const known = new FieldConfigOptionsRegistry();
  STANDARD.forEach((path) => known.register(item(path, false)));
  Object.keys(CUSTOM[type] ?? {}).forEach((path) => known.register(item(path, true)));
  return known;
};

// The panel's frames, transformed and with everything that draws them.
export const prepared = async (panel, frames, theme, replace) => {
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  const steps = (panel.transformations ?? []).filter(({ disabled }) => !disabled);
  const data = steps.length ? await lastValueFrom(transformDataFrame(steps, frames)) : frames;
  return applyFieldOverrides({
    data,
    theme,
    timeZone: 'browser',
    replaceVariables: (text, scoped) => replace(text, scoped),
    fieldConfig: { defaults: { ...defaults, custom: { ...CUSTOM[panel.type], ...defaults.custom } }, overrides },
    fieldConfigRegistry: registry(panel.type),
  });
};

// The colours that the dashboard chose for lines and bars. Where it leaves the choice to Grafana, because nobody
// knows how many lines there will be, they are Grafana's palette.
export const seriesColours = ({ type }, frames, theme) =>
  type !== 'timeseries' ? [] : [...new Set(frames.flatMap(({ fields }) => fields)
    .filter(({ type: kind, config }) => kind === 'number' && config.color?.mode === 'fixed' && !config.custom?.hideFrom?.viz)
    .map((field) => getFieldSeriesColor(field, theme).color))];

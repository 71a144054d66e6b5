// SPDX-License-Identifier: Apache-2.0
// One panel: what Grafana's own plugin of that type hands to Grafana's own component.
import { VizOrientation, getDisplayValueAlignmentFactors, getFieldDisplayValues, renderMarkdown } from '@grafana/data';
import { TableCellHeight } from '@grafana/schema';
import { BarGauge, BigValue, Gauge, Table, TimeSeries, VizRepeater, useTheme2 } from '@grafana/ui';
import { marks } from './annotations.js';
import { isEmpty } from './emptiness.js';
import { Heatmap } from './heatmap.jsx';
import { StateTimeline } from './timeline.jsx';

const displays = (panel, frames, theme, replace) =>
  getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions: panel.options.reduceOptions,
    sparkline: (panel.options.graphMode ?? 'none') !== 'none',
    replaceVariables: replace,
    theme,
    data: frames,
    timeZone: 'browser',
  });

const Repeated = ({ panel, frames, width, height, replace, spacing = 8, children, ...rest }) => {
  const theme = useTheme2();
  return (
    <VizRepeater
      source={frames}
      getValues={() => displays(panel, frames, theme, replace)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={children}
      width={width}
      height={height}
      itemSpacing={spacing}
      renderCounter={0}
      autoGrid={panel.type === 'stat'}
      orientation={panel.options.orientation ?? VizOrientation.Auto}
      {...rest}
    />
  );
};

const Stat = (props) => {
  const { panel } = props;
  const theme = useTheme2();
  const { colorMode, graphMode, justifyMode, textMode, wideLayout, text } = panel.options;
  return (
    <Repeated {...props} spacing={3}>
      {({ value, alignmentFactors, width, height, count, orientation }) => (
        <BigValue
          value={value.display}
          sparkline={value.sparkline}
          count={count}
          colorMode={colorMode}
          graphMode={graphMode}
          justifyMode={justifyMode}
          textMode={textMode === 'auto' && !panel.title ? 'value_and_name' : textMode}
          alignmentFactors={alignmentFactors}
          parentOrientation={orientation}
          text={text}
          width={width}
          height={height}
          theme={theme}
          disableWideLayout={!wideLayout}
        />
      )}
    </Repeated>
  );
};

const Bars = (props) => {
  const theme = useTheme2();
  const { displayMode, showUnfilled, valueMode, namePlacement, sizing, minVizHeight, maxVizHeight, text } = props.panel.options;
  const manual = sizing === 'manual';
  return (
    <Repeated {...props} spacing={displayMode === 'lcd' ? 2 : 10}
      minVizWidth={8} minVizHeight={manual ? minVizHeight : 16} maxVizHeight={manual ? maxVizHeight : 300}>
      {({ value, alignmentFactors, width, height, count, orientation }) => (
        <BarGauge
          value={value.display}
          field={value.field}
          display={value.view?.getFieldDisplayProcessor(value.colIndex)}
          width={width}
          height={height}
          orientation={orientation}
          theme={theme}
          itemSpacing={displayMode === 'lcd' ? 2 : 10}
          lcdCellWidth={8}
          displayMode={displayMode}
          alignmentFactors={count > 1 ? alignmentFactors : undefined}
          showUnfilled={showUnfilled}
          valueDisplayMode={valueMode}
          namePlacement={namePlacement}
          text={text}
        />
      )}
    </Repeated>
  );
};

const Dials = (props) => {
  const theme = useTheme2();
  return (
    <Repeated {...props}>
      {({ value, width, height }) => (
        <Gauge value={value.display} field={value.field} width={width} height={height} theme={theme}
          showThresholdLabels={false} showThresholdMarkers />
      )}
    </Repeated>
  );
};

const Rows = ({ panel, frames, width, height }) => (
  <Table
    data={frames[0]}
    width={width}
    height={height}
    cellHeight={panel.options.cellHeight ?? TableCellHeight.Sm}
    noHeader={panel.options.showHeader === false}
    initialSortBy={panel.options.sortBy}
    resizable
  />
);

const Lines = ({ panel, frames, width, height, range, annotations }) => (
  <TimeSeries
    frames={frames}
    structureRev={1}
    timeRange={range}
    timeZone="browser"
    width={width}
    height={height}
    legend={panel.options.legend}
  >
    {(config) => {
      marks(config, annotations);
      return null;
    }}
  </TimeSeries>
);

const Text = ({ panel, replace }) => (
  <div className="markdown-html" dangerouslySetInnerHTML={{ __html: renderMarkdown(replace(panel.options.content)) }} />
);

const Missing = ({ panel }) => <Message text={`The lab does not draw ${panel.type}`} />;

const Message = ({ text }) => {
  const theme = useTheme2();
  return (
    <div style={{ alignItems: 'center', display: 'flex', height: '100%', justifyContent: 'center', width: '100%' }}>
      <div style={{ color: theme.colors.text.secondary, fontSize: theme.typography.size.lg, textAlign: 'center' }}>{text}</div>
    </div>
  );
};

const DRAWN = {
  bargauge: Bars, gauge: Dials, heatmap: Heatmap, stat: Stat, 'state-timeline': StateTimeline, table: Rows, text: Text, timeseries: Lines,
};

// These say by themselves that there is nothing.
const OUTSPOKEN = ['bargauge', 'gauge', 'stat', 'text'];

export const Content = (props) => {
  const { panel, frames } = props;
  const Panel = DRAWN[panel.type] ?? Missing;
  return isEmpty(panel, frames) && !OUTSPOKEN.includes(panel.type)
    ? <Message text={panel.fieldConfig?.defaults?.noValue ?? 'No data'} />
    : <Panel {...props} />;
};

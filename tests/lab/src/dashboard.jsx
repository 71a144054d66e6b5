// SPDX-License-Identifier: Apache-2.0
// The page: what Grafana shows above the panels, and the panels in their places.
import { rangeUtil } from '@grafana/data';
import { Icon, PanelChrome, TimeRangeLabel, ToolbarButton, useTheme2 } from '@grafana/ui';
import { Component, useEffect, useMemo, useRef, useState } from 'react';
import { isEmpty } from './emptiness.js';
import { prepared, seriesColours } from './fields.js';
import { Content } from './panels.jsx';
import { frames as query } from './prometheus.js';
import { timeRange } from './range.js';
import { laid } from './rows.js';
import { fill } from './variables.js';

const CELL = 30;
const MARGIN = 8;
const PADDING = 16;

// As a panel's error boundary in Grafana: one that fails does not take the page with it.
class Guard extends Component {
  state = {};

  static getDerivedStateFromError(error) {
    return { error };
  }

  render() {
    return this.state.error ? <pre data-error style={{ overflow: 'auto' }}>{this.state.error.stack}</pre> : this.props.children;
  }
}

const Panel = ({ panel, place, range, variables, annotations }) => {
  const theme = useTheme2();
  const [state, setState] = useState({});
  const { timeFrom, timeShift } = panel;
  const own = timeFrom ? timeRange(`now-${timeFrom}`, 'now', range.to.valueOf()) : range;
  const replace = (text, scoped = {}) =>
    fill(text, variables, Object.fromEntries(Object.entries(scoped).filter(([, value]) => typeof value !== 'object')));
  useEffect(() => {
    query(panel, own, place.width - 16, replace)
      .then((frames) => prepared(panel, frames, theme, replace))
      .then((frames) => setState({ frames }), (error) => setState({ error }))
      .finally(() => window.__pending.delete(`panel ${panel.id}`));
  }, []);
  const notes = (timeFrom || timeShift) && [
    <span key="time" style={{ alignSelf: 'center', color: theme.colors.text.secondary, fontSize: 12, whiteSpace: 'nowrap' }}>
      <Icon name="clock-nine" size="sm" /> {timeFrom && rangeUtil.describeTextRange(`now-${timeFrom}`).display}
    </span>,
  ];
  // For the checks, which cannot look into a canvas.
  const told = state.frames && {
    'data-empty': isEmpty(panel, state.frames),
    'data-colours': JSON.stringify(seriesColours(panel, state.frames, theme)),
  };
  return (
    <div style={{ position: 'absolute', ...place }} data-panel={panel.title} data-type={panel.type}
      data-failed={state.error?.message} {...told}>
      <PanelChrome title={fill(panel.title, variables)} description={panel.description} width={place.width} height={place.height}
        titleItems={notes || []} statusMessage={state.error?.message}>
        {(width, height) => state.frames && (
          <Guard>
            <Content panel={panel} frames={state.frames} width={width} height={height} range={own} annotations={annotations}
              replace={replace} />
          </Guard>
        )}
      </PanelChrome>
    </div>
  );
};

const Row = ({ title, collapsed, panels, place }) => {
  const theme = useTheme2();
  return (
    <div style={{ position: 'absolute', ...place, display: 'flex', alignItems: 'center', gap: 8, color: theme.colors.text.primary }}
      data-row={title}>
      <Icon name={collapsed ? 'angle-right' : 'angle-down'} size="lg" />
      <span style={{ fontSize: theme.typography.h5.fontSize, fontWeight: theme.typography.fontWeightMedium }}>{title}</span>
      {collapsed && (
        <span style={{ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }}>
          ({panels.length} {panels.length === 1 ? 'panel' : 'panels'})
        </span>
      )}
    </div>
  );
};

const Controls = ({ dashboard, variables, range }) => {
  const theme = useTheme2();
  const box = { border: `1px solid ${theme.colors.border.weak}`, borderRadius: 2, padding: '4px 8px', fontSize: 12, lineHeight: '22px' };
  return (
    <div style={{ padding: `8px ${PADDING}px 16px` }}>
      <div style={{ color: theme.colors.text.primary, fontSize: 14, padding: '4px 0 12px' }}>
        <span style={{ color: theme.colors.text.secondary }}>Home › Dashboards › </span>{dashboard.title}
      </div>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>
        {Object.values(variables).filter(({ hide }) => hide !== 2).map(({ name, label, chosen, options }) => (
          <div key={name} style={{ display: 'flex' }}>
            <span style={{ ...box, background: theme.colors.background.secondary, fontWeight: 500 }}>{label ?? name}</span>
            <span style={{ ...box, minWidth: 80, background: theme.components.input.background }}>
              {chosen ? chosen.map((value) => options.find((option) => option.value === value)?.text ?? value).join(' + ') : 'All'} ⌄
            </span>
          </div>
        ))}
        <span style={{ flex: 1 }} />
        {dashboard.links.map(({ title }) => (
          <ToolbarButton key={title} icon="apps" variant="canvas">{title}</ToolbarButton>
        ))}
        <ToolbarButton icon="clock-nine" variant="canvas"><TimeRangeLabel value={range} /></ToolbarButton>
        <ToolbarButton icon="sync" variant="canvas">{dashboard.refresh}</ToolbarButton>
      </div>
    </div>
  );
};

export const Dashboard = ({ dashboard, variables, range, annotations, unfolded }) => {
  const root = useRef();
  const [width, setWidth] = useState(0);
  const panels = useMemo(() => laid(dashboard.panels, unfolded), []);
  useEffect(() => {
    window.__pending = new Set(panels.filter(({ type }) => type !== 'row').map(({ id }) => `panel ${id}`));
    setWidth(root.current.clientWidth - 2 * PADDING);
  }, []);
  const column = (width + MARGIN) / 24;
  const place = ({ x, y, w, h }) => ({
    left: Math.round(x * column), top: y * (CELL + MARGIN), width: Math.round(w * column) - MARGIN, height: h * CELL + (h - 1) * MARGIN,
  });
  const bottom = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <div ref={root}>
      <Controls dashboard={dashboard} variables={variables} range={range} />
      <div style={{ position: 'relative', margin: `0 ${PADDING}px`, height: bottom * (CELL + MARGIN) + PADDING }}>
        {width > 0 && panels.map((panel) => {
          const at = place(panel.gridPos);
          return panel.type === 'row'
            ? <Row key={`${panel.id}`} {...panel} place={at} />
            : <Panel key={`${panel.id}`} panel={panel} place={at} range={range} variables={variables} annotations={annotations} />;
        })}
      </div>
    </div>
  );
};

// SPDX-License-Identifier: Apache-2.0
// Folded rows keep their panels within. Opened, as by a click in Grafana, they push down what is below.

const bottom = ({ gridPos }) => gridPos.y + gridPos.h;
const moved = (panel, by) => ({ ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y + by } });

// All panels and rows that are seen, in their places.
export const laid = (panels, unfolded) => {
  if (!unfolded) {
    return panels;
  }
  let pushed = 0;
  return [...panels].sort((a, b) => a.gridPos.y - b.gridPos.y).flatMap((panel) => {
    const row = moved(panel, pushed);
    if (panel.type !== 'row' || !panel.collapsed || !panel.panels.length) {
      return [row];
    }
    const inside = panel.panels.map((each) => moved(each, bottom(row) - Math.min(...panel.panels.map(({ gridPos }) => gridPos.y))));
    pushed += Math.max(...inside.map(bottom)) - bottom(row);
    return [{ ...row, collapsed: false }, ...inside];
  });
};

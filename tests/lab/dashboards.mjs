// SPDX-License-Identifier: Apache-2.0
// The looks of all dashboards. What is cut depends on the width, and contrast on the theme.
import fs from 'node:fs';
import path from 'node:path';
import { close } from './browser.mjs';
import { contrast } from './checks/contrast.mjs';
import { cut } from './checks/cut.mjs';
import { empty } from './checks/empty.mjs';
import { sideways } from './checks/sideways.mjs';
import { draw } from './draw.mjs';
import { UNFED } from './unfed.mjs';

const VIEWS = [
  { theme: 'dark', width: 1440, unfolded: 1 },
  { theme: 'light', width: 1440, unfolded: 1 },
  { theme: 'dark', width: 2560, unfolded: 1 },
  { theme: 'light', width: 1440 },
];
const FROM = 'now-15m';
// Rules that look back, and polls that are rare, take their time after the start.
const FED_BY = Date.now() + 600_000;

export const names = (folder) =>
  fs.readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => path.basename(name, '.json')).sort();

// Every look at a drawn dashboard but for what it lacks.
export const look = async (page) => [...page.complaints, ...(await cut(page)), ...(await contrast(page)), ...(await sideways(page))];

// Drawn until nothing is empty that will have data, and what is empty nevertheless.
const fed = async (browser, viewer, name, view) => {
  for (;;) {
    const page = await draw(browser, viewer, name, { ...view, from: FROM });
    const found = await empty(page, UNFED);
    if (!found.length || Date.now() > FED_BY) {
      return { page, found };
    }
    await close(page);
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
};

const titles = (folder, name) => {
  const { panels } = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`)));
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]).map(({ title }) => title);
};

// `say` is told what is wrong. With `keep`, a folder, all pictures are left there.
export const lookAtDashboards = async (browser, viewer, folder, say, keep) => {
  const known = names(folder).flatMap((name) => titles(folder, name));
  UNFED.filter((title) => !known.includes(title)).forEach((title) => say(`unfed.mjs: no panel is called "${title}"`));
  for (const name of names(folder)) {
    for (const view of VIEWS) {
      const { page, found: lacking } = await fed(browser, viewer, name, view);
      const where = [name, view.theme, view.width, ...(view.unfolded ? [] : ['folded'])];
      [...lacking, ...(await look(page))].forEach((line) => say(`${where.join(', ')}: ${line}`));
      if (keep) {
        await page.screenshot({ path: path.join(keep, `${where.join('-')}.png`), fullPage: true });
      }
      await close(page);
    }
  }
};

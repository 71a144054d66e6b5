// SPDX-License-Identifier: Apache-2.0
// The looks of the exporter's own pages: at the width of a phone, a laptop and a wall, by day and by night.
import path from 'node:path';
import { close, open } from './browser.mjs';
import { axe } from './checks/axe.mjs';
import { contrast } from './checks/contrast.mjs';
import { cut } from './checks/cut.mjs';
import { keyboard } from './checks/keyboard.mjs';
import { motion } from './checks/motion.mjs';
import { print } from './checks/print.mjs';
import { sideways } from './checks/sideways.mjs';
import { forced, signs } from './checks/signs.mjs';

const WIDTHS = [390, 1280, 2560];
const HEIGHT = 900;
const THEMES = ['light', 'dark'];
const CHECKS = [axe, contrast, cut, signs, sideways, keyboard, motion, forced, print];

const PAGES = {
  // All is well.
  busy: ['/', '/status', '/runbooks/', '/runbooks/LiteLLMProviderOutage', '/nowhere'],
  // Nothing has been counted yet.
  fresh: ['/', '/status'],
  // The database does not answer.
  silent: ['/', '/status'],
};

// The page that is not there has the status that says so, which the browser tells as an error.
const isExpected = (where) => (complaint) => where === '/nowhere' && complaint.includes('404');

export const lookAtPage = async (page) => {
  const found = [];
  for (const check of CHECKS) {
    found.push(...(await check(page)));
  }
  return found;
};

// `exporters` are the addresses of an exporter in each of these states; `say` is told what is wrong. With `keep`,
// a folder, all pictures are left there.
export const lookAtPages = async (browser, exporters, say, keep) => {
  const visits = Object.entries(PAGES).flatMap(([state, paths]) => paths.map((where) => ({ state, where })));
  for (const theme of THEMES) {
    const page = await open(browser, { width: WIDTHS[0], theme, withAxe: true });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      for (const { state, where } of visits) {
        page.complaints.length = 0;
        await page.goto(exporters[state] + where);
        if (keep) {
          const name = `${state}${where.replace(/\W+/g, '-')}-${theme}-${width}.png`;
          await page.screenshot({ path: path.join(keep, name), fullPage: true });
        }
        const lines = [...(await lookAtPage(page)), ...page.complaints.filter((complaint) => !isExpected(where)(complaint))];
        lines.forEach((line) => say(`${where} (${state}), ${theme}, ${width} pixels: ${line}`));
      }
    }
    await close(page);
  }
};

// SPDX-License-Identifier: Apache-2.0
// Draws the pictures of the README from a demo that has run for a while.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { close, launch, open } from './browser.mjs';
import { draw } from './draw.mjs';
import { PICTURES, rememberSources } from './pictures.mjs';
import { serve } from './viewer.mjs';

const WIDTH = 1440;
const root = fileURLToPath(new URL('../..', import.meta.url));
const stage = JSON.parse(process.env.STAGE);

const page = async (browser, viewer, { dashboard, path: where, theme }) => {
  if (dashboard) {
    return draw(browser, viewer, dashboard, { theme, width: WIDTH, from: 'now-15m' });
  }
  const opened = await open(browser, { width: WIDTH, theme });
  await opened.goto(stage.busy + where);
  return opened;
};

const end = async (drawn, last) => {
  const { y, height } = await drawn.locator(`[data-panel="${last}"]`).first().boundingBox();
  return { x: 0, y: 0, width: WIDTH, height: Math.round(y + height) + 12 };
};

const browser = await launch();
const viewer = await serve({ dashboards: path.join(root, 'dashboards'), prometheus: stage.prometheus });
try {
  for (const { file, last, ...picture } of PICTURES) {
    const drawn = await page(browser, viewer, picture);
    const to = path.join(root, file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    await drawn.screenshot({ path: to, fullPage: true, clip: last && (await end(drawn, last)) });
    await close(drawn);
    console.log(`${file}: ${Math.round(fs.statSync(to).size / 1000)} kB`);
  }
  rememberSources();
} finally {
  await browser.close();
  await viewer.close();
}
process.exit(0);

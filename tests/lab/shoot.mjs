#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Pictures of dashboards from a Prometheus that runs; see README.md.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { close, launch } from './browser.mjs';
import { names } from './dashboards.mjs';
import { draw } from './draw.mjs';
import { serve } from './viewer.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'shots' },
    suffix: { type: 'string', default: '' },
    theme: { type: 'string', default: 'dark' },
    width: { type: 'string', default: '1440' },
    from: { type: 'string' },
    to: { type: 'string' },
    now: { type: 'string' },
    var: { type: 'string', multiple: true, default: [] },
    panel: { type: 'string' },
    scale: { type: 'string', default: '1' },
    unfold: { type: 'boolean', default: false },
    serve: { type: 'boolean', default: false },
  },
});

const folder = fileURLToPath(new URL('../../dashboards', import.meta.url));
const prometheus = process.env.PROMETHEUS ?? JSON.parse(process.env.STAGE ?? '{}').prometheus ?? 'http://127.0.0.1:9090';
const viewer = await serve({ dashboards: folder, prometheus, port: options.serve ? 5173 : 0 });

const variables = {};
options.var.map((pair) => /^([^=]+)=(.*)$/s.exec(pair)).forEach(([, name, value]) => (variables[name] ??= []).push(value));

const shoot = async (browser, name, theme, width) => {
  const { from, to, now, panel, scale, unfold, suffix, out } = options;
  const page = await draw(browser, viewer, name,
    { theme, width: Number(width), scale: Number(scale), variables, from, to, now, unfolded: unfold ? 1 : undefined });
  const file = path.join(out, `${name}${suffix}-${theme}-${width}.png`);
  await (panel ? page.locator(`[data-panel="${panel}"]`).first().screenshot({ path: file }) : page.screenshot({ path: file, fullPage: true }));
  for (const error of [...page.complaints, ...(await page.locator('[data-error]').allTextContents())]) {
    console.error(`${name}: ${error}`);
  }
  console.log(file);
  await close(page);
};

if (options.serve) {
  names(folder).forEach((name) => console.log(`${viewer.address}?dashboard=${name}&from=now-30m`));
} else {
  fs.mkdirSync(options.out, { recursive: true });
  const browser = await launch();
  for (const name of positionals.length ? positionals : names(folder)) {
    for (const theme of options.theme.split(',')) {
      for (const width of options.width.split(',')) {
        await shoot(browser, name, theme, width);
      }
    }
  }
  await browser.close();
  await viewer.close();
  process.exit(0);
}

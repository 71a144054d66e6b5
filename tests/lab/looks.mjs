// SPDX-License-Identifier: Apache-2.0
// Looks at dashboards and pages of a demo that runs; ends with 1 and a line for each defect.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { lookAtDashboards } from './dashboards.mjs';
import { lookAtPages } from './pages.mjs';
import { PICTURES } from './pictures.mjs';
import { serve } from './viewer.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dashboards = path.join(root, 'dashboards');
const { STAGE, KEEP } = process.env;
const stage = JSON.parse(STAGE);

if (KEEP) {
  fs.mkdirSync(KEEP, { recursive: true });
}
const found = PICTURES.filter(({ file }) => !fs.existsSync(path.join(root, file)))
  .map(({ file }) => `${file} is missing: tests/lab/looks --renew draws it`);
const browser = await launch();
const viewer = await serve({ dashboards, prometheus: stage.prometheus });
try {
  found.push(...(await lookAtPages(browser, stage, KEEP)));
  found.push(...(await lookAtDashboards(browser, viewer, dashboards, KEEP)));
} finally {
  await browser.close();
  await viewer.close();
}
console.log(found.join('\n') || 'Nothing is empty, cut, pale or out of reach.');
process.exit(found.length ? 1 : 0);

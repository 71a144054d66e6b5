// SPDX-License-Identifier: Apache-2.0
// Looks at dashboards and pages of a demo that runs; ends with 1 and a line for each defect.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { lookAtDashboards } from './dashboards.mjs';
import { lookAtPages } from './pages.mjs';
import { rotten } from './pictures.mjs';
import { serve } from './viewer.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dashboards = path.join(root, 'dashboards');
const { STAGE, KEEP } = process.env;
const stage = JSON.parse(STAGE);

if (KEEP) {
  fs.mkdirSync(KEEP, { recursive: true });
}
let defects = 0;
const say = (line) => {
  defects += 1;
  console.log(line);
};
rotten().forEach(say);
const browser = await launch();
const viewer = await serve({ dashboards, prometheus: stage.prometheus });
try {
  console.log('Pages of the exporter');
  await lookAtPages(browser, stage, say, KEEP);
  console.log('Dashboards');
  await lookAtDashboards(browser, viewer, dashboards, say, KEEP);
} finally {
  await browser.close();
  await viewer.close();
}
console.log(defects ? `${defects} defects` : 'Nothing is empty, cut, pale or out of reach.');
process.exit(defects ? 1 : 0);

// SPDX-License-Identifier: Apache-2.0
// The pictures of the README: what is on them, of what they are drawn, and where they are kept. A dashboard ends below
// its `last` panel.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const THEMES = ['light', 'dark'];
const DRAWN_FROM = path.join(root, 'dashboards/pictures/drawn-from.json');

export const PICTURES = THEMES.flatMap((theme) => [
  { file: `dashboards/pictures/overview-${theme}.png`, theme, dashboard: 'litellm-overview', last: 'Provider health' },
  { file: `dashboards/pictures/status-${theme}.png`, theme, path: '/status' },
]);

const SOURCES = ['dashboards/litellm-overview.json', 'exporter/web/status_page.cpp', 'exporter/web/style.css'];

// How a dashboard is indented changes no picture.
const content = (file) => {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  return file.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text;
};
const sums = () => Object.fromEntries(SOURCES.map((file) => [file, crypto.createHash('sha256').update(content(file)).digest('hex')]));

export const rememberSources = () => fs.writeFileSync(DRAWN_FROM, `${JSON.stringify(sums(), null, 2)}\n`);

// What of the pictures is missing, or older than what it shows.
export const rotten = () => {
  const known = fs.existsSync(DRAWN_FROM) ? JSON.parse(fs.readFileSync(DRAWN_FROM)) : {};
  return [
    ...PICTURES.filter(({ file }) => !fs.existsSync(path.join(root, file))).map(({ file }) => `${file} is missing`),
    ...Object.entries(sums()).filter(([file, sum]) => known[file] !== sum).map(([file]) => `the pictures are older than ${file}`),
  ].map((line) => `${line}: tests/lab/looks --renew draws them`);
};

// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium without a screen, and in each of its pages what the checks need there.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
];
const WITHIN = fileURLToPath(new URL('within', import.meta.url));
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });

// A page that keeps what its console says of errors in `complaints`. Scripts are put in by the browser,
// before those of the page: its content security policy stays in force for all others.
export const open = async (browser, { width, height = 900, theme = 'light', scale = 1, withAxe = false }) => {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, colorScheme: theme });
  const page = await context.newPage();
  const files = fs.readdirSync(WITHIN).sort().map((name) => path.join(WITHIN, name));
  for (const file of withAxe ? [...files, AXE] : files) {
    await page.addInitScript({ path: file });
  }
  page.complaints = [];
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(`${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  return page;
};

export const close = (page) => page.context().close();

// SPDX-License-Identifier: Apache-2.0
// A dashboard in a page of its own, drawn to the end.
import { open } from './browser.mjs';

// The first page waits for Vite, which prepares Grafana's components once.
const PREPARED = 240_000;
const ANSWERED = 120_000;

const allDrawn = () => window.__pending?.size === 0 || document.querySelector('[data-error]');
// Grafana's panels measure themselves and draw again: until two frames in a row are the same.
const atRest = async (deadline) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)));
  for (let before; before !== document.body.innerHTML && Date.now() < deadline; ) {
    before = document.body.innerHTML;
    await frame();
    await frame();
  }
};

// `options` are those of the address: see src/main.jsx.
export const draw = async (browser, viewer, dashboard, { theme, width, height, scale, variables = {}, ...options }) => {
  const page = await open(browser, { width, height, theme, scale });
  const query = new URLSearchParams({ dashboard, theme });
  Object.entries(options).forEach(([name, value]) => value !== undefined && query.set(name, value));
  Object.entries(variables).forEach(([name, values]) => values.forEach((value) => query.append(`var-${name}`, value)));
  await page.goto(`${viewer.address}?${query}`, { timeout: PREPARED });
  await page.waitForFunction(allDrawn, null, { timeout: ANSWERED });
  await page.evaluate(atRest, Date.now() + ANSWERED);
  return page;
};

// SPDX-License-Identifier: Apache-2.0
// Small pages to try checks on, one after the other in one window for all tests of a file.
import { after, before } from 'node:test';
import { launch, open } from '../browser.mjs';

let browser;
let page;

export const withBrowser = () => {
  before(async () => {
    browser = await launch();
    page = await open(browser, { width: 800, withAxe: true });
  });
  after(() => browser.close());
};

// What `check` says of a page with this body, which is well-formed otherwise.
export const said = async (check, body) => {
  const html = `<!doctype html><html lang="en"><head><title>Fixture</title></head><body>${body}</body></html>`;
  await page.goto(`data:text/html,${encodeURIComponent(html)}`);
  return check(page);
};

// SPDX-License-Identifier: Apache-2.0
// On paper nothing is missing, cut off or white on white.
import { contrast } from './contrast.mjs';
import { cut } from './cut.mjs';

// A4 between its margins, at 96 pixels for an inch.
const PAPER = { width: 718, height: 1047 };

const said = () => window.looks.texts(document.querySelector('main') ?? document.body).map(({ text }) => text);

const within = () => {
  const { looks } = window;
  const bare = looks.signs().filter(({ element }) => !(element instanceof SVGElement) && !looks.isPainted(getComputedStyle(element)))
    .map(({ meaning }) => `the sign "${meaning}" has no colour`);
  const scrolling = [...document.querySelectorAll('body *')]
    .filter((element) => getComputedStyle(element).overflowX !== 'visible' && element instanceof HTMLElement
      && element.scrollWidth > element.clientWidth + 1)
    .map((element) => `${element.localName} in ${looks.whose(element)}: ${element.scrollWidth - element.clientWidth} pixels are cut off`);
  const closed = [...document.querySelectorAll('details:not([open])')]
    .filter((element) => [...element.children].some((child) => child.localName !== 'summary' && !looks.isShown(child)))
    .map((element) => `"${element.querySelector('summary')?.textContent}" is closed`);
  return [...bare, ...scrolling, ...closed];
};

export const print = async (page) => {
  const size = page.viewportSize();
  await page.setViewportSize(PAPER);
  const before = await page.evaluate(said);
  await page.emulateMedia({ media: 'print' });
  const after = await page.evaluate(said);
  const missing = before.filter((text) => !after.includes(text)).map((text) => `"${text}" is missing`);
  const found = [...missing, ...(await page.evaluate(within)), ...(await cut(page)), ...(await contrast(page))];
  await page.emulateMedia({ media: null });
  await page.setViewportSize(size);
  return [...new Set(found)].map((line) => `on paper ${line}`);
};

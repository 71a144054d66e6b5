// SPDX-License-Identifier: Apache-2.0
// Everything that can be used or scrolled is reached with the tabulator, and shows when it is.

const GRAPHIC = 3;

// Numbers them, so that they are known again.
const usable = () => {
  const { looks } = window;
  const scrolls = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return (['auto', 'scroll'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1)
      || (['auto', 'scroll'].includes(overflowY) && element.scrollHeight > element.clientHeight + 1);
  };
  return [...document.body.querySelectorAll('*')]
    .filter((element) => looks.isShown(element) && (element.matches('a[href], button, input, select, textarea, summary') || scrolls(element)))
    .map((element, i) => {
      element.dataset.usable = i;
      return `${element.localName} "${looks.short(element.textContent.trim().replace(/\s+/g, ' '))}"`;
    });
};

const focused = () => {
  const element = document.activeElement;
  if (!element || element === document.body) {
    return null;
  }
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  // "auto" is the browser's own ring, of two colours that can be seen on everything.
  const seen = outlineStyle === 'auto' || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1
    && window.looks.contrast(outlineColor, element.parentElement) >= 3);
  return { number: element.dataset.usable, seen };
};

export const keyboard = async (page) => {
  const names = await page.evaluate(usable);
  const reached = new Map();
  await page.evaluate(() => document.activeElement?.blur());
  for (let presses = 0; presses < names.length + 20 && reached.size < names.length; presses++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(focused);
    if (at?.number !== undefined) {
      reached.set(Number(at.number), at.seen);
    }
  }
  return names.flatMap((name, i) =>
    !reached.has(i) ? [`${name} is not reached by the keyboard`]
      : reached.get(i) ? [] : [`${name} does not show that it has the focus (less than ${GRAPHIC}:1)`]);
};

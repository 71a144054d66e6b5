// SPDX-License-Identifier: Apache-2.0
// Everything that can be used or scrolled is reached with the tabulator, and shows when it is.

const GRAPHIC = 3;

// Notes what gets the focus from here on, and whether it shows; says what should.
const watch = (least) => {
  const { looks } = window;
  const scrolls = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return (['auto', 'scroll'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1)
      || (['auto', 'scroll'].includes(overflowY) && element.scrollHeight > element.clientHeight + 1);
  };
  const usable = [...document.body.querySelectorAll('*')]
    .filter((element) => looks.isShown(element) && (element.matches('a[href], button, input, select, textarea, summary') || scrolls(element)));
  // "auto" is the browser's own ring, of two colours that can be seen on everything.
  const shows = (element) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    return outlineStyle === 'auto'
      || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && looks.contrast(outlineColor, element.parentElement) >= least);
  };
  document.activeElement?.blur();
  looks.reached = {};
  document.addEventListener('focusin', ({ target }) => (looks.reached[usable.indexOf(target)] = shows(target)));
  return usable.map((element) => `${element.localName} "${looks.short(element.textContent.trim().replace(/\s+/g, ' '))}"`);
};

export const keyboard = async (page) => {
  const names = await page.evaluate(watch, GRAPHIC);
  // Some more, for what can be reached without being of use.
  for (let presses = 0; presses < names.length + 3; presses++) {
    await page.keyboard.press('Tab');
  }
  const reached = await page.evaluate(() => window.looks.reached);
  return names.flatMap((name, i) =>
    !(i in reached) ? [`${name} is not reached by the keyboard`]
      : reached[i] ? [] : [`${name} does not show that it has the focus (less than ${GRAPHIC}:1)`]);
};

// SPDX-License-Identifier: Apache-2.0
// Pages, and tables of panels, that have to be moved sideways to be read.

const within = () => {
  const { scrollWidth, clientWidth } = document.scrollingElement;
  const tables = [...document.querySelectorAll('[data-panel] *')].filter((element) =>
    ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.clientWidth > 0
    && element.scrollWidth > element.clientWidth + 1);
  return [
    ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} pixels too wide`] : []),
    ...tables.map((element) => `${window.looks.whose(element)}: is ${element.scrollWidth - element.clientWidth} pixels too narrow for its table`),
  ];
};

export const sideways = async (page) => [...new Set(await page.evaluate(within))];

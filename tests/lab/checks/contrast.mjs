// SPDX-License-Identifier: Apache-2.0
// Texts and graphics that are hard to tell from what is behind them. The numbers are those of WCAG 2, AA.

const within = () => {
  const { looks } = window;
  const [TEXT, LARGE, GRAPHIC] = [4.5, 3, 3];

  // In a card the unit belongs to the number beside it.
  const sizeOf = (element) => Math.max(...(element.closest('[data-type="stat"]') ? [...element.parentElement.children] : [element])
    .map((each) => parseFloat(getComputedStyle(each).fontSize)));
  const least = (element, style) => {
    const size = sizeOf(element);
    return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? LARGE : TEXT;
  };
  const told = (whose, what, contrast, wanted) => `${whose}: ${what} has a contrast of ${contrast.toFixed(2)}, not ${wanted}`;

  const ofTexts = looks.texts().flatMap(({ element, text }) => {
    const style = getComputedStyle(element);
    const contrast = looks.contrast(element instanceof SVGElement ? style.fill : style.color, element);
    return contrast < least(element, style) - 0.005 ? [told(looks.whose(element), `"${looks.short(text)}"`, contrast, least(element, style))] : [];
  });

  const ofAxes = looks.canvasTexts().flatMap(({ canvas, text, colour }) => {
    const contrast = looks.contrast(colour, canvas);
    return contrast < TEXT - 0.005 ? [told(looks.whose(canvas), `"${text}" of an axis`, contrast, TEXT)] : [];
  });

  // Lines and bars of graphs are told by the viewer; spans of states stand in the page.
  const ofSeries = [...document.querySelectorAll('[data-colours]')].flatMap((panel) => {
    const inside = panel.querySelector('canvas');
    return !inside ? [] : JSON.parse(panel.dataset.colours).flatMap((colour) => {
      const contrast = looks.contrast(colour, inside);
      return contrast < GRAPHIC - 0.005 ? [told(looks.whose(panel), `the line ${colour}`, contrast, GRAPHIC)] : [];
    });
  });

  const ofStates = [...document.querySelectorAll('[data-type="state-timeline"] svg rect')].flatMap((rect) => {
    const { fill, fillOpacity } = getComputedStyle(rect);
    const [red, green, blue, alpha] = looks.parse(fill);
    const contrast = looks.contrast(`rgba(${red}, ${green}, ${blue}, ${alpha * fillOpacity})`, rect);
    return contrast < GRAPHIC - 0.005 ? [told(looks.whose(rect), `the state ${fill} at ${fillOpacity}`, contrast, GRAPHIC)] : [];
  });

  return [...ofTexts, ...ofAxes, ...ofSeries, ...ofStates];
};

export const contrast = async (page) => [...new Set(await page.evaluate(within))];

// SPDX-License-Identifier: Apache-2.0
// Texts of which a part cannot be seen: titles, cells, legends, values, and the numbers of axes.

const within = () => {
  const { looks } = window;
  const cuts = (style, axis) => ['hidden', 'clip'].includes(style[`overflow${axis}`]);
  const scrolls = (style, axis) => ['auto', 'scroll'].includes(style[`overflow${axis}`]);

  // Sideways a pixel is a letter's edge; letters are less high than their line.
  const cutSideways = (box, clip) => box.left < clip.left - 1.5 || box.right > clip.right + 1.5;
  const cutBelow = (box, clip) => box.top < clip.top - box.height / 4 || box.bottom > clip.bottom + box.height / 4;

  const isCut = ({ element, boxes }) => {
    let [sideways, below] = [true, true];
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === 'inline' || style.display === 'contents') {
        continue;
      }
      const { left, top } = at.getBoundingClientRect();
      const clip = { left: left + at.clientLeft, top: top + at.clientTop };
      Object.assign(clip, { right: clip.left + at.clientWidth, bottom: clip.top + at.clientHeight });
      const hides = at instanceof HTMLElement && at.clientWidth > 0;
      if (hides && sideways && cuts(style, 'X')) {
        if (at === element && at.scrollWidth > at.clientWidth + 1 || boxes.some((box) => cutSideways(box, clip))) {
          return true;
        }
      }
      if (hides && below && cuts(style, 'Y') && boxes.some((box) => cutBelow(box, clip))) {
        return true;
      }
      // What can be scrolled to is not lost.
      sideways &&= !scrolls(style, 'X');
      below &&= !scrolls(style, 'Y');
    }
    return false;
  };

  // The last time of an axis can stand half outside: that is Grafana's way and nothing of the dashboard's.
  const outside = ({ canvas, left, top, bottom }) => left < -1 || top < -1 || bottom > canvas.height + 1;

  return [
    ...looks.texts().filter(isCut).map(({ element, text }) => `${looks.whose(element)}: "${looks.short(text)}" is cut`),
    ...looks.canvasTexts().filter(outside).map(({ canvas, text }) => `${looks.whose(canvas)}: "${text}" of an axis is cut`),
  ];
};

export const cut = async (page) => [...new Set(await page.evaluate(within))];

// SPDX-License-Identifier: Apache-2.0
// Colours as a page paints them, and how well they can be told apart. Works in the page, on `window.looks`.
{
  const looks = (window.looks ??= {});

  const surface = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

  // [red, green, blue, alpha] of whatever CSS calls a colour.
  looks.parse = (text) => {
    const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
    if (plain) {
      return plain.slice(1).map((part) => Number(part ?? 1));
    }
    surface.clearRect(0, 0, 1, 1);
    surface.fillStyle = text;
    surface.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = surface.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };

  looks.over = ([red, green, blue, alpha], below) =>
    [...[red, green, blue].map((part, i) => part * alpha + below[i] * (1 - alpha)), 1];

  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  // As WCAG 2 has it: from 1 to 21.
  looks.ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };

  looks.chain = (element) => {
    const found = [];
    for (let at = element; at; at = at.parentElement) {
      found.unshift(at);
    }
    return found;
  };

  // Paper is white, and keeps the backgrounds only that insist.
  looks.onPaper = () => matchMedia('print').matches;
  looks.isPainted = (style) => !looks.onPaper() || style.printColorAdjust === 'exact';

  // By the scheme: to ask is slow.
  const canvases = new Map();

  const canvas = () => {
    if (looks.onPaper()) {
      return [255, 255, 255, 1];
    }
    const scheme = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query).matches).join();
    if (!canvases.has(scheme)) {
      canvases.set(scheme, asked());
    }
    return canvases.get(scheme);
  };

  const asked = () => {
    const probe = document.createElement('div');
    probe.style.cssText = 'background: Canvas; position: absolute';
    document.documentElement.append(probe);
    const colour = looks.parse(getComputedStyle(probe).backgroundColor);
    probe.remove();
    return colour;
  };

  // What was found out of an element holds until the check that asks has ended.
  let known = null;
  const once = (what, element, compute) => {
    if (!known) {
      known = { backdrops: new Map(), opacity: new Map() };
      queueMicrotask(() => (known = null));
    }
    if (!known[what].has(element)) {
      known[what].set(element, compute(element));
    }
    return known[what].get(element);
  };

  const opacityOf = (element) => looks.chain(element).reduce((product, at) => product * Number(getComputedStyle(at).opacity), 1);

  // What can lie behind the element's content: several colours where there is a gradient.
  looks.backdrops = (element) => once('backdrops', element, backdropsOf);

  const backdropsOf = (element) => {
    let colours = [canvas()];
    for (const at of looks.chain(element)) {
      const style = getComputedStyle(at);
      if (!looks.isPainted(style)) {
        continue;
      }
      const opacity = Number(style.opacity);
      const painted = (text) => {
        const [red, green, blue, alpha] = looks.parse(text);
        return [red, green, blue, alpha * opacity];
      };
      colours = colours.map((below) => looks.over(painted(style.backgroundColor), below));
      const stops = style.backgroundImage.match(/(?:rgba?|color|hsla?)\([^()]*\)/g);
      if (stops) {
        colours = colours.flatMap((below) => stops.map((stop) => looks.over(painted(stop), below)));
      }
    }
    return colours;
  };

  // The least contrast of a colour to all that can lie behind it.
  looks.contrast = (colour, element) => {
    const opacity = once('opacity', element, opacityOf);
    const [red, green, blue, alpha] = looks.parse(colour);
    return Math.min(...looks.backdrops(element).map((below) => looks.ratio(looks.over([red, green, blue, alpha * opacity], below), below)));
  };
}

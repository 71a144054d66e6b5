// SPDX-License-Identifier: Apache-2.0
// Signs that mean something by their colour: each can be seen, and those that mean different things differ.

const within = () => {
  const { looks } = window;
  const GRAPHIC = 3;
  const signs = looks.signs();
  const pale = signs.flatMap(({ element, meaning, colour, framed }) => {
    const contrast = colour ? looks.contrast(colour, element.parentElement) : 1;
    return contrast >= GRAPHIC - 0.005 || framed ? [] : [`the sign "${meaning}" has a contrast of ${contrast.toFixed(2)}, not ${GRAPHIC}`];
  });
  return { pale: [...new Set(pale)], colours: [...new Map(signs.map(({ meaning, colour }) => [meaning, colour]))] };
};

export const signs = async (page) => (await page.evaluate(within)).pale;

const pairs = (list) => list.flatMap((one, i) => list.slice(i + 1).map((other) => [one, other]));

// Where somebody has chosen a few colours for everything, what differed goes on to differ.
export const forced = async (page) => {
  const usual = await page.evaluate(within);
  await page.emulateMedia({ forcedColors: 'active' });
  const { pale, colours } = await page.evaluate(within);
  await page.emulateMedia({ forcedColors: null });
  const before = new Map(usual.colours);
  const same = pairs(colours).filter(([[one, colour], [other, like]]) => colour === like && before.get(one) !== before.get(other))
    .map(([[one], [other]]) => `the signs "${one}" and "${other}" look the same`);
  return [...pale, ...same].map((line) => `with forced colours ${line}`);
};

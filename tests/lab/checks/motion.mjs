// SPDX-License-Identifier: Apache-2.0
// Whoever asks for less motion gets none.

const within = () => {
  const lasts = (text) => text.split(', ').some((each) => parseFloat(each) > 0);
  return [...document.querySelectorAll('*')].flatMap((element) => {
    const style = getComputedStyle(element);
    const moves = [
      style.animationName !== 'none' && lasts(style.animationDuration) && 'is animated',
      lasts(style.transitionDuration) && 'changes slowly',
      style.scrollBehavior === 'smooth' && 'scrolls slowly',
    ].filter(Boolean);
    return moves.map((how) => `${window.looks.whose(element)}: ${how} though less motion is asked for`);
  });
};

export const motion = async (page) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const found = await page.evaluate(within);
  await page.emulateMedia({ reducedMotion: null });
  return [...new Set(found)];
};

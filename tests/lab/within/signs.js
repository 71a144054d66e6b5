// SPDX-License-Identifier: Apache-2.0
// Small coloured things without a text, which mean something by their colour alone: the squares and dots of
// legends and lists, and the bars of charts. Works in the page, on `window.looks`.
{
  const looks = (window.looks ??= {});
  const isClear = (colour) => looks.parse(colour)[3] === 0;

  const colourOf = (element) => {
    const style = getComputedStyle(element);
    if (element instanceof SVGElement) {
      return style.fill;
    }
    // The strongest stop of a gradient is its sign.
    const stops = style.backgroundImage.match(/(?:rgba?|color)\([^()]*\)/g) ?? [];
    return [style.backgroundColor, ...stops].filter((colour) => !isClear(colour))
      .sort((a, b) => looks.contrast(b, element.parentElement) - looks.contrast(a, element.parentElement))[0];
  };

  const hasLine = (style, side) => style[`${side}Style`] !== 'none' && parseFloat(style[`${side}Width`]) >= 1;

  // Frames and empty bars are there to be overlooked.
  const isBackground = (element, colour) =>
    element instanceof SVGElement && (['back', 'gap'].includes(element.getAttribute('class')) || isClear(colour));

  // [{element, meaning, colour, framed}]: those of one meaning have one class.
  looks.signs = () =>
    [...document.querySelectorAll('i, svg rect')].filter((element) => looks.isShown(element) && !element.textContent.trim())
      .map((element) => {
        const style = getComputedStyle(element);
        return {
          element,
          meaning: `${element.localName} ${element.getAttribute('class')}`,
          colour: colourOf(element),
          framed: element instanceof HTMLElement && (hasLine(style, 'borderTop') || hasLine(style, 'outline')),
        };
      })
      .filter(({ element, colour }) => !isBackground(element, colour));
}

// SPDX-License-Identifier: Apache-2.0
// The texts that a page shows, where they are and whose they are. Works in the page, on `window.looks`.
{
  const looks = (window.looks ??= {});

  looks.isShown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });

  // [{node, element, text, boxes}]
  looks.texts = (root = document.body) => {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      const element = node.parentElement;
      const text = node.data.trim().replace(/\s+/g, ' ');
      if (!text || !looks.isShown(element)) {
        continue;
      }
      const range = document.createRange();
      range.selectNodeContents(node);
      // Texts for screen readers alone are a pixel wide.
      const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
      if (boxes.length) {
        found.push({ node, element, text, boxes });
      }
    }
    return found;
  };

  // The panel or what else the element belongs to, in words.
  looks.whose = (element) => {
    const panel = element.closest('[data-panel]');
    if (panel) {
      return `panel "${panel.dataset.panel}"`;
    }
    const part = element.closest('[id], [class], main, nav, body');
    return part.getAttribute('class') ? `.${part.getAttribute('class').trim().replace(/\s+/g, '.')}` : part.id ? `#${part.id}` : part.localName;
  };

  looks.short = (text) => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

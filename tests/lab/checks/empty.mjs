// SPDX-License-Identifier: Apache-2.0
// Panels without anything, or with an error instead. `unfed` has the titles of those that may be empty: they
// have to say so in words of their own.

const within = (unfed) => {
  const named = (panel) => `panel "${panel.dataset.panel}"`;
  const failed = [...document.querySelectorAll('[data-failed]')].map((panel) => `${named(panel)}: ${panel.dataset.failed}`);
  const errors = [...document.querySelectorAll('[data-error]')]
    .map((error) => `${error.closest('[data-panel]') ? named(error.closest('[data-panel]')) : 'the page'}: ${error.textContent.split('\n')[0]}`);
  const empty = [...document.querySelectorAll('[data-empty="true"]')].flatMap((panel) => {
    if (!unfed.includes(panel.dataset.panel)) {
      return [`${named(panel)}: is empty`];
    }
    // In small letters: "No data" is what Grafana says where nobody has found words.
    const words = window.looks.texts(panel).map(({ text }) => text);
    return words.length < 2 || words.includes('No data') ? [`${named(panel)}: does not say why it is empty`] : [];
  });
  return [...failed, ...errors, ...empty];
};

export const empty = (page, unfed = []) => page.evaluate(within, unfed);

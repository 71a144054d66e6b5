// SPDX-License-Identifier: Apache-2.0
// What axe finds of barriers that are serious or critical.

const GRAVE = ['serious', 'critical'];

export const axe = async (page) => {
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.filter(({ impact }) => GRAVE.includes(impact)).flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target }) => `axe, ${impact}: ${help} (${id}) at ${target.join(' ')}`));
};

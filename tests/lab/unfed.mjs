// SPDX-License-Identifier: Apache-2.0
// Panels that may be empty while all is well, by their titles: the demo cannot or should not feed them.
export const UNFED = [
  // Troubles, which it does not have.
  'Failed polls',
  'Folded into other',
  // It begins with the first full hours.
  'Error budget left',
];

// SPDX-License-Identifier: Apache-2.0
// Whether a panel has nothing to draw: no number, and in a table no row.

const counts = (value) => typeof value === 'number' && !Number.isNaN(value);

export const isEmpty = ({ type }, frames) => {
  if (type === 'text') {
    return false;
  }
  return type === 'table'
    ? !frames.some(({ length }) => length > 0)
    : !frames.some(({ fields }) => fields.some((field) => field.type === 'number' && field.values.some(counts)));
};

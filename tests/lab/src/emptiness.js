// SPDX-License-Identifier: Apache-2.0
// Whether a panel has nothing to draw: no number, and in a table no row. Where -1 is given a name, it is what the
// dashboards say instead of a missing value ("Not watched").

const stands = ({ config }, value) => value === -1 && config?.mappings?.some(({ options }) => options?.['-1']);
const counts = (field) => (value) => typeof value === 'number' && !Number.isNaN(value) && !stands(field, value);

export const isEmpty = ({ type }, frames) => {
  if (type === 'text') {
    return false;
  }
  return type === 'table'
    ? !frames.some(({ length }) => length > 0)
    : !frames.some(({ fields }) => fields.some((field) => field.type === 'number' && field.values.some(counts(field))));
};

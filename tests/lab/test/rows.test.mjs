// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmpty } from '../src/emptiness.js';
import { laid } from '../src/rows.js';

const at = (y, h) => ({ x: 0, y, w: 24, h });
const PANELS = [
  { title: 'first', type: 'stat', gridPos: at(0, 4) },
  { title: 'folded', type: 'row', collapsed: true, gridPos: at(4, 1), panels: [
    { title: 'inside', type: 'stat', gridPos: at(5, 8) }, { title: 'inside too', type: 'stat', gridPos: at(13, 2) }] },
  { title: 'next', type: 'row', collapsed: false, gridPos: at(5, 1), panels: [] },
  { title: 'last', type: 'stat', gridPos: at(6, 3) },
];
const places = (panels) => Object.fromEntries(panels.map(({ title, gridPos }) => [title, gridPos.y]));

test('folded rows stay as they come', () => {
  assert.deepEqual(places(laid(PANELS, false)), { first: 0, folded: 4, next: 5, last: 6 });
});

test('opened rows push down what is below', () => {
  assert.deepEqual(places(laid(PANELS, true)), { first: 0, folded: 4, inside: 5, 'inside too': 13, next: 15, last: 16 });
});

test('a panel is empty without a number, and a table without a row', () => {
  const frame = (type, ...values) => ({ length: values.length, fields: [{ type: 'time', values }, { type, values }] });
  assert.equal(isEmpty({ type: 'stat' }, []), true);
  assert.equal(isEmpty({ type: 'stat' }, [frame('number', null, NaN)]), true);
  assert.equal(isEmpty({ type: 'stat' }, [frame('number', null, 0)]), false);
  const named = frame('number', -1);
  assert.equal(isEmpty({ type: 'stat' }, [named]), false);
  named.fields[1].config = { mappings: [{ type: 'value', options: { '-1': { text: 'Not watched' } } }] };
  assert.equal(isEmpty({ type: 'stat' }, [named]), true);
  assert.equal(isEmpty({ type: 'table' }, [frame('string')]), true);
  assert.equal(isEmpty({ type: 'table' }, [frame('string', 'a')]), false);
  assert.equal(isEmpty({ type: 'text' }, []), false);
});

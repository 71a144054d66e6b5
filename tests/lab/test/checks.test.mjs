// SPDX-License-Identifier: Apache-2.0
// Each check finds the defect that is planted for it, and nothing where there is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe } from '../checks/axe.mjs';
import { contrast } from '../checks/contrast.mjs';
import { cut } from '../checks/cut.mjs';
import { empty } from '../checks/empty.mjs';
import { keyboard } from '../checks/keyboard.mjs';
import { motion } from '../checks/motion.mjs';
import { print } from '../checks/print.mjs';
import { sideways } from '../checks/sideways.mjs';
import { forced, signs } from '../checks/signs.mjs';
import { said, withBrowser } from './fixture.mjs';

const CASES = [
  {
    check: cut,
    finds: /title that does not fit" is cut/,
    bad: '<h2 style="width: 60px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">A title that does not fit</h2>',
    good: '<h2 style="width: 600px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">A title that does not fit</h2>',
  },
  {
    name: 'cut by an ancestor',
    check: cut,
    finds: /a value" is cut/,
    bad: '<div style="overflow: hidden; width: 20px"><span style="white-space: nowrap">a value</span></div>',
    good: '<div style="overflow: auto; width: 20px" tabindex="0"><span style="white-space: nowrap">a value</span></div>',
  },
  {
    name: 'cut below',
    check: cut,
    finds: /three" is cut/,
    bad: '<div style="overflow: hidden; height: 1.3em; line-height: 1.2">one two <br>three</div>',
    good: '<div style="overflow: hidden; height: 2.5em; line-height: 1.2">one two <br>three</div>',
  },
  {
    name: 'cut on a canvas',
    check: cut,
    finds: /"100" of an axis is cut/,
    bad: '<canvas width="100" height="50"></canvas><script>document.querySelector("canvas").getContext("2d").fillText("100", -9, 20)</script>',
    good: '<canvas width="100" height="50"></canvas><script>document.querySelector("canvas").getContext("2d").fillText("100", 9, 20)</script>',
  },
  {
    check: contrast,
    finds: /"pale" has a contrast of 2\.8\d, not 4\.5/,
    bad: '<p style="color: #999">pale</p>',
    good: '<p style="color: #999; font-size: 10px; background: black">pale</p>',
  },
  {
    name: 'contrast over something half clear',
    check: contrast,
    finds: /"words" has a contrast of/,
    bad: '<div style="background: black"><p style="background: rgba(255, 255, 255, .5); color: #666">words</p></div>',
    good: '<div style="background: black"><p style="background: rgba(255, 255, 255, .9); color: #222">words</p></div>',
  },
  {
    name: 'contrast over a gradient',
    check: contrast,
    finds: /"value" has a contrast of/,
    bad: '<p style="color: white; background: linear-gradient(black, white)">value</p>',
    good: '<p style="color: white; background: linear-gradient(black, #333)">value</p>',
  },
  {
    name: 'contrast of a faded text',
    check: contrast,
    finds: /"old" has a contrast of/,
    bad: '<div style="opacity: .4"><p style="color: black">old</p></div>',
    good: '<div style="opacity: .9"><p style="color: black">old</p></div>',
  },
  {
    name: 'contrast of a line',
    check: contrast,
    finds: /panel "Lines": the line #F2CC0C has a contrast of 1\.5\d, not 3/,
    bad: '<div data-panel="Lines" data-colours=\'["#F2CC0C"]\'><canvas></canvas></div>',
    good: '<div data-panel="Lines" data-colours=\'["#3B82DB"]\'><canvas></canvas></div>',
  },
  {
    name: 'contrast of an axis',
    check: contrast,
    finds: /"5" of an axis has a contrast of/,
    bad: '<canvas></canvas><script>{const c = document.querySelector("canvas").getContext("2d"); c.fillStyle = "#aaa"; c.fillText("5", 9, 20)}</script>',
    good: '<canvas></canvas><script>{const c = document.querySelector("canvas").getContext("2d"); c.fillStyle = "#333"; c.fillText("5", 9, 20)}</script>',
  },
  {
    name: 'contrast of a unit',
    check: contrast,
    finds: /"%" has a contrast of 3\.\d\d, not 4\.5/,
    bad: '<p style="background: white; color: #E06A00"><span>%</span></p>',
    good: '<p style="background: white; color: #E06A00" data-type="stat"><span style="font-size: 30px">5</span><span>%</span></p>',
  },
  {
    name: 'contrast of a state',
    check: contrast,
    finds: /panel "States": the state rgb\(59, 130, 219\) at 0\.8 has a contrast of 2\.8\d, not 3/,
    bad: '<div data-panel="States" data-type="state-timeline"><svg><rect width="9" height="9" fill="#3B82DB" fill-opacity=".8"/></svg></div>',
    good: '<div data-panel="States" data-type="state-timeline"><svg><rect width="9" height="9" fill="#3B82DB"/></svg></div>',
  },
  {
    check: (page) => empty(page),
    name: 'empty',
    finds: /panel "Requests": is empty/,
    bad: '<div data-panel="Requests" data-empty="true">Requests no data</div>',
    good: '<div data-panel="Requests" data-empty="false">Requests 5</div>',
  },
  {
    check: (page) => empty(page, ['Failures']),
    name: 'empty without a reason',
    finds: /panel "Failures": does not say why it is empty/,
    bad: '<div data-panel="Failures" data-empty="true"><h2>Failures</h2><p>No data</p></div>',
    good: '<div data-panel="Failures" data-empty="true"><h2>Failures</h2><p>nothing failed</p></div>',
  },
  {
    check: (page) => empty(page),
    name: 'failed',
    finds: /panel "Spend": parse error/,
    bad: '<div data-panel="Spend" data-failed="parse error"></div>',
    good: '<div data-panel="Spend"></div>',
  },
  {
    check: sideways,
    finds: /the page is \d+ pixels too wide/,
    bad: '<div style="width: 900px">wide</div>',
    good: '<div style="max-width: 900px">wide</div>',
  },
  {
    name: 'a table that is moved sideways',
    check: sideways,
    finds: /panel "Keys": is \d+ pixels too narrow/,
    bad: '<div data-panel="Keys"><div style="overflow: auto; width: 90px"><p style="width: 200px">a row</p></div></div>',
    good: '<div data-panel="Keys"><div style="overflow: auto; width: 90px; height: 20px"><p>a row</p></div></div>',
  },
  {
    check: axe,
    finds: /axe, critical: .*image-alt/,
    bad: '<main><h1>Title</h1><img src="data:,"></main>',
    good: '<main><h1>Title</h1><img src="data:," alt="nothing"></main>',
  },
  {
    check: keyboard,
    finds: /a "not there" is not reached/,
    bad: '<a href="#x">there</a> <a href="#y" tabindex="-1">not there</a>',
    good: '<a href="#x">there</a> <a href="#y">not there</a>',
  },
  {
    name: 'a region that only a mouse can move',
    check: keyboard,
    finds: /div "many words" is not reached/,
    bad: '<div style="overflow: auto; width: 40px; height: 20px"><a tabindex="-1" style="white-space: nowrap">many words</a></div>'
      + '<style>div::-webkit-scrollbar { display: none }</style><script>document.querySelector("div").tabIndex = -1</script>',
    good: '<div style="overflow: auto; width: 40px; height: 20px" tabindex="0"><span style="white-space: nowrap">many words</span></div>',
  },
  {
    name: 'a focus that is not seen',
    check: keyboard,
    finds: /a "there" does not show that it has the focus/,
    bad: '<style>a { outline: none }</style><a href="#x">there</a>',
    good: '<style>a:focus-visible { outline: 2px solid black }</style><a href="#x">there</a>',
  },
  {
    name: 'a focus that is hardly seen',
    check: keyboard,
    finds: /a "there" does not show that it has the focus/,
    bad: '<style>a:focus-visible { outline: 2px solid #eee }</style><a href="#x">there</a>',
    good: '<a href="#x">there</a>',
  },
  {
    check: motion,
    finds: /changes slowly/,
    bad: '<style>p { transition: color 1s }</style><p>moves</p>',
    good: '<style>@media (prefers-reduced-motion: no-preference) { p { transition: color 1s } }</style><p>moves</p>',
  },
  {
    name: 'an animation',
    check: motion,
    finds: /is animated/,
    bad: '<style>@keyframes k { to { color: red } } p { animation: k 1s infinite }</style><p>moves</p>',
    good: '<style>@keyframes k { to { color: red } }</style><p>rests</p>',
  },
  {
    check: signs,
    finds: /the sign "i info" has a contrast of/,
    bad: '<style>i { display: inline-block; width: 9px; height: 9px; background: #ddd }</style><i class="info"></i>',
    good: '<style>i { display: inline-block; width: 9px; height: 9px; background: #555 }</style><i class="info"></i>',
  },
  {
    check: forced,
    finds: /with forced colours the sign "i a" has a contrast of 1\.00/,
    bad: '<style>i { display: inline-block; width: 9px; height: 9px; background: #555 }</style><i class="a"></i>',
    good: '<style>i { display: inline-block; width: 9px; height: 9px; background: #555; forced-color-adjust: none }</style><i class="a"></i>',
  },
  {
    name: 'signs that become the same',
    check: forced,
    finds: /with forced colours the signs "i a" and "i b" look the same/,
    bad: '<style>i { display: inline-block; width: 9px; height: 9px; border: 1px solid } .a { background: #555 } .b { background: #a00 }</style>'
      + '<i class="a"></i><i class="b"></i>',
    good: '<style>i { display: inline-block; width: 9px; height: 9px; forced-color-adjust: none } .a { background: #555 } .b { background: #a00 }'
      + '</style><i class="a"></i><i class="b"></i>',
  },
  {
    check: print,
    finds: /on paper "A number" is missing/,
    bad: '<style>@media print { p { display: none } }</style><main><p>A number</p></main>',
    good: '<main><p>A number</p></main>',
  },
  {
    name: 'white on white',
    check: print,
    finds: /on paper .*"words" has a contrast of/,
    bad: '<style>body { background: black; color: white }</style><main>words</main>',
    good: '<style>@media screen { body { background: black; color: white } }</style><main>words</main>',
  },
  {
    name: 'signs without their colour',
    check: print,
    finds: /on paper the sign "i a" has no colour/,
    bad: '<style>i { display: inline-block; width: 9px; height: 9px; background: #555 }</style><i class="a"></i>',
    good: '<style>i { display: inline-block; width: 9px; height: 9px; background: #555; print-color-adjust: exact }</style><i class="a"></i>',
  },
  {
    name: 'what paper cuts off',
    check: print,
    finds: /on paper pre in body: \d+ pixels are cut off/,
    bad: '<pre style="overflow: auto; width: 90px">a very long line of a program</pre>',
    good: '<pre style="overflow: auto; width: 90px; white-space: pre-wrap">a very long line of a program</pre>',
  },
  {
    name: 'what is closed',
    check: print,
    finds: /on paper "The numbers" is closed/,
    bad: '<details><summary>The numbers</summary><p>5</p></details>',
    good: '<style>@media print { details::details-content { content-visibility: visible } }</style>'
      + '<details><summary>The numbers</summary><p>5</p></details>',
  },
];

withBrowser();

for (const { check, name = check.name, finds, bad, good } of CASES) {
  test(name, async () => {
    assert.match((await said(check, bad)).join('\n'), finds);
    assert.deepEqual(await said(check, good), []);
  });
}

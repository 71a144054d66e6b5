// SPDX-License-Identifier: Apache-2.0
// Colours that stay apart for every kind of colour vision (Okabe and Ito) and on Grafana's dark panel,
// where their dark blue would be too faint. Good and bad differ in hue and in brightness, and never
// by red against green.
{
  good: '#56B4E9',
  warning: '#E69F00',
  bad: '#D55E00',
  calm: '#009E73',
  bright: '#F0E442',
  other: '#999999',
  accent: '#CC79A7',
}

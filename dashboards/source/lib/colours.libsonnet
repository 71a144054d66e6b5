// SPDX-License-Identifier: Apache-2.0
// Colours that stay apart for every kind of colour vision and can be seen on Grafana's dark panel and on
// its white one: at least 3:1, which is enough for lines, bars and the large letters of cards, and as much
// for white letters on them. Good and bad differ in hue and in brightness, and never by red against green.
{
  good: '#3B82DB',
  warning: '#E06A00',
  bad: '#D62246',
  calm: '#009E73',
  other: '#808080',
  accent: '#C9699E',
  // For small letters, which need 4.5:1: no colour has that on both panels, but Grafana's own names
  // follow the theme. It has no orange that can be read on white.
  plain: 'text',
  urgent: 'red',
}

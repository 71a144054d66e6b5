// SPDX-License-Identifier: Apache-2.0
// Colours that stay apart for every kind of colour vision (Okabe and Ito). Good and bad differ in
// hue and in brightness, and never by red against green.
{
  good: '#0072B2',
  warning: '#E69F00',
  bad: '#D55E00',
  neutral: '#56B4E9',
  calm: '#009E73',
  other: '#999999',
  accent: '#CC79A7',
}

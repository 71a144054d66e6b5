// SPDX-License-Identifier: Apache-2.0
// The pictures of the README: what is on them and where they are kept. A dashboard ends below its `last` panel.

const THEMES = ['light', 'dark'];

export const PICTURES = THEMES.flatMap((theme) => [
  { file: `dashboards/pictures/overview-${theme}.png`, theme, dashboard: 'litellm-overview', last: 'Provider health' },
  { file: `dashboards/pictures/status-${theme}.png`, theme, path: '/status' },
]);

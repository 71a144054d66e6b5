// SPDX-License-Identifier: Apache-2.0
// /?dashboard=litellm-overview[&from=now-6h][&to=now][&now=MILLISECONDS][&theme=light][&unfolded=1][&var-NAME=VALUE]...
import { ThemeContext, createTheme } from '@grafana/data';
import { GlobalStyles } from '@grafana/ui';
import { useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import * as annotations from './annotations.js';
import { Dashboard } from './dashboard.jsx';
import { intervals, text, timeRange } from './range.js';
import * as variables from './variables.js';

const asked = new URLSearchParams(location.search);

const read = async () => {
  const dashboard = await (await fetch(`/dashboards/${asked.get('dashboard')}.json`)).json();
  const range = timeRange(
    asked.get('from') ?? dashboard.time.from, asked.get('to') ?? dashboard.time.to, Number(asked.get('now')) || undefined);
  const chosen = await variables.load(dashboard.templating.list, range, asked);
  const { rate } = intervals(range, 1000, '60s');
  const replace = (expression, scoped) => variables.fill(expression, chosen, { __rate_interval: text(rate), ...scoped });
  const marks = await annotations.load(dashboard.annotations.list, range, 1000, replace);
  return { dashboard, range, variables: chosen, annotations: marks, unfolded: asked.has('unfolded') };
};

// Grafana measures texts before it draws them: the fonts have to be there.
const fonts = () => Promise.all(['400 14px Inter', '500 14px Inter', '400 14px "Roboto Mono"'].map((font) => document.fonts.load(font)));

const App = () => {
  const theme = useMemo(() => createTheme({ colors: { mode: asked.get('theme') === 'light' ? 'light' : 'dark' } }), []);
  const [page, setPage] = useState();
  useEffect(() => void fonts().then(read).then(setPage, (error) => setPage({ error })), []);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={{ background: theme.colors.background.canvas, minHeight: '100vh' }}>
        {page?.error && <pre data-error>{String(page.error.stack)}</pre>}
        {page?.dashboard && <Dashboard {...page} />}
      </div>
    </ThemeContext.Provider>
  );
};

window.__pending = new Set(['page']);
createRoot(document.getElementById('root')).render(<App />);

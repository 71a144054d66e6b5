// SPDX-License-Identifier: Apache-2.0
// Serves the viewer, the dashboard files below /dashboards/ and a Prometheus below /prometheus/.
import react from '@vitejs/plugin-react';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = path.join(here, 'node_modules');

// Where Grafana's styles look for its fonts, and where npm has them.
const FONTS = {
  '/public/fonts/inter/Inter-Regular.woff2': '@fontsource/inter/files/inter-latin-400-normal.woff2',
  '/public/fonts/inter/Inter-Medium.woff2': '@fontsource/inter/files/inter-latin-500-normal.woff2',
  '/public/fonts/roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2':
    '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2',
};

// Files below `root`, read at every request.
const folder = (root, type) => (request, response, next) => {
  const file = path.join(root, path.normalize(decodeURIComponent(request.url.split('?')[0])));
  if (!file.startsWith(root) || !fs.existsSync(file) || !fs.statSync(file).isFile()) {
    return next();
  }
  response.setHeader('Content-Type', type);
  fs.createReadStream(file).pipe(response);
};

const files = (dashboards) => ({
  name: 'files',
  configureServer({ middlewares }) {
    middlewares.use('/dashboards/', folder(dashboards, 'application/json'));
    middlewares.use('/public/img/', folder(path.join(modules, '@grafana/ui/dist/public/img'), 'image/svg+xml'));
    for (const [url, file] of Object.entries(FONTS)) {
      middlewares.use(url, (_, response) => fs.createReadStream(path.join(modules, file)).pipe(response));
    }
  },
});

// Vite takes 0 for its own usual port, which another lab may have.
const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

// {address, close}
export const serve = async ({ dashboards, prometheus, port }) => {
  // As in Grafana's own build, React keeps its advice for developers to itself.
  process.env.NODE_ENV = 'production';
  const server = await createServer({
    configFile: false,
    root: here,
    mode: 'production',
    logLevel: 'warn',
    plugins: [react(), files(path.resolve(dashboards))],
    resolve: { alias: [{ find: /^react-custom-scrollbars-2$/, replacement: path.join(here, 'src/scrollbars.cjs') }] },
    define: { 'process.env': {} },
    server: {
      host: '127.0.0.1',
      port: port ?? (await freePort()),
      strictPort: true,
      // Nothing changes below a picture.
      hmr: false,
      watch: null,
      proxy: { '/prometheus': { target: prometheus, rewrite: (url) => url.replace(/^\/prometheus/, '') } },
    },
    optimizeDeps: {
      include: ['react', 'react-dom/client', '@grafana/data', '@grafana/ui', '@grafana/schema', 'd3-scale-chromatic'],
    },
  });
  await server.listen();
  return { address: `http://127.0.0.1:${server.httpServer.address().port}/`, close: () => server.close() };
};

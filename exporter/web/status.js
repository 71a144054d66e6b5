// SPDX-License-Identifier: Apache-2.0
// Keeps the status page fresh. Only what differs is exchanged: nothing flickers, and an open table,
// its scrolling and the focus stay. An answer that is not ours (a login page) is not taken. In a
// sandboxed frame the page has no origin and may not fetch even itself.
const seconds = 15;
function update(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName || !old.childNodes.length || old.childNodes.length !== fresh.childNodes.length) {
    old.replaceWith(document.importNode(fresh, true));
    return;
  }
  for (const name of new Set([...old.getAttributeNames(), ...fresh.getAttributeNames()])) {
    if (name === 'open') continue;
    if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
    else old.removeAttribute(name);
  }
  [...old.childNodes].forEach((child, i) => update(child, fresh.childNodes[i]));
}
async function refresh() {
  if (document.hidden) return;
  if (origin === 'null') return location.reload();
  const stale = document.getElementById('stale');
  try {
    const answer = await fetch(location.pathname, {cache: 'no-store', signal: AbortSignal.timeout(10000)});
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('main');
    if (!fresh) throw new Error('no status');
    document.title = page.title;
    update(document.querySelector('main'), fresh);
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}
setInterval(refresh, seconds * 1000);
document.addEventListener('visibilitychange', refresh);

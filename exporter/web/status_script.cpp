// SPDX-License-Identifier: Apache-2.0
#include "web/status_script.hpp"

#include <openssl/evp.h>

#include <array>

namespace litellm_exporter {
namespace {

// Only what differs is exchanged: nothing flickers, and an open table, its scrolling and the focus
// stay. An answer that is not ours (a login page) is not taken. In a sandboxed frame the page has
// no origin and may not fetch even itself.
constexpr std::string_view kScript = R"(
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
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    if (!fresh) throw new Error('no status');
    update(document.querySelector('main'), fresh);
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}
setInterval(refresh, seconds * 1000);
document.addEventListener('visibilitychange', refresh);
)";

}  // namespace

std::string_view status_script() { return kScript; }

std::string status_script_hash() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(kScript.data(), kScript.size(), digest.data(), &length, EVP_sha256(), nullptr);
  // Four characters for three bytes, and a zero.
  std::array<unsigned char, 4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1> text{};
  const int written = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
  return "sha256-" + std::string(text.begin(), text.begin() + written);
}

}  // namespace litellm_exporter

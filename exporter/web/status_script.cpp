// SPDX-License-Identifier: Apache-2.0
#include "web/status_script.hpp"

#include <openssl/evp.h>

#include <array>

namespace litellm_exporter {
namespace {

// Only <main> is exchanged, and only when more than its clock differs: nothing flickers, scrolling
// and an open table stay. An answer that is not ours (a login page) is not taken.
constexpr std::string_view kScript = R"(
const seconds = 15;
async function refresh() {
  if (document.hidden) return;
  const stale = document.getElementById('stale');
  try {
    const answer = await fetch(location.pathname, {cache: 'no-store', signal: AbortSignal.timeout(10000)});
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    if (!fresh) throw new Error('no status');
    const old = document.querySelector('main');
    const table = fresh.querySelector('details');
    if (table) table.open = Boolean(old.querySelector('details')?.open);
    const clock = fresh.querySelector('time');
    if (clock) old.querySelector('time')?.replaceWith(document.importNode(clock, true));
    if (old.innerHTML !== fresh.innerHTML) old.replaceWith(document.adoptNode(fresh));
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

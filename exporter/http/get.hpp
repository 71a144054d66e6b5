// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "base/secret.hpp"
#include "http/url.hpp"

#include <cstddef>
#include <stop_token>
#include <string>

namespace litellm_exporter::http {

struct Options {
  // For everything together: connecting, TLS, the whole answer.
  Milliseconds timeout{5'000};
  // PEM file of the authorities to trust instead of the system's.
  std::string ca_file;
  // Accepts any certificate.
  bool insecure_skip_verify = false;
};

struct Answer {
  // 0 if there was none.
  int status = 0;
  std::string body;
  double seconds = 0;
  // Why there is no usable answer, in words for an operator; empty if all went well.
  std::string trouble;
};

// One GET on a connection of its own. Never throws for what the other side does, follows no
// redirect, keeps at most `largest` bytes of the body and ends by the timeout or a stop, whatever
// comes; only the name resolver has a clock of its own. May be called from any thread.
// `bearer` is sent if it is not empty.
Answer get(const Url& url, const std::string& path, const Secret& bearer, const Options& options,
           std::size_t largest, const std::stop_token& stop);

}  // namespace litellm_exporter::http

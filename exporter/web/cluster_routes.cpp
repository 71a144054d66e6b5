// SPDX-License-Identifier: Apache-2.0
#include "web/cluster_routes.hpp"

#include "server/answer.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace litellm_exporter {
namespace {

using httplib::Request;
using httplib::Response;

// 0 for anything else.
std::uint64_t number_of(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && last == end ? number : 0;
}

// Whether it is one of the other exporters; else it is answered.
bool is_peer(const WebContext& context, const Request& request, Response& response) {
  if (context.member == nullptr) {
    return !refuse(response, 404, "Not found: this exporter has no cluster.peers.\n");
  }
  if (!context.member->admits(request.get_header_value(kClusterSecretHeader))) {
    context.guard.note_refusal(request.remote_addr);
    return !refuse(response, 403, "Only for exporters that know cluster.secret.\n");
  }
  return true;
}

}  // namespace

void serve_cluster(const WebContext& context, const Request& request, Response& response) {
  if (is_peer(context, request, response)) {
    response.set_header("Cache-Control", "no-store");
    response.set_content(context.member->answer(request.get_param_value("from").substr(0, 64),
                                                request.get_param_value("wish")),
                         "application/json");
  }
}

void serve_cluster_state(const WebContext& context, const Request& request, Response& response) {
  if (!is_peer(context, request, response)) {
    return;
  }
  const StateFeed::Piece piece = context.member->saved(
      {request.get_param_value("file"), number_of(request.get_param_value("begin"))});
  if (!piece.file) {
    return answer(response, 404, "Nothing was saved yet.\n");
  }
  response.set_content_provider(
      piece.size(), "application/octet-stream",
      [piece](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        constexpr std::size_t kMost = 1 << 18;
        const std::string bytes = piece.at(offset, std::min(length, kMost));
        return !bytes.empty() && sink.write(bytes.data(), bytes.size());
      });
}

}  // namespace litellm_exporter

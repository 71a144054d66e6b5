// SPDX-License-Identifier: Apache-2.0
#include "web/routes.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "metrics/page.hpp"
#include "server/answer.hpp"
#include "web/cluster_routes.hpp"
#include "web/html.hpp"
#include "web/landing_page.hpp"
#include "web/origin.hpp"
#include "web/runbooks.hpp"
#include "web/status_page.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace litellm_exporter {
namespace {

using httplib::Request;
using httplib::Response;

constexpr std::string_view kRunbooks = "/runbooks/";
constexpr const char* kExposition = "text/plain; version=0.0.4; charset=utf-8";

// Whether the client takes gzip: named, or covered by *, and not with a weight of zero.
bool accepts_gzip(const Request& request) {
  const std::string header = request.get_header_value("Accept-Encoding");
  std::string_view rest = header;
  bool any = false;
  while (!rest.empty()) {
    std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    const std::string_view coding = trim(item.substr(0, item.find(';')));
    const std::size_t weight = item.find("q=");
    const bool refused = weight != std::string_view::npos &&
                         parse_number(trim(item.substr(weight + 2))).value_or(1) == 0;
    if (coding == "gzip") {
      return !refused;
    }
    any = any || (coding == "*" && !refused);
  }
  return any;
}

void serve_metrics(const WebContext& context, const Request& request, Response& response) {
  static const GaugeBoard nothing;
  const bool shows = context.member == nullptr || context.member->shows();
  const Counters::Edition counters = shows ? context.tally.edition() : Counters::Edition{};
  const bool compressed = accepts_gzip(request);
  const auto page = std::make_shared<const Page>(counters, shows ? context.gauges : nothing,
                                                 context.self_text.of(context.self()), compressed);
  if (compressed) {
    response.set_header("Content-Encoding", "gzip");
  }
  response.set_header("Vary", "Accept-Encoding");
  // Only Prometheus and its relatives send this header, so a person with curl holds nothing up.
  std::string who;
  if (shows && request.method == "GET" &&
      request.has_header("X-Prometheus-Scrape-Timeout-Seconds")) {
    who = request.remote_addr + " " + request.get_header_value("User-Agent").substr(0, 200);
  }
  response.set_content_provider(
      page->size(), kExposition,
      [page](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        const std::string_view piece = page->at(offset).substr(0, length);
        return sink.write(piece.data(), piece.size());
      },
      [&tally = context.tally, who, edition = counters.number](bool complete) {
        if (complete && !who.empty()) {
          tally.fetched(who, edition);
        }
      });
}

void serve_reload(const WebContext& context, const Request& request, Response& response) {
  if (!context.reload) {
    return answer(response, 403,
                  "Lifecycle API is not enabled: start with --web.enable-lifecycle, or send "
                  "SIGHUP.\n");
  }
  if (comes_from_another_origin(request)) {
    return answer(response, 403, "Not for the pages of another origin.\n");
  }
  const Reloaded reloaded = context.reload();
  switch (reloaded.outcome) {
    case Reloaded::Outcome::done:
      return answer(response, 200, "Reloaded.\n");
    case Reloaded::Outcome::refused:
      return answer(response, 500, "Not reloaded: " + reloaded.reason + "\n");
    case Reloaded::Outcome::busy:
      response.set_header("Retry-After", "1");
      return answer(response, 503, "Not reloaded: another reload is under way.\n");
  }
}

constexpr const char* kHtml = "text/html; charset=utf-8";

void serve_html(Response& response, const std::string& page) {
  response.set_header("Content-Security-Policy",
                      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                      "frame-ancestors 'none'");
  response.set_content(page, kHtml);
}

// People get a page that leads on; programs, which ask for no page, a line.
void serve_missing(const Request& request, Response& response, const std::string& words) {
  response.set_header("Vary", "Accept");
  if (request.get_header_value("Accept").find("text/html") == std::string::npos) {
    return answer(response, 404, words + "\n");
  }
  response.status = 404;
  serve_html(response, missing_page(words));
}

void serve_landing_page(const WebContext& context, const Request&, Response& response) {
  serve_html(response, landing_page(context.self(), context.telemetry_path));
}

void serve_status(const WebContext& context, const Request& request, Response& response) {
  response.set_header("Content-Security-Policy", status_page_policy(context.frame_ancestors));
  response.set_header("Cache-Control", "no-store");
  response.set_header("Referrer-Policy", "no-referrer");
  // A page that shows this one among others has ways of its own.
  const bool is_framed = request.get_header_value("Sec-Fetch-Dest") == "iframe";
  response.set_content(status_page(*context.tally.summary(), context.self(),
                                   std::chrono::system_clock::now(), is_framed),
                       kHtml);
}

void serve_runbook(const WebContext&, const Request& request, Response& response) {
  const std::string name = request.path.substr(kRunbooks.size());
  const std::string page = name.empty() ? runbook_index() : runbook_page(name);
  if (page.empty()) {
    return serve_missing(request, response, "No such runbook; /runbooks/ lists all.");
  }
  serve_html(response, page);
}

void serve_health(const WebContext&, const Request&, Response& response) {
  answer(response, 200, "Healthy.\n");
}

void serve_readiness(const WebContext& context, const Request&, Response& response) {
  const bool ready = context.ready();
  const bool stands_by = context.member != nullptr && !context.self().cluster.is_active;
  if (stands_by) {
    return answer(response, ready ? 200 : 503,
                  ready
                      ? "Ready: stands by for another exporter.\n"
                      : "Not ready: sees nobody who counts, or has no copy of what is counted.\n");
  }
  answer(response, ready ? 200 : 503,
         ready ? "Ready.\n" : "Not ready: the first poll has not ended.\n");
}

struct Route {
  // One that ends with an asterisk stands for all paths that begin with the rest of it.
  std::string path;
  // As the header Allow lists them.
  std::string methods;
  void (*serve)(const WebContext&, const Request&, Response&);

  bool leads_to(std::string_view wanted) const {
    const std::string_view all = path;
    return all.ends_with('*') ? wanted.starts_with(all.substr(0, all.size() - 1)) : wanted == all;
  }
  bool takes(const std::string& method) const {
    return (", " + methods + ",").find(", " + method + ",") != std::string::npos;
  }
};

std::vector<Route> routes_of(const WebContext& context) {
  constexpr const char* kRead = "GET, HEAD";
  return {
      {"/", kRead, serve_landing_page},      {context.telemetry_path, kRead, serve_metrics},
      {"/status", kRead, serve_status},      {"/status/", kRead, serve_status},
      {"/runbooks/*", kRead, serve_runbook}, {"/-/healthy", kRead, serve_health},
      {"/-/ready", kRead, serve_readiness},  {"/-/reload", "POST, PUT", serve_reload},
      {kClusterPath, "GET", serve_cluster},  {kClusterStatePath, "GET", serve_cluster_state},
  };
}

// No route wants a body; a small one is left unread.
bool has_large_body(const Request& request) {
  constexpr double kLargest = 65536;
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") &&
          parse_number(request.get_header_value("Content-Length")).value_or(kLargest + 1) >
              kLargest);
}

void dispatch(const std::vector<Route>& routes, const WebContext& context, const Request& request,
              Response& response) {
  const auto route =
      std::ranges::find_if(routes, [&](const Route& one) { return one.leads_to(request.path); });
  if (route == routes.end()) {
    return serve_missing(request, response, "Not found.");
  }
  if (!route->takes(request.method)) {
    response.set_header("Allow", route->methods);
    return answer(response, 405, "Method not allowed.\n");
  }
  if (has_large_body(request)) {
    return answer(response, 413, "Payload too large.\n");
  }
  route->serve(context, request, response);
}

}  // namespace

void add_routes(httplib::Server& server, const WebContext& context) {
  // All of it before the library's own routing, which knows no 405, takes paths for regular
  // expressions, and waits for the body of a POST, though curl -X POST sends none.
  server.set_pre_routing_handler(
      [routes = routes_of(context), context](const Request& request, Response& response) {
        if (!context.guard.refuses(request, response)) {
          dispatch(routes, context, request, response);
        }
        return httplib::Server::HandlerResponse::Handled;
      });
  server.set_post_routing_handler([&guard = context.guard](const Request&, Response& response) {
    guard.set_headers(response);
  });
  server.set_exception_handler(
      [](const Request& request, Response& response, const std::exception_ptr&) {
        log::error("request failed", {{"path", request.path.substr(0, 100)}});
        answer(response, 500, "Internal error.\n");
      });
  server.set_default_headers({{"X-Content-Type-Options", "nosniff"}});
}

}  // namespace litellm_exporter

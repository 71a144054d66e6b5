// SPDX-License-Identifier: Apache-2.0
#include "web/routes.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "metrics/page.hpp"
#include "web/landing_page.hpp"
#include "web/origin.hpp"
#include "web/runbooks.hpp"
#include "web/status_page.hpp"

#include <map>
#include <memory>

namespace litellm_exporter {
namespace {

using httplib::Request;
using httplib::Response;

constexpr const char* kText = "text/plain; charset=utf-8";
constexpr const char* kReload = "/-/reload";
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
  const Counters::Edition counters = context.counters.current();
  const bool compressed = accepts_gzip(request);
  const auto page =
      std::make_shared<const Page>(counters, context.snapshots, context.self(), compressed);
  if (compressed) {
    response.set_header("Content-Encoding", "gzip");
  }
  response.set_header("Vary", "Accept-Encoding");
  // Only Prometheus and its relatives send this header, so a person with curl holds nothing up.
  std::string who;
  if (request.method == "GET" && request.has_header("X-Prometheus-Scrape-Timeout-Seconds")) {
    who = request.remote_addr + " " + request.get_header_value("User-Agent").substr(0, 200);
  }
  response.set_content_provider(
      page->size(), kExposition,
      [page](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        const std::string_view piece = page->at(offset).substr(0, length);
        return sink.write(piece.data(), piece.size());
      },
      [&scrapers = context.scrapers, who, edition = counters.number](bool complete) {
        if (complete && !who.empty()) {
          scrapers.fetched(who, edition, Scrapers::Clock::now());
        }
      });
}

void answer(Response& response, int status, const std::string& words) {
  response.status = status;
  response.set_content(words, kText);
}

void serve_reload(const std::function<Reloaded()>& reload, const Request& request,
                  Response& response) {
  if (!reload) {
    return answer(response, 403,
                  "Lifecycle API is not enabled: start with --web.enable-lifecycle, or send "
                  "SIGHUP.\n");
  }
  if (comes_from_another_origin(request)) {
    return answer(response, 403, "Not for the pages of another origin.\n");
  }
  const Reloaded reloaded = reload();
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
                      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  response.set_content(page, kHtml);
}

void serve_status(const WebContext& context, Response& response) {
  response.set_header("Content-Security-Policy", status_page_policy(context.frame_ancestors));
  response.set_header("Cache-Control", "no-store");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_content(status_page(*context.summary.current(), context.self()), kHtml);
}

void serve_runbook(const Request& request, Response& response) {
  const std::string name = request.path.substr(kRunbooks.size());
  const std::string page = name.empty() ? runbook_index() : runbook_page(name);
  if (page.empty()) {
    return answer(response, 404, "No such runbook; /runbooks/ lists all.\n");
  }
  serve_html(response, page);
}

// Path to the methods it answers, as the header Allow lists them.
using Methods = std::map<std::string, std::string>;

// No route wants a body; a small one is left unread.
bool has_large_body(const Request& request) {
  constexpr double kLargest = 65536;
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") &&
          parse_number(request.get_header_value("Content-Length")).value_or(kLargest + 1) >
              kLargest);
}

// True if the request was refused and answered. The library itself answers 404 to a wrong method.
bool refuses(const Methods& methods, const Request& request, Response& response) {
  const auto refuse = [&](int status, const char* words) {
    answer(response, status, words);
    return true;
  };
  const bool runbook = request.path.starts_with(kRunbooks);
  const auto path = methods.find(runbook ? std::string{kRunbooks} : request.path);
  if (path == methods.end()) {
    return refuse(404, "Not found.\n");
  }
  if ((", " + path->second + ",").find(", " + request.method + ",") == std::string::npos) {
    response.set_header("Allow", path->second);
    return refuse(405, "Method not allowed.\n");
  }
  return has_large_body(request) && refuse(413, "Payload too large.\n");
}

}  // namespace

void add_routes(httplib::Server& server, const WebContext& context) {
  const Methods methods = {{"/", "GET, HEAD"},          {context.telemetry_path, "GET, HEAD"},
                           {"/-/healthy", "GET, HEAD"}, {"/-/ready", "GET, HEAD"},
                           {kReload, "POST, PUT"},      {"/status", "GET, HEAD"},
                           {"/status/", "GET, HEAD"},   {std::string{kRunbooks}, "GET, HEAD"}};
  server.set_pre_routing_handler([methods, &guard = context.guard, reload = context.reload](
                                     const Request& request, Response& response) {
    using Result = httplib::Server::HandlerResponse;
    if (guard.refuses(request, response) || refuses(methods, request, response)) {
      return Result::Handled;
    }
    // Not in a route: the library would wait for a body first, and curl -X POST sends none.
    if (request.path == kReload) {
      serve_reload(reload, request, response);
      return Result::Handled;
    }
    return Result::Unhandled;
  });
  server.set_post_routing_handler([&guard = context.guard](const Request&, Response& response) {
    guard.set_headers(response);
  });
  server.set_exception_handler(
      [](const Request& request, Response& response, const std::exception_ptr&) {
        log::error("request failed", {{"path", request.path.substr(0, 100)}});
        response.status = 500;
        response.set_content("Internal error.\n", kText);
      });
  server.set_default_headers({{"X-Content-Type-Options", "nosniff"}});

  server.Get("/", [context](const Request&, Response& response) {
    serve_html(response, landing_page(context.self(), context.telemetry_path));
  });
  server.Get("/runbooks/.*", serve_runbook);
  server.Get("/status/?",
             [context](const Request&, Response& response) { serve_status(context, response); });
  server.Get("/-/healthy",
             [](const Request&, Response& response) { response.set_content("Healthy.\n", kText); });
  server.Get("/-/ready", [context](const Request&, Response& response) {
    const bool ready = context.ready();
    response.status = ready ? 200 : 503;
    response.set_content(ready ? "Ready.\n" : "Not ready: the first poll has not ended.\n", kText);
  });
  // Paths are regular expressions here; the telemetry path holds no special character but the dot.
  std::string pattern;
  for (const char c : context.telemetry_path) {
    pattern += c == '.' ? std::string{"\\."} : std::string{c};
  }
  server.Get(pattern, [context](const Request& request, Response& response) {
    serve_metrics(context, request, response);
  });
}

}  // namespace litellm_exporter

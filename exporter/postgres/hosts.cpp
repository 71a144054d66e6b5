// SPDX-License-Identifier: Apache-2.0
#include "postgres/hosts.hpp"

#include "net/resolver.hpp"
#include "postgres/connect_error.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

namespace litellm_exporter::postgres {
namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> items;
  while (true) {
    const std::size_t comma = list.find(',');
    items.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) {
      return items;
    }
    list.remove_prefix(comma + 1);
  }
}

using Parts = std::map<std::string, std::string>;

Parts parts_of(const std::string& conninfo) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(conninfo.c_str(), nullptr), &PQconninfoFree);
  Parts parts;
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      parts[option->keyword] = option->val;
    }
  }
  return parts;
}

std::string join(const Parts& parts) {
  std::string text;
  for (const auto& [name, value] : parts) {
    text += keyword(name, value) + " ";
  }
  return text;
}

// "prefer-standby" looks at all hosts for a standby before it takes any other.
std::vector<std::string> passes(const Parts& parts) {
  const auto wanted = parts.find("target_session_attrs");
  if (wanted == parts.end()) {
    return {""};
  }
  return wanted->second == "prefer-standby" ? std::vector<std::string>{"standby", "any"}
                                            : std::vector<std::string>{wanted->second};
}

}  // namespace

std::string keyword(const std::string& name, const std::string& value) {
  std::string text = name + "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + "'";
}

std::vector<std::string> each_host(const std::string& conninfo) {
  const Parts parts = parts_of(conninfo);
  std::map<std::string, std::vector<std::string>> lists;
  std::size_t hosts = 1;
  for (const char* name : {"host", "hostaddr", "port"}) {
    if (const auto found = parts.find(name); found != parts.end()) {
      lists[name] = split(found->second);
      hosts = std::max(hosts, lists[name].size());
    }
  }
  if (hosts == 1) {
    return {conninfo};
  }
  std::vector<std::string> all;
  for (const std::string& wanted : passes(parts)) {
    for (std::size_t i = 0; i < hosts; ++i) {
      Parts one = parts;
      for (const auto& [name, list] : lists) {
        // A single port is that of all hosts.
        one[name] = list.size() == 1 ? list.front() : i < list.size() ? list[i] : "";
      }
      if (!wanted.empty()) {
        one["target_session_attrs"] = wanted;
      }
      all.push_back(join(one));
    }
  }
  return all;
}

std::vector<std::string> each_address(const std::string& conninfo, Milliseconds timeout,
                                      const std::stop_token& stop) {
  constexpr std::size_t kMost = 8;
  const Parts parts = parts_of(conninfo);
  const auto host = parts.find("host");
  const auto address_given = parts.find("hostaddr");
  // A path is a socket.
  if (host == parts.end() || (address_given != parts.end() && !address_given->second.empty()) ||
      host->second.empty() || host->second.starts_with('/') || host->second.starts_with('@')) {
    return {conninfo};
  }
  const auto found = resolve(host->second, Resolver::Clock::now() + timeout, stop);
  if (!found) {
    throw ConnectError(ConnectError::Cause::silent_resolver,
                       "the address of host \"" + host->second + "\" was not found in time");
  }
  if (found->addresses.empty()) {
    // In libpq's words. It would look the name up once more, without a deadline.
    throw ConnectError(
        ConnectError::Cause::unknown_host,
        "could not translate host name \"" + host->second + "\" to address: " + found->trouble);
  }
  if (found->addresses.front() == host->second) {
    return {conninfo};
  }
  std::vector<std::string> all;
  for (const std::string& address : found->addresses) {
    if (all.size() < kMost) {
      all.push_back(conninfo + " " + keyword("hostaddr", address));
    }
  }
  return all;
}

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <httplib.h>

#include <functional>
#include <string>

// Where releases of cpp-httplib differ in what the server calls: the compiler chooses the one that
// is there.
namespace litellm_exporter::library {

using SetUp = std::function<void(httplib::Request&)>;

// Until 0.16 the stream was asked for the addresses.
inline auto process_request(bool (httplib::Server::*function)(httplib::Stream&, bool, bool&,
                                                              const SetUp&)) {
  return
      [function](httplib::Server& server, httplib::Stream& stream, bool last, bool& closed,
                 const SetUp& set_up) { return (server.*function)(stream, last, closed, set_up); };
}

inline auto process_request(bool (httplib::Server::*function)(httplib::Stream&, const std::string&,
                                                              int, const std::string&, int, bool,
                                                              bool&, const SetUp&)) {
  return [function](httplib::Server& server, httplib::Stream& stream, bool last, bool& closed,
                    const SetUp& set_up) {
    std::string remote;
    int remote_port = 0;
    stream.get_remote_ip_and_port(remote, remote_port);
    std::string local;
    int local_port = 0;
    stream.get_local_ip_and_port(local, local_port);
    return (server.*function)(stream, remote, remote_port, local, local_port, last, closed, set_up);
  };
}

}  // namespace litellm_exporter::library

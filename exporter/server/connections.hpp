// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/refusals.hpp"

#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace litellm_exporter {

// Which connections are open, so that their number has a limit that nobody can exhaust: when a new
// one comes and all places are taken, the one that has waited longest for its client is closed.
// A slow or idle client thereby makes room for a scrape. May be used from any thread.
class Connections {
 public:
  Connections(std::size_t most, Refusals& refusals) : most_(most), refusals_(refusals) {}

  // One open connection. It must end before its socket is closed.
  class Place {
   public:
    Place(Connections& owner, int socket);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Whether it is the client's turn: then the place may be taken away.
    void waits_for_client(bool waits);

   private:
    Connections& owner_;
    std::uint64_t id_;
  };

  // Waits until a place is free, or everything is to end, and takes it.
  void reserve();
  // For a place that was reserved; after the last use of its socket.
  void release();
  // Closes what waits for its client, gives the others this long, and closes them, too.
  void end(std::chrono::milliseconds grace);

 private:
  struct Open {
    int socket = -1;
    std::optional<std::chrono::steady_clock::time_point> waiting_since;
  };

  bool close_longest_waiting();

  const std::size_t most_;
  Refusals& refusals_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Open> open_;
  std::uint64_t next_id_ = 0;
  std::size_t reserved_ = 0;
  bool ending_ = false;
};

// Gives each connection a thread once it has a place.
class ConnectionQueue final : public httplib::TaskQueue {
 public:
  ConnectionQueue(Connections& connections, std::size_t most)
      : connections_(connections), pool_(most) {}

  // Holds up whoever accepts connections while all places are taken; the kernel queues the rest.
  void enqueue(std::function<void()> serve) override;
  void shutdown() override { pool_.shutdown(); }

 private:
  Connections& connections_;
  httplib::ThreadPool pool_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/refusals.hpp"
#include "server/thread_pool.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace litellm_exporter {

// Which connections are open, so that their number has a limit that nobody can exhaust: when a new
// one comes and all places are taken, the one that has waited longest for its client is closed.
// A slow or idle client thereby makes room for a scrape. In a crowd of quick clients each has its
// turn: a client loses its place only if it keeps its thread waiting for a moment, or after an
// answer. May be used from any thread.
class Connections {
 public:
  explicit Connections(Refusals& refusals) : refusals_(refusals) {}

  // One open connection. It must end before its socket is closed.
  class Place {
   public:
    Place(Connections& owner, int socket);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // A new wait for the client begins: for a request, or until it takes an answer. An idle client
    // has received all that it asked for.
    void next(bool idle);
    // Whether its thread is held up by the client just now: then the place may be taken away.
    void waits_for_client(bool waits);
    // It has taken so much of an answer: one that keeps up a fair pace has hardly waited.
    void took(std::size_t bytes);
    // Whether somebody waits for a place: then an answer should be the last of its connection.
    bool is_wanted() const;

   private:
    Connections& owner_;
    std::uint64_t id_;
  };

  // Waits until fewer places than these are taken, or everything is to end, and takes one.
  void reserve(std::size_t most);
  // For a place that was reserved; after the last use of its socket.
  void release();
  // Closes what waits for its client, gives the others this long, and closes them, too.
  void end(std::chrono::milliseconds grace);

 private:
  struct Open {
    int socket = -1;
    // When the thread first waited for the client since the last next().
    std::optional<std::chrono::steady_clock::time_point> since;
    bool waits = false;
    bool idle = false;
  };

  // Only connections that have waited so long, or are idle.
  bool close_longest_waiting(std::chrono::milliseconds least);

  Refusals& refusals_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Open> open_;
  std::uint64_t next_id_ = 0;
  std::size_t reserved_ = 0;
  bool wanted_ = false;
  bool ending_ = false;
};

// Gives each connection a thread once it has a place.
class ConnectionQueue {
 public:
  // Throws std::system_error if there is no thread at all.
  ConnectionQueue(Connections& connections, std::size_t most)
      : connections_(connections), pool_(most) {}

  // Holds up whoever accepts connections while all places are taken; the kernel queues the rest.
  void enqueue(std::function<void()> serve);

 private:
  Connections& connections_;
  ThreadPool pool_;
};

}  // namespace litellm_exporter

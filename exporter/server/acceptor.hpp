// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace litellm_exporter {

// Takes connections from a listening socket, in a thread of its own. The HTTP library's loop ends
// for good at the first accept() that fails, though most failures pass: a full table of files, a
// lack of memory, a client that is gone. This one goes on, and ends the process when the socket
// itself is lost, so that the process is started anew.
class Acceptor {
 public:
  using Take = std::function<void(int socket)>;

  // Does not own the listening socket. `take` owns what it is given; it may wait.
  Acceptor(int listener, Take take);
  ~Acceptor() { end(); }
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Refuses new connections from now on, and does not wait for the thread, as the destructor does.
  void end();

 private:
  void run();

  const int listener_;
  const Take take_;
  std::atomic<bool> ending_{false};
  std::jthread thread_;
};

}  // namespace litellm_exporter

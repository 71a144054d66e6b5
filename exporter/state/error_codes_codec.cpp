// SPDX-License-Identifier: Apache-2.0
#include "state/error_codes_codec.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace litellm_exporter {
namespace {

using Codes = std::vector<ErrorCodes::Codes>;
using Waiting = std::deque<ErrorCodes::Waiting>;

void encode_since(Encoder& out, ErrorCodes::Instant since) {
  out.i64(since.time_since_epoch().count());
}

ErrorCodes::Instant decode_since(Decoder& in) {
  // Farther away there is no instant to compute with.
  constexpr std::int64_t kFarthest = 1'000'000'000'000'000'000;
  return ErrorCodes::Instant{
      std::chrono::microseconds{std::clamp<std::int64_t>(in.i64(), 0, kFarthest)}};
}

void encode_codes(Encoder& out, const Codes& codes) {
  out.u64(codes.size());
  for (const ErrorCodes::Codes& some : codes) {
    out.text(some.code);
    out.u64(some.count);
    encode_since(out, some.since);
  }
}

Codes decode_codes(Decoder& in) {
  Codes codes;
  for (std::uint64_t left = in.count(24); left > 0; --left) {
    ErrorCodes::Codes some;
    some.code = in.text();
    some.count = in.u64();
    some.since = decode_since(in);
    codes.push_back(std::move(some));
  }
  return codes;
}

void encode_waiting(Encoder& out, const Waiting& waiting) {
  out.u64(waiting.size());
  for (const ErrorCodes::Waiting& failures : waiting) {
    out.text(failures.model);
    out.text(failures.provider);
    out.u64(failures.count);
    encode_since(out, failures.since);
  }
}

Waiting decode_waiting(Decoder& in) {
  Waiting waiting;
  for (std::uint64_t left = in.count(32); left > 0; --left) {
    ErrorCodes::Waiting failures;
    failures.model = in.text();
    failures.provider = in.text();
    failures.count = in.u64();
    failures.since = decode_since(in);
    waiting.push_back(std::move(failures));
  }
  return waiting;
}

}  // namespace

std::string encode_error_codes(const ErrorCodes& codes) {
  Encoder out;
  out.u64(codes.groups().size());
  for (const auto& [name, group] : codes.groups()) {
    out.text(name);
    encode_waiting(out, group.waiting);
    encode_codes(out, group.summed);
    encode_codes(out, group.logged);
  }
  return out.take();
}

void apply_error_codes(Decoder in, ErrorCodes& codes) {
  ErrorCodes::Groups groups;
  for (std::uint64_t left = in.count(32); left > 0; --left) {
    ErrorCodes::Group& group = groups[std::string{in.text()}];
    group.waiting = decode_waiting(in);
    group.summed = decode_codes(in);
    group.logged = decode_codes(in);
  }
  if (!in.done()) {
    throw DecodeError("holds more error codes than it should");
  }
  codes.restore(std::move(groups));
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "server/head_check.hpp"

namespace litellm_exporter {
namespace {

bool is_token(char byte) {
  constexpr std::string_view kToken =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return kToken.find(byte) != std::string_view::npos;
}

bool is_control(char byte) {
  constexpr unsigned char kDelete = 0x7F;
  const auto value = static_cast<unsigned char>(byte);
  return value < ' ' || value == kDelete;
}

}  // namespace

bool HeadCheck::admits(std::string_view bytes) {
  for (const char byte : bytes) {
    at_ = after(byte);
  }
  return at_ != At::wrong;
}

HeadCheck::At HeadCheck::after(char byte) const {
  const auto if_so = [](bool good, At next) { return good ? next : At::wrong; };
  switch (at_) {
    case At::request_line:
      return byte == '\r' ? At::line_end : if_so(!is_control(byte), At::request_line);
    case At::line_begin:
      return byte == '\r' ? At::head_end : if_so(is_token(byte), At::name);
    case At::name:
      return byte == ':' ? At::value : if_so(is_token(byte), At::name);
    case At::value:
      return byte == '\r' ? At::line_end : if_so(byte == '\t' || !is_control(byte), At::value);
    case At::line_end:
      return if_so(byte == '\n', At::line_begin);
    case At::head_end:
      return if_so(byte == '\n', At::body);
    case At::body:
    case At::wrong:
      break;
  }
  return at_;
}

}  // namespace litellm_exporter

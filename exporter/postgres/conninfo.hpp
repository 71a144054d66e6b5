// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "base/secret.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace litellm_exporter::postgres {

// Says what is wrong with a connection string without quoting any of it.
class ConninfoError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ClientIdentity;

struct Conninfo {
  // Keyword form for libpq; holds the password. Never says connect_timeout, client_encoding,
  // replication, keepalives or tcp_user_timeout: those are the session's to say.
  Secret text;
  Secret password;
  // From the URL parameter ?schema=, which Prisma and so LiteLLM understand; empty: search_path. An
  // identifier of 1 to 63 bytes of UTF-8 that may hold quotes, dots and blanks: to be quoted.
  std::string schema;
  // host, port and database for logs.
  std::string described;
  // As libpq takes it: a name, an address, the directory of a socket, or a list of them; empty for
  // the usual socket.
  std::string host;
  // True if the server's certificate must be one that is trusted (sslmode=verify-...).
  bool verifies_server = false;
  // The connection string's own, in whole seconds above 0; nothing if it has none or says "for
  // ever". The shorter of this and the configuration's counts.
  std::optional<Milliseconds> connect_timeout;
  // Owns the files that `text` names by descriptor; keep it as long as `text` is used.
  std::shared_ptr<const ClientIdentity> identity;
};

// Accepts what libpq accepts (URL or keywords) and what LiteLLM's own DATABASE_URL may hold. A
// parameter of a URL that Prisma knows means what it means to Prisma:
// - schema, host, options, application_name, sslmode; a + in them is a blank, as Prisma reads it;
// - sslaccept=strict verifies chain and host name, with the authorities of sslcert, else with the
//   system's; sslaccept=accept_invalid_certs does not verify, unless sslmode=verify-… asks for it;
// - sslcert is the file of the server's authorities, unless sslkey or sslrootcert stand beside it:
//   then it is libpq's, the client's certificate. With sslmode=require and without sslaccept the
//   chain is verified, as libpq does where it has authorities;
// - sslidentity and sslpassword are the client's certificate and key as PKCS#12;
// - what is about a pool or a client of many queries (connection_limit, pgbouncer, ...) is left
//   out. So is what neither knows, unless it looks like a slip in one of the above or is about TLS.
// `sslrootcert=system` is the system's authorities with sslmode=verify-full, as newer libpq have
// it. Reads the file of sslidentity. Throws ConninfoError. libpq's own messages are never passed
// on: for an unescaped '@' or '/' in a password they quote a part of it.
Conninfo parse_conninfo(const Secret& url);

}  // namespace litellm_exporter::postgres

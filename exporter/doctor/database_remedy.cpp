// SPDX-License-Identifier: Apache-2.0
#include "doctor/database_remedy.hpp"

#include "postgres/connect_error.hpp"

#include <algorithm>
#include <array>

namespace litellm_exporter::doctor {
namespace {

// Words of an error message, and what to do about it.
struct Remedy {
  std::string_view words;
  std::string_view next_step;
};

// libpq hands out no SQLSTATE of a connection that failed, only the message. The first match
// counts: what the server says comes after what libpq tried.
constexpr std::array kRemedies = {
    Remedy{"password authentication failed",  // 28P01
           "the password is wrong, or there is no such role: make the role with role.sql, set a "
           "password with \\password in psql, and put it into the URL"},
    Remedy{"no password supplied",
           "the server asks for a password and the URL has none: put it into the URL, or its file"},
    Remedy{"no encryption",  // no pg_hba.conf entry for host ..., no encryption
           "the server takes no connection from here without TLS: add ?sslmode=require to the URL, "
           "or a line to pg_hba.conf"},
    Remedy{"no pg_hba.conf entry",
           "add a line for this role, database and address to the server's pg_hba.conf and reload "
           "it"},
    Remedy{"server does not support SSL",
           "the server has no TLS: switch ssl on in postgresql.conf, or remove sslmode from the "
           "URL if the way to it is trusted"},
    Remedy{"root certificate file",
           "the file of sslrootcert must exist, hold PEM certificates and be readable for the "
           "exporter's user: correct its path or its mode"},
    Remedy{"certificate verify failed",
           "sslrootcert must hold the authority that signed the server's certificate"},
    Remedy{"does not match host name",
           "use the host name that stands in the server's certificate, or sslmode=verify-ca"},
    Remedy{"SSL error", "look at the server's log: it refused TLS, or does not speak it here"},
    Remedy{"is not permitted to log in", "ALTER ROLE ... LOGIN, or run role.sql"},
    Remedy{"permission denied for database",
           "the role may not connect: GRANT CONNECT ON DATABASE ... TO the role"},
    Remedy{"too many connections for role",
           "the exporter needs two: raise the role's CONNECTION LIMIT; is another one running?"},
    Remedy{"too many connections for database",
           "raise the database's CONNECTION LIMIT, or see who holds them in pg_stat_activity"},
    Remedy{"remaining connection slots are reserved",
           "raise max_connections, or see who holds them in pg_stat_activity"},
    Remedy{"too many clients", "raise max_connections, or see who holds them in pg_stat_activity"},
};

// The words around a name: database "x" does not exist (3D000).
bool is_missing(std::string_view error, std::string_view kind) {
  const std::size_t at = error.find(kind);
  return at != std::string_view::npos &&
         error.find("\" does not exist", at) != std::string_view::npos;
}

// Without a default, so that the compiler tells of a cause that has none.
std::string remedy(postgres::ConnectError::Cause cause) {
  using Cause = postgres::ConnectError::Cause;
  switch (cause) {
    case Cause::silent_resolver:
      return "the resolver does not answer: look at the name servers of /etc/resolv.conf, or put "
             "the address into the URL";
    case Cause::unknown_host:
      return "correct the host name in the URL, or the resolver";
    case Cause::silent_server:
      return "nothing answers there: check host and port, firewalls, and that the server runs";
  }
  return {};
}

}  // namespace

std::string connection_remedy(std::string_view error) {
  const auto* const found = std::ranges::find_if(kRemedies, [&](const Remedy& remedy) {
    return error.find(remedy.words) != std::string_view::npos;
  });
  if (found != kRemedies.end()) {
    return std::string{found->next_step};
  }
  if (is_missing(error, "database \"")) {
    return "correct the database's name in the URL: psql -l lists those of the server";
  }
  if (is_missing(error, "role \"")) {
    return "make the role with role.sql, or correct its name in the URL";
  }
  return "check host, port, password and pg_hba.conf: psql with the same URL must work";
}

std::string database_remedy(const PollError& error) {
  if (const auto* const known = dynamic_cast<const postgres::ConnectError*>(&error)) {
    return remedy(known->cause());
  }
  switch (error.reason()) {
    case Reason::connect:
      return connection_remedy(error.what());
    case Reason::timeout:
      return "a table is locked or the server is slow: look into pg_locks and pg_stat_activity, or "
             "raise database.statement_timeout";
    case Reason::permission:
      return "run role.sql as the owner of LiteLLM's tables";
    case Reason::schema:
    case Reason::query:
    case Reason::decode:
    case Reason::state:
      break;
  }
  return "see the message, and the server's log";
}

}  // namespace litellm_exporter::doctor

// SPDX-License-Identifier: Apache-2.0
#include "server/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace litellm_exporter {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Names = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>;

[[noreturn]] void fail(const char* key, const std::string& what) {
  std::array<char, 256> reason{};
  const unsigned long code = ERR_get_error();
  if (code != 0) {
    ERR_error_string_n(code, reason.data(), reason.size());
  }
  ERR_clear_error();
  throw ConfigError(
      fmt::format("tls_server_config.{}: {}{}{}", key, what, code != 0 ? ": " : "", reason.data()));
}

Bio bio_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

// Keeps the library from asking the terminal for the passphrase of an encrypted key.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }

void use_certificates(SSL_CTX* context, const std::string& text) {
  const Bio bio = bio_of(text);
  Certificate own(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr), X509_free);
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) {
    fail("cert_file", "holds no certificate in PEM");
  }
  for (;;) {
    Certificate next(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr), X509_free);
    if (!next) {
      break;
    }
    // Takes the certificate over where it succeeds.
    if (SSL_CTX_add0_chain_cert(context, next.get()) == 1) {
      static_cast<void>(next.release());
    }
  }
  ERR_clear_error();
}

void use_key(SSL_CTX* context, const Secret& key) {
  const Bio bio = bio_of(key.reveal());
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> own(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
  if (!own) {
    fail("key_file", "holds no private key in PEM without a passphrase");
  }
  if (SSL_CTX_use_PrivateKey(context, own.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    fail("key_file", "does not belong to the certificate");
  }
}

// A text without a certificate trusts nobody.
void trust(SSL_CTX* context, const std::string& authorities, bool tell_clients) {
  const Bio bio = bio_of(authorities);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (;;) {
    const Certificate next(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr),
                           X509_free);
    if (!next) {
      break;
    }
    X509_STORE_add_cert(store, next.get());
    if (tell_clients) {
      SSL_CTX_add_client_CA(context, next.get());
    }
  }
  ERR_clear_error();
  // Every listed authority is trusted, an intermediate one without its root included.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
}

int accept_any(int /*verified*/, X509_STORE_CTX* /*chain*/) { return 1; }

void ask_clients(SSL_CTX* context, WebConfig::ClientAuth policy) {
  using ClientAuth = WebConfig::ClientAuth;
  constexpr int kRequired = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  switch (policy) {
    case ClientAuth::none:
      break;
    case ClientAuth::request:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, accept_any);
      break;
    case ClientAuth::require_any:
      SSL_CTX_set_verify(context, kRequired, accept_any);
      break;
    case ClientAuth::verify_if_given:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
      break;
    case ClientAuth::require_and_verify:
      SSL_CTX_set_verify(context, kRequired, nullptr);
      break;
  }
}

std::string text_of(const ASN1_STRING* text) {
  const auto* data = ASN1_STRING_get0_data(text);
  return {data, data + ASN1_STRING_length(text)};
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(octets) == 4 ? AF_INET : AF_INET6;
  const bool sane = family == AF_INET || ASN1_STRING_length(octets) == 16;
  return sane && ::inet_ntop(family, ASN1_STRING_get0_data(octets), text.data(), text.size()) !=
                     nullptr
             ? text.data()
             : std::string{};
}

std::string name_of(const GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DNS:
      return text_of(name->d.dNSName);
    case GEN_EMAIL:
      return text_of(name->d.rfc822Name);
    case GEN_URI:
      return text_of(name->d.uniformResourceIdentifier);
    case GEN_IPADD:
      return address_of(name->d.iPAddress);
    default:
      return {};
  }
}

}  // namespace

TlsContext::TlsContext(const WebConfig::Tls& config)
    : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
      // Clients show a certificate only if they are asked for one.
      allowed_names_(config.client_auth == WebConfig::ClientAuth::none
                         ? std::nullopt
                         : config.client_allowed_names) {
  SSL_CTX* context = context_.get();
  if (context == nullptr) {
    fail("cert_file", "OpenSSL cannot be used");
  }
  SSL_CTX_set_min_proto_version(context, config.oldest_version);
  SSL_CTX_set_max_proto_version(context, config.newest_version);
  // Debian's level would refuse old versions though they were asked for, and RSA keys of 1024 bits,
  // which Go takes.
  SSL_CTX_set_security_level(context, config.oldest_version < TLS1_2_VERSION ? 0 : 1);
  // A resumed session would pass by what a reload has changed.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (config.prefer_server_cipher_suites) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
  use_certificates(context, config.certificates);
  use_key(context, config.key);
  trust(context, config.client_authorities, !config.system_authorities);
  ask_clients(context, config.client_auth);
  if (!config.cipher_suites.empty() &&
      SSL_CTX_set_cipher_list(context, config.cipher_suites.c_str()) != 1) {
    fail("cipher_suites", "refused");
  }
  if (!config.curves.empty() && SSL_CTX_set1_groups_list(context, config.curves.c_str()) != 1) {
    fail("curve_preferences", "refused");
  }
}

std::unique_ptr<Channel> TlsContext::accept(int socket) const {
  const std::shared_ptr<SSL> connection(SSL_new(context_.get()), SSL_free);
  if (connection) {
    SSL_set_fd(connection.get(), socket);
    SSL_set_accept_state(connection.get());
  }
  return tls_channel(socket, connection,
                     [self = shared_from_this()](SSL* ssl) { return self->admits(ssl); });
}

bool TlsContext::admits(SSL* connection) const {
  if (!allowed_names_) {
    return true;
  }
  const X509* certificate = SSL_get0_peer_certificate(connection);
  const Names names(certificate == nullptr
                        ? nullptr
                        : static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(
                              certificate, NID_subject_alt_name, nullptr, nullptr)),
                    GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string name = name_of(sk_GENERAL_NAME_value(names.get(), i));
    if (!name.empty() &&
        std::find(allowed_names_->begin(), allowed_names_->end(), name) != allowed_names_->end()) {
      return true;
    }
  }
  return false;
}

}  // namespace litellm_exporter

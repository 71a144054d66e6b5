// SPDX-License-Identifier: Apache-2.0
#include "http/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>

#include <arpa/inet.h>

namespace litellm_exporter::http {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool load_authorities(SSL_CTX* context, const std::string& file) {
  return file.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                      : SSL_CTX_load_verify_locations(context, file.c_str(), nullptr) == 1;
}

Trouble certificate_trouble(long result) {
  if (result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    return {Fault::foreign_certificate, "the certificate is not for this host"};
  }
  const bool timely =
      result != X509_V_ERR_CERT_HAS_EXPIRED && result != X509_V_ERR_CERT_NOT_YET_VALID;
  return {timely ? Fault::untrusted_certificate : Fault::untimely_certificate,
          fmt::format("the certificate is not {}: {}", timely ? "trusted" : "valid at this time",
                      X509_verify_cert_error_string(result))};
}

}  // namespace

TlsClient::TlsClient(const Url& url, const Options& options)
    : url_(url),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      knows_authorities_(options.insecure_skip_verify ||
                         (context_ && load_authorities(context_.get(), options.ca_file))),
      verifies_(!options.insecure_skip_verify) {
  ERR_clear_error();
}

std::shared_ptr<SSL> TlsClient::connect(int socket) {
  if (!context_ || !knows_authorities_) {
    return nullptr;
  }
  connection_ = {SSL_new(context_.get()), SSL_free};
  SSL* connection = connection_.get();
  if (connection == nullptr || SSL_set_fd(connection, socket) != 1) {
    return nullptr;
  }
  SSL_set_connect_state(connection);
  const bool address = is_address(url_.host);
  if (!address) {
    // SSL_set_tlsext_host_name is a macro with a cast of the old style.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(url_.host.c_str()));
  }
  if (verifies_) {
    X509_VERIFY_PARAM* wanted = SSL_get0_param(connection);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int named =
        address ? X509_VERIFY_PARAM_set1_ip_asc(wanted, url_.host.c_str())
                : X509_VERIFY_PARAM_set1_host(wanted, url_.host.c_str(), url_.host.size());
    if (named != 1) {
      return nullptr;
    }
    SSL_set_verify(connection, SSL_VERIFY_PEER, nullptr);
  }
  return connection_;
}

Trouble TlsClient::trouble() const {
  if (!knows_authorities_) {
    return {Fault::ca_file, "cannot load litellm.ca_file"};
  }
  if (const long result = connection_ ? SSL_get_verify_result(connection_.get()) : X509_V_OK;
      verifies_ && result != X509_V_OK) {
    return certificate_trouble(result);
  }
  return {Fault::handshake, "TLS handshake failed: does the port speak TLS?"};
}

}  // namespace litellm_exporter::http

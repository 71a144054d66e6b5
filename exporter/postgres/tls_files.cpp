// SPDX-License-Identifier: Apache-2.0
#include "postgres/tls_files.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "postgres/conninfo.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <array>
#include <cstdlib>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace litellm_exporter::postgres {
namespace {

template <typename T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
template <typename T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

void free_stack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

struct FreedBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, FreedBio>;

struct Bundle {
  Owned<X509, X509_free> certificate;
  Owned<EVP_PKEY, EVP_PKEY_free> key;
  Owned<STACK_OF(X509), free_stack> others;
};

[[noreturn]] void refuse(const std::string& path) {
  constexpr std::size_t kLongestName = 1000;
  ERR_clear_error();
  throw ConninfoError(fmt::format(
      "sslidentity: {0}: is no PKCS#12 file that sslpassword opens; if it is an old one, make PEM "
      "of it (openssl pkcs12 -legacy -in {0} -nodes) and give sslcert, sslkey and sslrootcert",
      clean_label(path, kLongestName)));
}

Bundle unpack(const std::string& path, const std::string& password) {
  constexpr std::size_t kLargest = 1 << 20;
  std::string bytes;
  try {
    bytes = read_file(path, kLargest);
  } catch (const FileError& e) {
    throw ConninfoError(fmt::format("sslidentity: {}", e.what()));
  }
  const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const Owned<PKCS12, PKCS12_free> file(
      d2i_PKCS12(nullptr, &begin, static_cast<long>(bytes.size())));
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (!file || PKCS12_parse(file.get(), password.c_str(), &key, &certificate, &others) != 1) {
    refuse(path);
  }
  Bundle bundle{Owned<X509, X509_free>(certificate), Owned<EVP_PKEY, EVP_PKEY_free>(key),
                Owned<STACK_OF(X509), free_stack>(others)};
  if (!bundle.certificate || !bundle.key) {
    refuse(path);
  }
  return bundle;
}

// A file in memory; libpq takes a key only from one that nobody else may read.
Fd memory_file(const char* name, BIO* content) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(content, &bytes);
  Fd file(::memfd_create(name, MFD_CLOEXEC));
  if (!file || ::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0 ||
      ::write(file.get(), bytes, static_cast<std::size_t>(size)) != size) {
    throw ConninfoError("sslidentity: no memory for the certificate and its key");
  }
  return file;
}

std::string name_of(const Fd& file) { return fmt::format("/proc/self/fd/{}", file.get()); }

}  // namespace

ClientIdentity::ClientIdentity(const std::string& path, const std::string& password) {
  const Bundle bundle = unpack(path, password);
  const Bio certificates(BIO_new(BIO_s_mem()));
  const Bio key(BIO_new(BIO_s_secmem()));
  bool good = PEM_write_bio_X509(certificates.get(), bundle.certificate.get()) == 1 &&
              PEM_write_bio_PrivateKey(key.get(), bundle.key.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr) == 1;
  for (int i = 0; i < sk_X509_num(bundle.others.get()); ++i) {
    good =
        good && PEM_write_bio_X509(certificates.get(), sk_X509_value(bundle.others.get(), i)) == 1;
  }
  if (!good) {
    refuse(path);
  }
  certificate_ = memory_file("certificate", certificates.get());
  key_ = memory_file("key", key.get());
}

std::string ClientIdentity::certificate_path() const { return name_of(certificate_); }
std::string ClientIdentity::key_path() const { return name_of(key_); }

std::string system_authorities() {
  const char* const chosen = std::getenv("SSL_CERT_FILE");
  if (chosen != nullptr && *chosen != '\0') {
    if (::access(chosen, R_OK) != 0) {
      throw ConninfoError("the file that SSL_CERT_FILE names cannot be read");
    }
    return chosen;
  }
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (::access(path, R_OK) == 0) {
      return path;
    }
  }
  throw ConninfoError(
      "the server's certificate must be verified, but this system has no file of authorities: "
      "install ca-certificates, or name one with sslcert=FILE or sslrootcert=FILE");
}

}  // namespace litellm_exporter::postgres

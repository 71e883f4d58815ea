// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/certificate.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <sstream>
#include <system_error>

namespace openline::daemon {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr long kLife = 2L * 365 * 24 * 3600;

Bio memory_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    if (i != 0) text += ':';
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

std::string day_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  std::array<char, 16> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return {text.data(), size};
}

bool is_address(const std::string& name) {
  std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> bytes(a2i_IPADDRESS(name.c_str()));
  return bytes != nullptr;
}

// "DNS:desk.example,IP:192.0.2.1", RFC 5280 section 4.2.1.6. Names were checked when the settings were read:
// none has a comma.
std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (std::string name : names) {
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    text += (text.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  return text;
}

bool add_extension(X509* certificate, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

X509Ptr make_certificate(EVP_PKEY* key, const std::vector<std::string>& names) {
  X509Ptr certificate(X509_new());
  if (!certificate) return nullptr;
  std::array<unsigned char, 16> serial{};
  if (RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return nullptr;
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, and of full length
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* common = reinterpret_cast<const unsigned char*>("Openline desk");
  const bool made =
      number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr &&
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr &&  // clocks differ
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kLife) != nullptr &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0) == 1 &&
      X509_set_issuer_name(certificate.get(), name) == 1 && X509_set_pubkey(certificate.get(), key) == 1 &&
      add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
      add_extension(certificate.get(), NID_subject_alt_name, alternative_names(names)) &&
      X509_sign(certificate.get(), key, EVP_sha256()) != 0;
  return made ? std::move(certificate) : nullptr;
}

Result<void> write_file(const std::filesystem::path& path, const std::string& text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return fail("cannot make " + path.string() + ": " + std::generic_category().message(errno));
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (written) return {};
  ::unlink(path.c_str());
  return fail("cannot write " + path.string() + ": " + std::generic_category().message(errno));
}

Result<void> make_files(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file,
                        const std::vector<std::string>& names) {
  const Key key(EVP_EC_gen("P-256"));
  const X509Ptr certificate = key ? make_certificate(key.get(), names) : nullptr;
  const Bio key_text(BIO_new(BIO_s_mem())), certificate_text(BIO_new(BIO_s_mem()));
  if (!certificate || !key_text || !certificate_text ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1) {
    return fail("a certificate for the console cannot be made");
  }
  if (auto written = write_file(key_file, text_of(key_text.get()), 0600); !written) return written;
  auto written = write_file(certificate_file, text_of(certificate_text.get()), 0644);
  if (!written) ::unlink(key_file.c_str());  // both or none: they are made anew the next time
  return written;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(path.string() + " cannot be read");
  return text.str();
}

}  // namespace

Result<Certificate> Certificate::open(const std::filesystem::path& folder,
                                      const std::vector<std::string>& names) {
  const std::filesystem::path certificate_file = folder / "console.crt", key_file = folder / "console.key";
  std::error_code ignored;
  const bool has_certificate = std::filesystem::exists(certificate_file, ignored),
             has_key = std::filesystem::exists(key_file, ignored);
  if (has_certificate != has_key) {
    return fail((has_key ? certificate_file : key_file).string() +
                " is missing: give both files, or take both away to have them made");
  }
  if (!has_certificate) {
    if (auto made = make_files(certificate_file, key_file, names); !made)
      return std::unexpected(made.error());
  }
  struct stat status{};
  if (::stat(key_file.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
    return fail(key_file.string() + " can be read by others: chmod 600 it, and think of it as known");
  auto text = read_file(certificate_file);
  if (!text) return std::unexpected(text.error());
  auto key_text = read_file(key_file);
  if (!key_text) return std::unexpected(key_text.error());
  const Bio certificate_memory = memory_of(*text), key_memory = memory_of(*key_text);
  const X509Ptr certificate(PEM_read_bio_X509(certificate_memory.get(), nullptr, nullptr, nullptr));
  const Key key(PEM_read_bio_PrivateKey(key_memory.get(), nullptr, nullptr, nullptr));
  if (!certificate) return fail(certificate_file.string() + " is no certificate in PEM form");
  if (!key) return fail(key_file.string() + " is no private key in PEM form");
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return fail(key_file.string() + " is not the key of " + certificate_file.string());
  const ASN1_TIME* ends = X509_get0_notAfter(certificate.get());
  if (X509_cmp_current_time(ends) < 0) {
    return fail(certificate_file.string() + " expired on " + day_of(ends) +
                ": put a new one there, or take it and its key away to have them made");
  }
  return Certificate{std::move(*text), std::move(*key_text), fingerprint_of(certificate.get()), day_of(ends)};
}

}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
#include "cli/root_signature.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMaxSeedFile = 128;  // bytes; one has 65

}  // namespace

Outcome<SigningSeed> read_root_key(const std::filesystem::path& file) {
  auto content = read_file(file, kMaxSeedFile);
  if (!content) return failed(content.error());
  std::string_view digits = text_of(*content);
  while (digits.ends_with('\n') || digits.ends_with('\r')) digits.remove_suffix(1);
  auto seed = from_hex(digits);
  wipe(*content);
  if (!seed || seed->size() != SigningSeed::kSize) {
    if (seed) wipe(*seed);
    return failed(
        ExitCode::kRefused,
        fmt::format("{}: not a root key, which is 64 hexadecimal digits and a line end", file.string()));
  }
  SigningSeed secret{std::span<const std::uint8_t, SigningSeed::kSize>(*seed)};
  wipe(*seed);
  return secret;
}

Outcome<std::string> signed_by_root(const SigningSeed& seed, const RootChallenge& challenge,
                                    std::string_view address, std::string_view body) {
  auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object()) return failed(ExitCode::kUsage, "what is to be signed is not text in UTF-8");
  object.erase("root");
  // dump(): names sorted, no spaces, which is how the station writes it again to check this.
  const Hash digest = hash_of(view_of(object.dump()));
  Bytes payload = copy_of(challenge.station.view());
  append(payload, challenge.value.view());
  append(payload, digest.view());
  append(payload, view_of(address));
  const Signature signature = RootKeyPair(seed).sign({kPeopleLabel, std::nullopt, payload});
  object["root"] = {{"challenge", challenge.value.hex()}, {"signature", signature.hex()}};
  return object.dump();
}

}  // namespace openline::cli

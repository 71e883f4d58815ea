// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/security_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/wire/assert.h"
#include "core/wire/cbor.h"
#include "daemon/desk/plain_text.h"

namespace openline::daemon {

using Why = DeskRefusal::Why;

const char* key_algorithm_name(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::kEs256 ? "ES256" : "EdDSA";
}

std::optional<std::string> key_name_problem(std::string_view name) {
  if (!cbor::is_utf8(view_of(name))) return "must be UTF-8";
  if (name.empty() || name.size() > kMaxKeyName) return fmt::format("must be 1 to {} bytes", kMaxKeyName);
  if (name.front() == ' ' || name.back() == ' ') return "must not begin or end with a space";
  return plain_text_problem(name);
}

SecurityKeys::SecurityKeys(std::vector<SecurityKey> rows, RandomSeed seed, SecurityKeyLimits limits)
    : limits_(limits), random_(std::move(seed)) {
  for (SecurityKey& key : rows) {
    Bytes id = key.id;
    keys_.emplace(std::move(id), std::move(key));
  }
  check_invariants();
}

const SecurityKey* SecurityKeys::find(ByteView id) const {
  const auto found = keys_.find(copy_of(id));
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<const SecurityKey*> SecurityKeys::of(std::string_view officer) const {
  std::vector<const SecurityKey*> result;
  for (const auto& [id, key] : keys_) {
    if (key.officer == officer) result.push_back(&key);
  }
  std::ranges::stable_sort(result, {}, &SecurityKey::added);
  return result;
}

Hash SecurityKeys::new_challenge(const std::string& officer, Purpose purpose, WallTime now) {
  std::deque<Challenge>& waiting = challenges_[officer];
  if (waiting.size() == limits_.challenges_of_one) waiting.pop_front();
  waiting.push_back({random_.draw<Hash>(), purpose, now + limits_.challenge_holds});
  return waiting.back().value;
}

bool SecurityKeys::use_challenge(const Hash& value, const std::string& officer, Purpose purpose,
                                 WallTime now) {
  const auto of_officer = challenges_.find(officer);
  if (of_officer == challenges_.end()) return false;
  std::deque<Challenge>& waiting = of_officer->second;
  const auto found = std::ranges::find(waiting, value, &Challenge::value);
  if (found == waiting.end()) return false;
  const bool holds = found->purpose == purpose && now <= found->until;
  waiting.erase(found);
  if (waiting.empty()) challenges_.erase(of_officer);
  return holds;
}

Allowed<const SecurityKey*> SecurityKeys::add(SecurityKey key) {
  OPENLINE_ASSERT(!key.id.empty() && key.id.size() <= kMaxCredentialId && !key_name_problem(key.name));
  const auto own = of(key.officer);
  if (find(key.id) != nullptr)
    return deny(Why::kConflict, "this security key is somebody's already: another is needed");
  if (std::ranges::any_of(own, [&](const SecurityKey* one) { return one->name == key.name; }))
    return deny(Why::kConflict, fmt::format("a security key of yours is called \"{}\" already", key.name),
                "name");
  if (own.size() >= limits_.keys_of_one)
    return deny(Why::kFull, fmt::format("an officer has at most {} security keys", limits_.keys_of_one));
  Bytes id = key.id;
  const auto placed = keys_.emplace(std::move(id), std::move(key)).first;
  writes_.emplace_back(placed->second);
  return &placed->second;
}

Allowed<const SecurityKey*> SecurityKeys::used(ByteView id, std::uint32_t count, WallTime now) {
  const auto found = keys_.find(copy_of(id));
  if (found == keys_.end()) return deny(Why::kWrongKey, "this security key is none of the officer's");
  SecurityKey& key = found->second;
  const bool counts = count != 0 || key.count != 0;  // some keys do not, and say 0 each time
  if (counts && count <= key.count) {
    return deny(
        Why::kCopiedKey,
        fmt::format("the security key \"{}\" has signed {} times by its own count and said {} before: "
                    "there is a copy of it. Sign in with another, and remove it",
                    key.name, count, key.count));
  }
  key.count = count;
  key.last_used = now;
  writes_.emplace_back(key);
  return &key;
}

Allowed<SecurityKey> SecurityKeys::remove(ByteView id, std::string_view officer, bool needs_one) {
  const auto found = keys_.find(copy_of(id));
  if (found == keys_.end() || found->second.officer != officer)
    return deny(Why::kNotFound, "you have no such security key");
  if (needs_one && of(officer).size() == 1)
    return deny(Why::kConflict, "it is your last, and this desk demands one: add another first");
  SecurityKey removed = std::move(found->second);
  keys_.erase(found);
  writes_.emplace_back(SecurityKeyRemoved{removed.id});
  return removed;
}

void SecurityKeys::remove_all(std::string_view officer) {
  std::erase_if(keys_, [&](const auto& one) {
    if (one.second.officer != officer) return false;
    writes_.emplace_back(SecurityKeyRemoved{one.first});
    return true;
  });
  challenges_.erase(std::string(officer));
}

void SecurityKeys::check_invariants() const {
  for (const auto& [id, key] : keys_) {
    OPENLINE_ASSERT(id == key.id && !id.empty() && id.size() <= kMaxCredentialId);
    OPENLINE_ASSERT(key.public_key.size() == (key.algorithm == KeyAlgorithm::kEs256 ? 64 : 32));
    OPENLINE_ASSERT(of(key.officer).size() <= limits_.keys_of_one);
  }
  for (const auto& [officer, waiting] : challenges_)
    OPENLINE_ASSERT(!waiting.empty() && waiting.size() <= limits_.challenges_of_one);
}

}  // namespace openline::daemon

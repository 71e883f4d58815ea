// SPDX-License-Identifier: Apache-2.0
// Officers, sessions and changes of people as the API says them (docs/api.md, "People"), as plain values.
// Texts are as others gave them: whoever shows them makes them visible first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openline::cli {

struct GrantView {
  std::string desk;  // "*": every desk
  std::vector<std::string> roles;
};
struct OfficerView {
  std::string name, title, state, locked_until;
  std::vector<GrantView> grants;
  std::uint64_t sessions = 0;
  std::uint64_t security_keys = 0;
};
struct ChangeView {
  std::uint64_t number = 0;
  std::string kind, officer, title, proposed_by, time, state, decided_by;
  std::vector<GrantView> grants;
};
struct PeopleView {
  std::vector<OfficerView> officers;
  std::vector<ChangeView> changes;
};
struct MeView {
  std::optional<OfficerView> officer;
  bool unpeopled = false;
  std::string expires;
  std::uint64_t idle_s = 0;
};
struct SignedInView {
  std::string token, expires;
  OfficerView officer;
  std::uint64_t idle_s = 0;
  std::string json_without_token;  // of the whole answer
};
// What came of a request about an officer.
struct PeopleDoneView {
  std::optional<OfficerView> officer;
  std::optional<ChangeView> change;
  std::string code_half, code;
};
struct AuditedAct {
  std::uint64_t number = 0, status = 0;
  std::string time, officer, act, on, note;
};
struct AuditView {
  std::vector<AuditedAct> acts;
  bool more = false;
};
struct RootChallengeView {
  std::string challenge, station;  // hexadecimal
};

// nullopt: not what docs/api.md describes.
[[nodiscard]] std::optional<PeopleView> read_people(std::string_view json);
[[nodiscard]] std::optional<MeView> read_me(std::string_view json);
[[nodiscard]] std::optional<SignedInView> read_signed_in(std::string_view json);
[[nodiscard]] std::optional<PeopleDoneView> read_people_done(std::string_view json);
[[nodiscard]] std::optional<AuditView> read_audit(std::string_view json);
[[nodiscard]] std::optional<RootChallengeView> read_root_challenge(std::string_view json);

}  // namespace openline::cli

// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/desk_errors.h"

#include <algorithm>

#include "core/record/words.h"

namespace openline::daemon {
namespace {

// The beginning of a text in UTF-8, in whole characters and at most so many bytes.
std::string_view shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

ApiError error_of_desk(const DeskRefusal& refusal) {
  using Why = DeskRefusal::Why;
  const auto error = [&](int status, const char* code) {
    return ApiError{status, code, refusal.message, refusal.field};
  };
  switch (refusal.why) {
    case Why::kSignIn:
      return error(401, "sign_in");
    case Why::kWrongCredentials:
      return error(401, "wrong_credentials");
    case Why::kLocked: {
      ApiError locked = error(403, "locked");
      if (refusal.retry_after) locked.retry_after = refusal.retry_after->count();
      return locked;
    }
    case Why::kWrongKey:
      return error(401, "wrong_key");
    case Why::kCopiedKey:
      return error(401, "copied_key");
    case Why::kKeyNeeded:
      return error(403, "security_key_needed");
    case Why::kForbidden:
      return error(403, "forbidden");
    case Why::kReleaseNeeded:
      return error(403, "release_needed");
    case Why::kNotFound:
      return error(404, "not_found");
    case Why::kConflict:
      return error(409, "conflict");
    case Why::kKeyReused:
      return error(409, "key_reused");
    case Why::kRefused:
      return error(422, "refused");
    case Why::kFull:
      break;
  }
  return error(409, "full");
}

ApiError role_needed(Roles roles, const std::string& desk) {
  std::string words = "this takes the role " + roles.text();
  if (!desk.empty()) words += " at the desk \"" + desk + "\"";
  return {403, "forbidden", std::move(words), ""};
}

ApiError error_of_desk_store(const StoreFailure& failure) {
  // Why is in the log of the station: whom it is told here need not know its folders.
  if (failure.kind == StoreFailure::Kind::kFull)
    return {507, "store_full", "there is no space left for the desk's own file", ""};
  return {503, "unavailable", "the desk's own file takes nothing at the moment: ask again", ""};
}

std::string speaker_text(std::string_view title, std::string_view desk, std::string_view role,
                         std::string_view suffix) {
  const std::size_t fixed = role.size() + 1 + suffix.size();  // with the space before the role
  const std::size_t room = kMaxRole - std::min(kMaxRole, fixed);
  const std::string_view place = shortened(desk, room);
  std::string text;
  if (!title.empty() && room > place.size() + 2) {
    text = std::string(shortened(title, room - place.size() - 2)) + ", ";
  }
  return text + std::string(place) + " " + std::string(role) + std::string(suffix);
}

}  // namespace openline::daemon

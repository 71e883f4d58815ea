// SPDX-License-Identifier: Apache-2.0
// Security keys: one's own, and what they are asked when their officer signs in (docs/api.md, "Security
// keys").
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "daemon/api/desk_errors.h"
#include "daemon/api/security_key_input.h"
#include "daemon/desk/base64url.h"

namespace openline::daemon {

using nlohmann::json;
using Purpose = SecurityKeys::Purpose;

namespace {

json key_view(const SecurityKey& key) {
  return {{"key", base64url(key.id)},
          {"name", key.name},
          {"host", key.host},
          {"algorithm", key_algorithm_name(key.algorithm)},
          {"added", utc_text(key.added)},
          {"last_used", key.last_used == WallTime{} ? json(nullptr) : json(utc_text(key.last_used))}};
}

// Where a key is asked. Its name is the RP id: a browser takes no IP address for one.
std::expected<KeySite, ApiError> site_of(const HttpRequest& request) {
  if (!request.host_name.empty()) return KeySite{request.origin, request.host_name};
  if (!request.from_browser)
    return std::unexpected(
        ApiError{403, "forbidden", "security keys are added and removed in the console, by a browser", ""});
  return std::unexpected(
      ApiError{403, "host_name_needed",
               "browsers use security keys only on a page that was asked for by a name, not "
               "by an address: open the console by one of console.names in station.toml, or "
               "by localhost at the station itself",
               ""});
}

std::vector<std::string> ids_of(const std::vector<const SecurityKey*>& keys, const std::string& host) {
  std::vector<std::string> ids;
  for (const SecurityKey* key : keys) {
    if (key->host == host) ids.push_back(base64url(key->id));
  }
  return ids;
}

std::string hosts_of(const std::vector<const SecurityKey*>& keys) {
  std::set<std::string> hosts;
  for (const SecurityKey* key : keys) hosts.insert(key->host);
  return fmt::format("{}", fmt::join(hosts, ", "));
}

ApiError no_officers() { return not_found("this station has no officers"); }
ApiError wrong_key(std::string message) { return {401, "wrong_key", std::move(message), "assertion"}; }

constexpr const char* kOldChallenge =
    "the challenge was not given for this, was used, or is older than two minutes: ask for another";

}  // namespace

Bytes read_bytes(JsonReader& reader, std::string_view name, std::size_t most) {
  const std::string text = reader.text(name, (most * 4 + 2) / 3);
  const auto bytes = from_base64url(text);
  if (!bytes || (bytes->empty() && reader.good())) reader.refuse(name, "must be base64url without padding");
  return bytes.value_or(Bytes{});
}

std::optional<KeyAnswer> read_key_answer(JsonReader& reader) {
  const json* given = reader.optional_object("assertion");
  if (given == nullptr) return std::nullopt;
  JsonReader inner(*given, "assertion");
  KeyAnswer answer;
  answer.key = read_bytes(inner, "key", kMaxCredentialId);
  answer.assertion.authenticator_data = read_bytes(inner, "authenticator_data", kMaxAuthenticatorData);
  answer.assertion.client_data = read_bytes(inner, "client_data", kMaxClientData);
  answer.assertion.signature = read_bytes(inner, "signature", kMaxKeySignature);
  reader.adopt(inner.finish());
  return answer;
}

// Whoever has a key signed in with it, unless the session is older than the key: who stole that one may not
// make it stronger.
Api::Refusal Api::may_change_keys(const Call& call) const {
  if (call.standing->with_key || !office_.security_keys().has_any(call.standing->officer.name))
    return std::nullopt;
  return ApiError{403, "security_key_needed",
                  "this session began without a security key: sign out, and sign in with it", ""};
}

// Whether it is a page's where the plan demands a key, and there was none.
bool Api::lacks_key(const Call& call) const {
  const bool with_key = call.standing && call.standing->with_key;
  return call.request.from_browser && office_.plan().keys_required && !with_key;
}

// Such a page sees whose session it is, ends it, or adds a key.
Api::Refusal Api::key_needed(const Call& call) const {
  if (!lacks_key(call)) return std::nullopt;
  const std::vector<std::string>& path = call.request.path;
  if (path.size() > 1 && (path[1] == "me" || path[1] == "sign-out" || path[1] == "security-keys"))
    return std::nullopt;
  const bool has_any = office_.security_keys().has_any(call.standing->officer.name);
  return ApiError{403, "security_key_needed",
                  has_any ? "this desk demands a security key: sign out, and sign in with it"
                          : "this desk demands a security key: add one to this account first",
                  ""};
}

Api::Refusal Api::get_security_keys(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  if (!call->standing) return no_officers();
  json keys = json::array();
  for (const SecurityKey* key : office_.security_keys().of(call->standing->officer.name))
    keys.push_back(key_view(*key));
  call->answer(200, {{"keys", std::move(keys)}, {"required", office_.plan().keys_required}});
  return std::nullopt;
}

Api::Refusal Api::ask_security_key(const CallPtr& call) {
  if (auto wrong = read_nothing(call->request.body)) return wrong;
  if (!call->standing) return no_officers();
  const auto site = site_of(call->request);
  if (!site) return site.error();
  if (auto refusal = may_change_keys(*call)) return refusal;
  const std::string& name = call->standing->officer.name;
  SecurityKeys& keys = office_.security_keys();
  const Hash challenge = keys.new_challenge(name, Purpose::kAdd, station_.now().wall);
  call->answer(200, {{"challenge", base64url(challenge.view())},
                     {"rp_id", site->host},
                     {"keys", ids_of(keys.of(name), site->host)}});
  return std::nullopt;
}

Api::Refusal Api::add_security_key(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const std::string name = reader.text("name", 256);
  if (const auto problem = key_name_problem(name)) reader.refuse("name", *problem);
  const Bytes data = read_bytes(reader, "authenticator_data", kMaxAuthenticatorData);
  const Bytes client_data = read_bytes(reader, "client_data", kMaxClientData);
  if (auto wrong = reader.finish()) return wrong;
  if (!call->standing) return no_officers();
  const auto site = site_of(call->request);
  if (!site) return site.error();
  if (auto refusal = may_change_keys(*call)) return refusal;
  const std::string& officer = call->standing->officer.name;
  const WallTime now = station_.now().wall;
  const auto challenge = challenge_in(client_data);
  if (!challenge) return refused(challenge.error().text());
  SecurityKeys& keys = office_.security_keys();
  if (!keys.use_challenge(*challenge, officer, Purpose::kAdd, now)) return refused(kOldChallenge);
  auto made = verify_registration(data, client_data, *challenge, *site);
  if (!made) return refused(made.error().text());
  const auto added = keys.add({std::move(made->id),
                               officer,
                               name,
                               site->host,
                               made->algorithm,
                               std::move(made->public_key),
                               made->count,
                               now,
                               {}});
  if (!added) return error_of_desk(added.error());
  office_.accounts().mark_with_key(call->standing->session);
  call->note = fmt::format("adds the security key \"{}\"", name);
  answer_durable(call, 201, {{"key", key_view(**added)}});
  return std::nullopt;
}

Api::Refusal Api::remove_security_key(const CallPtr& call) {
  if (auto wrong = read_nothing(call->request.body)) return wrong;
  if (!call->standing) return no_officers();
  if (!call->request.from_browser) return site_of(call->request).error();
  if (auto refusal = may_change_keys(*call)) return refusal;
  const auto id = from_base64url(call->arguments[0]);
  if (!id) return not_found("you have no such security key");
  const auto removed =
      office_.security_keys().remove(*id, call->standing->officer.name, office_.plan().keys_required);
  if (!removed) return error_of_desk(removed.error());
  call->note = fmt::format("removes the security key \"{}\"", removed->name);
  answer_durable(call, 200, {{"key", key_view(*removed)}});
  return std::nullopt;
}

// After a right password: whether a security key signed too. On the Unix socket none is asked: who may open
// it is at the station already.
std::expected<bool, ApiError> Api::second_factor(Call& call, const SignIn& given) {
  const auto own = office_.security_keys().of(given.name);
  if (!call.request.from_browser || (own.empty() && !given.key)) return false;
  const auto site = site_of(call.request);
  if (!site) return std::unexpected(site.error());
  if (given.key) {
    auto checked = judge_key(call, given, *site);
    // As a wrong password counts.
    if (!checked)
      (void)office_.accounts().end_sign_in(given.name, given.compared, false, station_.now().wall, false,
                                           place_of(call.request));
    return checked;
  }
  std::vector<std::string> ids = ids_of(own, site->host);
  if (ids.empty())
    return std::unexpected(
        ApiError{403, "host_name_needed",
                 fmt::format("your security keys are for the console by the name {}: open it "
                             "by that name",
                             hosts_of(own)),
                 ""});
  const Hash challenge =
      office_.security_keys().new_challenge(given.name, Purpose::kSignIn, station_.now().wall);
  call.note = given.name + ": right password, and a security key is asked";
  ApiError asks{401, "second_factor", "a security key is needed beside the password", ""};
  asks.asks = KeyQuestion{base64url(challenge.view()), site->host, std::move(ids)};
  return std::unexpected(std::move(asks));
}

std::expected<bool, ApiError> Api::judge_key(Call& call, const SignIn& given, const KeySite& site) {
  SecurityKeys& keys = office_.security_keys();
  const WallTime now = station_.now().wall;
  const KeyAssertion& assertion = given.key->assertion;
  const auto wrong = [&](const std::string& words) {
    call.note = given.name + ": right password, wrong security key: " + words;
    return std::unexpected(wrong_key(words));
  };
  const auto challenge = challenge_in(assertion.client_data);
  if (!challenge) return wrong(challenge.error().text());
  if (!keys.use_challenge(*challenge, given.name, Purpose::kSignIn, now)) return wrong(kOldChallenge);
  const SecurityKey* key = keys.find(given.key->key);
  if (key == nullptr || key->officer != given.name || key->host != site.host)
    return wrong("this security key is none of the officer's");
  const auto count = verify_assertion(*key, assertion, *challenge, site);
  if (!count) return wrong(count.error().text());
  const auto used = keys.used(key->id, *count, now);
  if (!used) {
    call.note = given.name + ": " + used.error().message;
    return std::unexpected(error_of_desk(used.error()));
  }
  call.note = fmt::format("{} with the security key \"{}\"", given.name, (*used)->name);
  return true;
}

}  // namespace openline::daemon

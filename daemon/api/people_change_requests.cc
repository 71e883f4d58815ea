// SPDX-License-Identifier: Apache-2.0
// Officers who come, go and get other roles: by two people, or by the party's root key (docs/api.md,
// "People").
#include <nlohmann/json.hpp>

#include "core/crypto/hash.h"
#include "core/crypto/sign.h"
#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/api/people_view.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

// `body` without "root", and that.
std::expected<std::pair<json, std::optional<json>>, ApiError> split(const CallPtr& call) {
  auto body = parse_json(call->request.body);
  if (!body) return std::unexpected(body.error());
  if (!body->is_object() || !body->contains("root"))
    return std::pair{std::move(*body), std::optional<json>{}};
  std::optional<json> root = body->at("root");
  body->erase("root");
  return std::pair{std::move(*body), std::move(root)};
}

// Who has the old password may have the keys too.
void forget_keys(Office& office, const Officer& officer) {
  if (officer.state == AccountState::kInvited) office.security_keys().remove_all(officer.name);
}

}  // namespace

Api::Refusal Api::get_challenge(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  call->answer(200, {{"challenge", office_.accounts().new_challenge(station_.now().wall).hex()},
                     {"station", station_key_.hex()}});
  return std::nullopt;
}

void Api::propose(const CallPtr& call, const Accounts::Proposal& proposal, const json& body,
                  const std::optional<json>& root) {
  const WallTime now = station_.now().wall;
  if (!root && !call->standing)
    return call->fail({409, "conflict",
                       "this station has no officers yet: the first is added with openline officer "
                       "add",
                       ""});
  if (!root) {
    const auto proposed = office_.accounts().propose(proposal, call->standing->officer, now);
    if (!proposed) return call->fail(error_of_desk(proposed.error()));
    call->note = std::string(change_name(proposal.kind)) + " " + proposal.officer;
    json view{{"change", change_view(proposed->change)}};
    if (!proposed->code_half.empty()) view["code_half"] = proposed->code_half;
    return answer_durable(call, 202, std::move(view));
  }
  JsonReader reader(*root, "root");
  const auto challenge = id_of<Hash>(reader.text("challenge", 64, 64));
  const auto signature = id_of<Signature>(reader.text("signature", 128, 128));
  if (!challenge) reader.refuse("challenge", "must be 64 hexadecimal digits");
  if (!signature) reader.refuse("signature", "must be 128 hexadecimal digits");
  if (const auto wrong = reader.finish()) return call->fail(*wrong);
  if (!office_.accounts().use_challenge(*challenge, now))
    return call->fail({401, "wrong_credentials",
                       "root.challenge: was not given by this station, was used, or is too "
                       "old: ask for another",
                       "root.challenge"});
  const Hash digest = hash_of(view_of(body.dump()));
  const std::string address = address_of(call->request);
  Bytes payload;
  for (const ByteView part : {station_key_.view(), challenge->view(), digest.view(), view_of(address)})
    append(payload, part);
  const RootKey key = station_.own_card().cards.newest().root;
  if (!verify(key, {kPeopleLabel, std::nullopt, payload}, *signature))
    return call->fail({401, "wrong_credentials",
                       "root.signature: is not by this party's root key, of this request", "root.signature"});
  logged(call, [this, call, proposal] {
    const WallTime then = station_.now().wall;
    const auto done = office_.accounts().do_by_root(proposal, then);
    if (!done) return call->fail(error_of_desk(done.error()));
    forget_keys(office_, *done->officer);
    call->note = std::string(change_name(proposal.kind)) + " " + proposal.officer + " by the root key";
    json view{{"officer", officer_view(*done->officer, office_, then)}};
    if (!done->code_half.empty()) view["code"] = done->code_half;
    answer_durable(call, 200, std::move(view));
  });
}

Api::Refusal Api::add_officer(const CallPtr& call) {
  auto body = split(call);
  if (!body) return body.error();
  const bool is_first = !office_.accounts().peopled();
  if (is_first && body->second)
    return bad_field("root", "the first officer is added with a password, and without the root key");
  JsonReader reader(body->first);
  Officer officer;
  officer.name = read_officer_name(reader);
  officer.title = read_title(reader);
  officer.grants = read_grants(reader);
  const std::string password = is_first ? read_new_password(reader, "password") : "";
  if (auto wrong = reader.finish()) return wrong;
  if (!is_first) {
    propose(call, {ChangeKind::kAdd, officer.name, officer.title, officer.grants}, body->first, body->second);
    return std::nullopt;
  }
  const bool taken =
      office_.hash_password(password, [this, call, officer](const std::optional<std::string>& made) mutable {
        if (!made) return call->fail(busy("there is no memory to keep a password with"));
        if (office_.accounts().peopled())
          return call->fail(
              {409, "conflict", "another was first: a supervisor must propose further officers", ""});
        officer.password = *made;
        const auto added = office_.accounts().add_first(officer);
        if (!added) return call->fail(error_of_desk(added.error()));
        AuditRow row;
        row.time = station_.now().wall;
        row.act = "POST /v1/officers";
        row.on = "/v1/officers";
        row.status = 201;
        row.note = "the first officer, " + officer.name;
        office_.log(row);
        answer_durable(call, 201, {{"officer", officer_view(**added, office_, row.time)}});
      });
  if (!taken) return busy("too many passwords wait to be looked at");
  return std::nullopt;
}

Api::Refusal Api::change_grants(const CallPtr& call) {
  auto body = split(call);
  if (!body) return body.error();
  JsonReader reader(body->first);
  const Grants grants = read_grants(reader);
  if (auto wrong = reader.finish()) return wrong;
  const std::string& name = call->arguments[0];
  const Officer* officer = office_.accounts().find(name);
  if (officer == nullptr) return not_found("no officer is called \"" + name + "\"");
  if (body->second || gives_more(grants, officer->grants)) {
    propose(call, {ChangeKind::kGrants, name, "", grants}, body->first, body->second);
    return std::nullopt;
  }
  const auto done = office_.accounts().take_away(name, grants, call->standing->officer);
  if (!done) return error_of_desk(done.error());
  call->note = "takes roles from " + name;
  answer_durable(call, 200, {{"officer", officer_view(**done, office_, station_.now().wall)}});
  return std::nullopt;
}

Api::Refusal Api::recover(const CallPtr& call) {
  auto body = split(call);
  if (!body) return body.error();
  if (auto wrong = JsonReader(body->first).finish()) return wrong;
  propose(call, {ChangeKind::kRecover, call->arguments[0], "", {}}, body->first, body->second);
  return std::nullopt;
}

Api::Refusal Api::enable(const CallPtr& call) {
  auto body = split(call);
  if (!body) return body.error();
  if (auto wrong = JsonReader(body->first).finish()) return wrong;
  propose(call, {ChangeKind::kEnable, call->arguments[0], "", {}}, body->first, body->second);
  return std::nullopt;
}

// What takes away needs nobody else.
Api::Refusal Api::take_from(const CallPtr& call, TakeAway take_away) {
  if (auto wrong = read_nothing(call->request.body)) return wrong;
  if (!call->standing) return not_found("this station has no officers");
  const auto done = (office_.accounts().*take_away)(call->arguments[0], call->standing->officer);
  if (!done) return error_of_desk(done.error());
  answer_durable(call, 200, {{"officer", officer_view(**done, office_, station_.now().wall)}});
  return std::nullopt;
}

Api::Refusal Api::disable(const CallPtr& call) { return take_from(call, &Accounts::disable); }
Api::Refusal Api::unlock(const CallPtr& call) { return take_from(call, &Accounts::unlock); }

namespace {

std::expected<std::uint64_t, ApiError> read_change(const Call& call) {
  if (auto wrong = read_nothing(call.request.body)) return std::unexpected(*wrong);
  const auto number = plain_number(call.arguments[0]);
  if (!number || !call.standing)
    return std::unexpected(not_found("there is no change \"" + call.arguments[0] + "\""));
  return *number;
}

}  // namespace

Api::Refusal Api::confirm_change(const CallPtr& call) {
  const auto number = read_change(*call);
  if (!number) return number.error();
  const WallTime now = station_.now().wall;
  const auto done = office_.accounts().confirm(*number, call->standing->officer, now);
  if (!done) return error_of_desk(done.error());
  forget_keys(office_, *done->officer);
  json view{{"officer", officer_view(*done->officer, office_, now)}};
  if (!done->code_half.empty()) view["code_half"] = done->code_half;
  call->note = "for " + done->officer->name;
  answer_durable(call, 200, std::move(view));
  return std::nullopt;
}

Api::Refusal Api::refuse_change(const CallPtr& call) {
  const auto number = read_change(*call);
  if (!number) return number.error();
  const auto done = office_.accounts().refuse(*number, call->standing->officer, station_.now().wall);
  if (!done) return error_of_desk(done.error());
  answer_durable(call, 200, json::object());
  return std::nullopt;
}

}  // namespace openline::daemon

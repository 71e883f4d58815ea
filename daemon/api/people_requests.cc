// SPDX-License-Identifier: Apache-2.0
// Signing in and out, passwords, who is there, and the log of acts (docs/api.md, "People").
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/api/people_view.h"
#include "daemon/api/security_key_input.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

ApiError unpeopled() {
  return {409, "conflict", "this station has no officers yet: the first is added with openline officer add",
          ""};
}

ApiError passwords_busy() { return busy("too many passwords wait to be looked at"); }

}  // namespace

// What was changed is durable before it is said.
void Api::answer_durable(const CallPtr& call, int status, json body) {
  end_streams();
  office_.commit([call, status, body = std::move(body)](const std::optional<StoreFailure>& failure) {
    if (failure) return call->fail(error_of_desk_store(*failure));
    call->answer(status, body);
  });
}

Api::Refusal Api::sign_in(const CallPtr& call) {
  if (!office_.accounts().peopled()) return unpeopled();
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const std::string name = reader.text("name", 64);
  std::string password = reader.text("password", 1024, 0);
  const auto key = read_key_answer(reader);
  if (auto wrong = reader.finish()) return wrong;
  if (key && !call->request.from_browser)
    return bad_field("assertion", "security keys are for pages: here the password signs in");
  if (!name_problem(name)) call->note = name;
  const auto hash = office_.accounts().begin_sign_in(name, station_.now().wall, place_of(call->request));
  if (!hash) return error_of_desk(hash.error());
  const bool taken = office_.compare_password(
      *hash, std::move(password),
      [this, call, given = SignIn{name, *hash, key}](bool is_right) { end_sign_in(call, given, is_right); });
  if (!taken) return passwords_busy();
  return std::nullopt;
}

void Api::end_sign_in(const CallPtr& call, const SignIn& given, bool is_right) {
  const WallTime now = station_.now().wall;
  Accounts& accounts = office_.accounts();
  // A failure that is not counted durably could be tried again by restarting the station.
  const auto fail_durably = [&](const ApiError& error) {
    office_.commit([call, error](const auto&) { call->fail(error); });
  };
  bool with_key = false;
  if (is_right && accounts.may_sign_in(given.name, given.compared, now, place_of(call->request))) {
    const auto second = second_factor(*call, given);
    if (!second) return fail_durably(second.error());
    with_key = *second;
  }
  const auto signed_in =
      accounts.end_sign_in(given.name, given.compared, is_right, now, with_key, place_of(call->request));
  if (!signed_in) return fail_durably(error_of_desk(signed_in.error()));
  if (with_key || !lacks_key(*call)) office_.watch().takes_up(given.name, "", station_.now());
  look_soon();
  answer_durable(call, 200,
                 {{"token", signed_in->token},
                  {"officer", officer_view(*accounts.find(given.name), office_, now)},
                  {"idle_s", office_.plan().session_idle.count()},
                  {"expires", utc_text(now + office_.plan().session_longest)}});
}

Api::Refusal Api::sign_out(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const bool everywhere = reader.optional_flag("everywhere").value_or(false);
  if (auto wrong = reader.finish()) return wrong;
  if (!call->standing) return unpeopled();
  const std::size_t ended = everywhere
                                ? office_.accounts().sign_out_all(call->standing->officer.name, std::nullopt)
                                : (office_.accounts().sign_out(call->standing->session) ? 1u : 0u);
  answer_durable(call, 200, {{"ended", ended}});
  return std::nullopt;
}

Api::Refusal Api::set_password(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const std::string old = reader.text("old", 1024, 0);
  const std::string fresh = read_new_password(reader, "new");
  if (auto wrong = reader.finish()) return wrong;
  if (!call->standing) return unpeopled();
  const std::string name = call->standing->officer.name;
  const WallTime now = station_.now().wall;
  const auto hash = office_.accounts().begin_sign_in(
      name, now, place_of(call->request));  // the same lock holds: a session may be stolen
  if (!hash) return error_of_desk(hash.error());
  // Between the steps the account may be recovered, disabled or locked, and the session ended: then it is
  // theirs no more.
  const auto still = [this, name, from = place_of(call->request), session = call->standing->session,
                      compared = *hash] {
    const auto same = office_.accounts().begin_sign_in(name, station_.now().wall, from);
    return same && *same == compared && office_.accounts().is_open(session);
  };
  const ApiError ended{401, "sign_in", "the session has ended: sign in again", ""};
  const bool taken = office_.compare_password(*hash, old, [=, this, compared = *hash](bool is_right) {
    if (!still()) return call->fail(ended);
    if (!is_right) {
      (void)office_.accounts().end_sign_in(name, compared, false, station_.now().wall, false,
                                           place_of(call->request));
      return office_.commit([call](const auto&) {
        call->fail({401, "wrong_credentials", "old: this is not the password", "old"});
      });
    }
    const bool hashing = office_.hash_password(fresh, [=, this](const std::optional<std::string>& made) {
      if (!made) return call->fail(busy("there is no memory to keep a password with"));
      if (!still()) return call->fail(ended);
      office_.accounts().set_password(name, *made, call->standing->session);
      const Officer* officer = office_.accounts().find(name);
      answer_durable(call, 200, {{"officer", officer_view(*officer, office_, station_.now().wall)}});
    });
    if (!hashing) call->fail(passwords_busy());
  });
  if (!taken) return passwords_busy();
  return std::nullopt;
}

Api::Refusal Api::enrol(const CallPtr& call) {
  if (!office_.accounts().peopled()) return unpeopled();
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const std::string name = reader.text("name", 64);
  const std::string code = reader.text("code", 64);
  const std::string password = read_new_password(reader, "password");
  if (auto wrong = reader.finish()) return wrong;
  if (!name_problem(name)) call->note = name;
  const auto good = office_.accounts().check_code(name, code, station_.now().wall);
  if (!good) {
    office_.commit([call, error = error_of_desk(good.error())](const auto&) { call->fail(error); });
    return std::nullopt;
  }
  const bool taken =
      office_.hash_password(password, [this, call, name, code](const std::optional<std::string>& made) {
        if (!made) return call->fail(busy("there is no memory to keep a password with"));
        // Meanwhile another may have used it, or a supervisor disabled the account.
        const auto still = office_.accounts().check_code(name, code, station_.now().wall);
        if (!still) return call->fail(error_of_desk(still.error()));
        office_.accounts().enrol(name, *made);
        const Officer* officer = office_.accounts().find(name);
        answer_durable(call, 200, {{"officer", officer_view(*officer, office_, station_.now().wall)}});
      });
  if (!taken) return passwords_busy();
  return std::nullopt;
}

Api::Refusal Api::get_me(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  json view{{"officer", nullptr}, {"unpeopled", !office_.accounts().peopled()}};
  if (call->standing) {
    view["officer"] = officer_view(call->standing->officer, office_, station_.now().wall);
    view["expires"] = utc_text(call->standing->expires);
    view["idle_s"] = office_.plan().session_idle.count();
    view["with_key"] = call->standing->with_key;
    view["key_needed"] = lacks_key(*call);
  }
  call->answer(200, view);
  return std::nullopt;
}

Api::Refusal Api::get_officers(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const WallTime now = station_.now().wall;
  json officers = json::array(), changes = json::array();
  for (const Officer* officer : office_.accounts().officers())
    officers.push_back(officer_view(*officer, office_, now));
  for (const PeopleChange* change : office_.accounts().changes(now)) changes.push_back(change_view(*change));
  call->answer(200, {{"officers", std::move(officers)}, {"changes", std::move(changes)}});
  return std::nullopt;
}

Api::Refusal Api::get_log(const CallPtr& call) {
  QueryReader query(call->request);
  const auto after = query.optional_number("after", 0, INT64_MAX).value_or(0);
  const auto limit = query.optional_number("limit", 1, 1000).value_or(100);
  if (auto wrong = query.finish()) return wrong;
  office_.read_log(after, limit + 1, [call, limit](Stored<std::vector<AuditRow>> rows) {
    if (!rows) return call->fail(error_of_desk_store(rows.error()));
    const bool more = rows->size() > limit;
    if (more) rows->resize(limit);
    json acts = json::array();
    for (const AuditRow& row : *rows) acts.push_back(audit_view(row));
    call->answer(200, {{"acts", std::move(acts)}, {"more", more}});
  });
  return std::nullopt;
}

}  // namespace openline::daemon

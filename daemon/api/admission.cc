// SPDX-License-Identifier: Apache-2.0
// Who asks, and what they may; and the log of acts, which has an act before it is done.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/api/routes.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::chrono::seconds kSessionsWatched{15};
constexpr std::size_t kMaxNote = 4096;

bool matches(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path,
             std::vector<std::string>& arguments) {
  if (pattern.size() != path.size()) return false;
  arguments.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (pattern[i] == "{}") {
      arguments.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

// Whether a person did it. Terminals say by themselves what they have shown, and who signs out is gone.
bool is_sign_of_life(const Route& route) {
  return route.method == "POST" && route.path.back() != "shown" && route.path.back() != "sign-out";
}

ApiError officers_needed() {
  return {403, "officers_needed",
          "this station has no officers yet: the first is made at the station itself, by \"openline officer "
          "add\"",
          ""};
}

bool has_root_signature(const std::string& body) {
  const auto parsed = parse_json(body);
  return parsed && parsed->is_object() && parsed->contains("root");
}

// Reading is not logged, but for what leaves the station as a file, and attendance, which the far end is told
// of.
bool is_logged(const Route& route) {
  return route.method != "GET" || route.path.back() == "export" || route.path.back() == "attend" ||
         route.path.back() == "socket";
}

}  // namespace

void Api::handle(HttpRequest request, Respond respond) {
  auto call = std::make_shared<Call>(Call{std::move(request), {}, std::move(respond)});
  std::string allowed;
  for (const Route& route : Routes::all()) {
    if (!matches(route.path, call->request.path, call->arguments)) continue;
    if (route.method != call->request.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    call->act = route.text();
    if (route.method != "GET" && !call->request.query.empty()) {
      const std::string& name = call->request.query.front().first;
      return call->fail(
          {400, "unknown_field", fmt::format("\"{}\" is not a parameter of this address", name), name});
    }
    // Whoever reaches the console's port speaks for no station, least of all for an empty one.
    if (call->request.from_browser && route.method != "GET" && !office_.accounts().peopled())
      return call->fail(officers_needed());
    const bool needs_session =
        route.session == Route::Session::kNeeded ||
        (route.session == Route::Session::kOrRootKey && !has_root_signature(call->request.body));
    const auto go_on = [this, call, handler = route.handler] {
      if (const Refusal refusal = (this->*handler)(call)) call->fail(*refusal);
    };
    const Refusal refusal = needs_session ? admit(*call, route.roles) : std::nullopt;
    if (!refusal && is_sign_of_life(route)) was_here(*call);
    // What a stranger asks in vain writes nothing: entrances are counted at their door, and of what the root
    // key signs `propose` writes the row once the signature holds.
    const bool is_of_nobody = !call->standing && route.session != Route::Session::kNotNeeded;
    if (!office_.accounts().peopled() || !is_logged(route) || is_of_nobody)
      return refusal ? call->fail(*refusal) : go_on();
    return logged(call, [call, refusal, go_on] { refusal ? call->fail(*refusal) : go_on(); });
  }
  if (call->request.path == std::vector<std::string>{"v1", "attachments"}) allowed = "POST";
  if (allowed.empty()) return call->fail(not_found("there is nothing at this address"));
  HttpResponse response = error_response({405, "method_not_allowed", "this address takes " + allowed, ""});
  response.headers.emplace_back("Allow", allowed);
  call->respond(std::move(response));
}

std::optional<Accounts::Who> Api::who_asks(const HttpRequest& request) {
  const std::string& given = request.authorization;
  if (!given.starts_with(kBearer)) return std::nullopt;
  office_.accounts().see_clock(station_.now());
  return office_.accounts().who(std::string_view(given).substr(kBearer.size()), station_.now().wall);
}

Api::Refusal Api::admit(Call& call, Roles roles) {
  Accounts& accounts = office_.accounts();
  if (!accounts.peopled()) {
    if (!call.request.from_browser) return std::nullopt;
    return officers_needed();
  }
  const std::string& given = call.request.authorization;
  const auto who = who_asks(call.request);
  if (!who)
    return ApiError{
        401, "sign_in",
        given.empty() ? "this needs an officer who is signed in" : "the session has ended: sign in again",
        ""};
  call.standing = Standing{*who->officer, who->session, who->expires, who->with_key};
  if (Refusal needed = key_needed(call)) return needed;
  const bool on_line = call.request.path.size() > 2 && call.request.path[1] == "lines";
  std::string desk;
  Roles held = roles_anywhere(who->officer->grants);
  if (on_line) {
    const auto line = find_line(call.arguments.front());
    const bool may_be_proposed = call.request.path.back() == "efforts";  // its line may be no more than that
    if (!line && !may_be_proposed) return line.error();
    if (line) {
      desk = desk_of(*line);
      held = roles_at(who->officer->grants, desk);
    }
  }
  if (call.request.path.size() > 2 && call.request.path[1] == "desks") {
    desk = call.arguments.front();
    held = roles_at(who->officer->grants, desk);
  }
  if (held.has_any(roles)) return std::nullopt;
  return role_needed(roles, desk);
}

// The row is durable before anything is done; what came of it follows.
void Api::logged(const CallPtr& call, std::function<void()> then) {
  AuditRow row;
  row.time = station_.now().wall;
  row.officer = call->standing ? call->standing->officer.name : "";
  row.act = call->act;
  row.on = address_of(call->request).substr(0, kMaxNote);
  row.number = office_.log(row);
  const std::weak_ptr<Call> weak = call;
  call->respond = [this, row, weak, respond = std::move(call->respond)](HttpResponse response) mutable {
    row.status = response.status;
    if (const auto alive = weak.lock()) row.note = alive->note.substr(0, kMaxNote);
    office_.log(std::move(row));
    office_.commit([](const auto&) {});
    respond(std::move(response));
  };
  office_.commit([call, then = std::move(then)](const std::optional<StoreFailure>& failure) {
    if (!failure) return then();
    call->fail(error_of_desk_store(*failure));
  });
}

std::function<bool(const LineId&)> Api::reader_of(const Call& call) {
  if (!call.standing) return nullptr;
  // Asked anew each time: roles are taken away while streams are open.
  return [this, name = call.standing->officer.name](const LineId& line) {
    const Officer* officer = office_.accounts().find(name);
    return officer != nullptr && roles_at(officer->grants, desk_of(line)).has_any(kReaders);
  };
}

Api::Refusal Api::name_speaker(const Call& call, const LineId& line, json& body, const std::string& field) {
  if (!call.standing || !body.is_object()) return std::nullopt;
  const KnownLine* known = known_line(line);
  if (known == nullptr) return not_found("the line is gone");
  const Officer& officer = call.standing->officer;
  const Roles held = roles_at(officer.grants, known->desk);
  std::string role = held.empty() ? "officer" : held.names().front();
  const auto given = body.find(field);
  if (given != body.end() && !given->is_null()) {
    if (!given->is_string()) return bad_field(field, "must be text");
    const std::string text = given->get<std::string>();
    const auto named = role_of(text);
    if (!named || !held.has(*named))
      return ApiError{
          403, "forbidden",
          fmt::format("{}: {} speaks here as {}, not as \"{}\"", field, officer.name, held.text(), text),
          field};
    role = text;
  }
  std::string emergency;
  for (const Draft::Release& release : call.releases) {
    if (!release.emergency.empty()) emergency = ", one person (emergency)";
  }
  const bool by_name = known->identify == Identify::kName;
  body[field] = speaker_text(by_name ? officer.title : "", known->desk, role, emergency);
  return std::nullopt;
}

Roles Api::roles_of(const std::string& name, const LineId& line) { return actor(name, desk_of(line)).roles; }

// Whose session ended, or who has no role there any more, is no longer at the desk: their streams end too. So
// do those that were opened before the station had officers.
void Api::end_streams() {
  events_.end_streams([this](const EventHub::Follow& follow) {
    if (!follow.session) return !office_.accounts().peopled();
    if (!office_.accounts().is_open(*follow.session)) return false;
    return std::ranges::all_of(follow.attends, [&](const EventHub::Attendance& attendance) {
      return roles_of(follow.officer, attendance.line).has_any(kWatch);
    });
  });
}

void Api::watch_sessions() {
  sessions_timer_.expires_after(kSessionsWatched);
  sessions_timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    office_.accounts().see_clock(station_.now());
    office_.accounts().end_old_sessions(station_.now().wall);
    end_streams();
    watch_sessions();
  });
}

}  // namespace openline::daemon

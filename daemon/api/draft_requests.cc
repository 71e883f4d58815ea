// SPDX-License-Identifier: Apache-2.0
// Drafts: written, looked at, released by others, and gone out once (docs/api.md, "Drafts and release").
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/wire/assert.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/api/routes.h"
#include "daemon/api/text_flags.h"

namespace openline::daemon {

using nlohmann::json;

// What everything that is done to a draft begins with.
struct Api::DraftRequest {
  const Draft* draft = nullptr;
  Actor by;
  json body;
};

namespace {

constexpr std::size_t kMaxAct = 160;

// "contacts/1f3a/answer" as an address after the line's, and the route that it goes to.
std::expected<const Route*, ApiError> route_of(const std::string& act, std::vector<std::string>& path,
                                               const std::string& line) {
  HttpRequest target;
  const auto read = read_target("/v1/lines/x/" + act, target);
  if (!read || !target.query.empty())
    return std::unexpected(bad_field("act", "must be an address after the line's, such as \"entries\""));
  path = target.path;
  path[2] = line;
  for (const Route& route : Routes::all()) {
    if (route.method != "POST" || route.path.size() != path.size() || route.path.size() < 4) continue;
    if (route.path[1] != "lines") continue;
    const auto fits = [&](std::size_t i) { return route.path[i] == "{}" || route.path[i] == path[i]; };
    bool all = true;
    for (std::size_t i = 0; i < path.size(); ++i) all = all && fits(i);
    if (all && route.path.back() != "drafts") return &route;
  }
  return std::unexpected(bad_field("act", "nothing is written on a line at this address"));
}

bool has_emergency_rule(const Draft& draft, const DeskPlan& plan) {
  return plan.at(draft.desk).emergency && draft.content.act != "amend";
}

// What helps the draft on: that its author stands behind it is known, and nobody does so twice.
bool counts_when_released_by(const Draft& draft, const std::string& officer) {
  const bool is_known = draft.content.need.people > 1 && officer == draft.author;
  return !is_known &&
         std::ranges::find(draft.releases, officer, &Draft::Release::officer) == draft.releases.end();
}

json acts_of(const Draft& draft, const Drafts& drafts, const Actor& reader, const DeskPlan& plan) {
  json may = json::array();
  for (std::size_t i = 0; i < kDraftActs; ++i) {
    const auto act = static_cast<DraftAct>(i);
    if (drafts.forbids(draft, act, reader)) continue;
    if (act != DraftAct::kRelease || counts_when_released_by(draft, reader.name))
      may.push_back(draft_act_name(act));
    if (act == DraftAct::kRelease && draft.content.need.people > 1 && has_emergency_rule(draft, plan))
      may.push_back("emergency");
  }
  return may;
}

json draft_view(const Draft& draft, const std::string& line_name, const Drafts& drafts, const DeskPlan& plan,
                const std::optional<Actor>& reader) {
  const DraftContent& content = draft.content;
  json releases = json::array(), entries = json::array();
  for (const Draft::Release& release : draft.releases) {
    json one{{"officer", release.officer}, {"time", utc_text(release.time)}};
    if (!release.emergency.empty()) one["emergency"] = release.emergency;
    releases.push_back(std::move(one));
  }
  for (const auto& [serial, id] : draft.entries) entries.push_back({{"serial", serial}, {"id", id}});
  json view{{"draft", draft.number},
            {"version", draft.version},
            {"line", draft.line.hex()},
            {"line_name", line_name},
            {"desk", draft.desk},
            {"act", content.act},
            {"body", json::parse(content.body, nullptr, false)},
            {"class", class_name(content.entry_class)},
            {"precedence", precedence_name(content.precedence)},
            {"state", draft_state_name(draft.state)},
            {"author", draft.author},
            {"time", utc_text(draft.time)},
            {"needs", content.need.people},
            {"releaser_needed", content.need.releaser},
            {"released_by", std::move(releases)},
            {"confirm", draft.confirmation()},
            {"entries", std::move(entries)},
            {"may", reader ? acts_of(draft, drafts, *reader, plan) : json::array()}};
  if (!content.exercise.empty()) view["exercise"] = content.exercise;
  if (!draft.remark.empty()) view["remark"] = draft.remark;
  add_text_flags(view["body"], view);
  return view;
}

ApiError no_officers() {
  return {409, "conflict",
          "drafts are for officers, and this station has none: the first is added with openline "
          "officer add",
          ""};
}

}  // namespace

// The request that it is, as if it had come from outside.
std::expected<Api::DraftCall, ApiError> Api::call_of(const LineId& line, const std::string& act,
                                                     std::string body) {
  DraftCall made{std::make_shared<Call>(), nullptr};
  HttpRequest& request = made.call->request;
  const auto route = route_of(act, request.path, line.hex());
  if (!route) return std::unexpected(route.error());
  made.route = *route;
  request.method = "POST";
  request.body = std::move(body);
  for (std::size_t i = 0; i < request.path.size(); ++i) {
    if (made.route->path[i] == "{}") made.call->arguments.push_back(request.path[i]);
  }
  return made;
}

// Read and looked up as that request is, and not done.
void Api::weigh_draft(const CallPtr& call, const LineId& line, const std::string& act, const json& body,
                      std::function<void(DraftContent)> then) {
  const auto made = call_of(line, act, dump(body));
  if (!made) return call->fail(made.error());
  const CallPtr& inner = made->call;
  inner->request.authorization = call->request.authorization;
  // What is wrong with it is the answer.
  inner->respond = [call](HttpResponse response) { call->respond(std::move(response)); };
  inner->weighed = [then = std::move(then), act, text = inner->request.body](DraftContent content) {
    content.act = act;
    content.body = text;
    then(std::move(content));
  };
  if (const Refusal refusal = admit(*inner, made->route->roles)) return call->fail(*refusal);
  if (!made->route->drafts)
    return call->fail(bad_field("act", fmt::format("\"{}\" needs nobody else: it is done at once", act)));
  if (const Refusal refusal = (this->*made->route->handler)(inner)) call->fail(*refusal);
}

namespace {

struct DraftText {
  std::string act;
  json body;
};
DraftText read_draft_text(JsonReader& reader) {
  DraftText text;
  text.act = reader.text("act", kMaxAct);
  const json* body = reader.optional_object("body");
  if (body == nullptr) {
    reader.refuse("body", "must be the object that would be sent");
  } else {
    text.body = *body;
  }
  return text;
}

}  // namespace

Api::Refusal Api::post_draft(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const DraftText text = read_draft_text(reader);
  const bool submit = reader.optional_flag("submit").value_or(true);
  if (auto wrong = reader.finish()) return wrong;
  if (auto wrong = check_key(call->request.idempotency_key)) return wrong;
  if (!call->standing) return no_officers();
  weigh_draft(call, *line, text.act, text.body, [this, call, line = *line, submit](DraftContent content) {
    const std::string desk = desk_of(line);
    const Actor by = actor(call->standing->officer.name, desk);
    const auto made = office_.drafts().add(line, desk, std::move(content), by, submit, station_.now().wall,
                                           call->request.idempotency_key);
    if (!made) return call->fail(error_of_desk(made.error()));
    answer_draft(call, 201, **made);
  });
  return std::nullopt;
}

// Those who follow the line are told, so that who must release it hears of it.
void Api::answer_draft(const CallPtr& call, int status, const Draft& draft) {
  call->note = fmt::format("draft {} version {}", draft.number, draft.version) +
               (call->note.empty() ? "" : ": " + call->note);
  const Actor reader = actor(call->standing->officer.name, draft.desk);
  const json view = draft_view(draft, line_name(draft.line), office_.drafts(), office_.plan(), reader);
  office_.commit([this, call, status, view, line = draft.line](const std::optional<StoreFailure>& failure) {
    if (failure) return call->fail(error_of_desk_store(*failure));
    events_.tell(line, "draft",
                 {{"draft", view["draft"]},
                  {"line", view["line"]},
                  {"state", view["state"]},
                  {"class", view["class"]},
                  {"precedence", view["precedence"]},
                  {"exercise", view.value("exercise", json(nullptr))}});
    call->answer(status, view);
  });
}

Api::Refusal Api::get_drafts(const CallPtr& call) {
  QueryReader query(call->request);
  const auto name = query.optional_text("line", 100);
  if (auto wrong = query.finish()) return wrong;
  const auto only = find_line_if(name);
  if (!only) return only.error();
  json list = json::array();
  const auto may_read = reader_of(*call);
  for (const Draft* draft : office_.drafts().all()) {
    if ((*only && draft->line != **only) || (may_read && !may_read(draft->line))) continue;
    list.push_back(draft_view(*draft, line_name(draft->line), office_.drafts(), office_.plan(),
                              reader_at(*call, draft->desk)));
  }
  call->answer(200, {{"drafts", std::move(list)}});
  return std::nullopt;
}

// One that this officer may not see is not there.
std::expected<const Draft*, ApiError> Api::find_draft(const CallPtr& call) {
  const auto number = plain_number(call->arguments[0]);
  const Draft* draft = number ? office_.drafts().find(*number) : nullptr;
  const auto may_read = reader_of(*call);
  if (draft == nullptr || (may_read && !may_read(draft->line)))
    return std::unexpected(not_found("there is no draft \"" + call->arguments[0] + "\""));
  return draft;
}

std::optional<Actor> Api::reader_at(const Call& call, const std::string& desk) const {
  if (!call.standing) return std::nullopt;
  return actor(call.standing->officer.name, desk);
}

Api::Refusal Api::get_draft(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto draft = find_draft(call);
  if (!draft) return draft.error();
  call->answer(200, draft_view(**draft, line_name((*draft)->line), office_.drafts(), office_.plan(),
                               reader_at(*call, (*draft)->desk)));
  return std::nullopt;
}

std::expected<Api::DraftRequest, ApiError> Api::read_draft_request(const CallPtr& call) {
  const auto draft = find_draft(call);
  if (!draft) return std::unexpected(draft.error());
  auto body = parse_json(call->request.body);
  if (!body) return std::unexpected(body.error());
  if (!call->standing) return std::unexpected(no_officers());
  return DraftRequest{*draft, actor(call->standing->officer.name, (*draft)->desk), std::move(*body)};
}

Api::Refusal Api::answer_draft(const CallPtr& call, const Allowed<const Draft*>& done) {
  if (!done) return error_of_desk(done.error());
  answer_draft(call, 200, **done);
  return std::nullopt;
}

Api::Refusal Api::change_draft(const CallPtr& call) {
  const auto asked = read_draft_request(call);
  if (!asked) return asked.error();
  JsonReader reader(asked->body);
  const DraftText text = read_draft_text(reader);
  if (auto wrong = reader.finish()) return wrong;
  const Draft& draft = *asked->draft;
  if (const auto refusal = office_.drafts().forbids(draft, DraftAct::kChange, asked->by))
    return error_of_desk(*refusal);
  const auto change = [this, call, number = draft.number, by = asked->by](DraftContent content) {
    const Refusal refusal = answer_draft(call, office_.drafts().change(number, std::move(content), by));
    if (refusal) call->fail(*refusal);
  };
  weigh_draft(call, draft.line, text.act, text.body, change);
  return std::nullopt;
}

Api::Refusal Api::submit_draft(const CallPtr& call) {
  const auto asked = read_draft_request(call);
  if (!asked) return asked.error();
  if (auto wrong = JsonReader(asked->body).finish()) return wrong;
  return answer_draft(call, office_.drafts().submit(asked->draft->number, asked->by));
}

Api::Refusal Api::withdraw_draft(const CallPtr& call) {
  const auto asked = read_draft_request(call);
  if (!asked) return asked.error();
  if (auto wrong = JsonReader(asked->body).finish()) return wrong;
  return answer_draft(call, office_.drafts().withdraw(asked->draft->number, asked->by));
}

Api::Refusal Api::return_draft(const CallPtr& call) {
  const auto asked = read_draft_request(call);
  if (!asked) return asked.error();
  JsonReader reader(asked->body);
  const auto version = static_cast<std::uint32_t>(reader.number("version", 1, UINT32_MAX));
  std::string reason = reader.text("reason", 1000);
  if (auto wrong = reader.finish()) return wrong;
  return answer_draft(
      call, office_.drafts().give_back(asked->draft->number, version, std::move(reason), asked->by));
}

Api::Refusal Api::release_draft(const CallPtr& call) {
  const auto asked = read_draft_request(call);
  if (!asked) return asked.error();
  JsonReader reader(asked->body);
  Drafts::ReleaseRequest request;
  request.version = static_cast<std::uint32_t>(reader.number("version", 1, UINT32_MAX));
  request.confirmation = reader.text("confirm", 128);
  request.emergency = reader.optional_text("emergency", 1000).value_or("");
  if (auto wrong = reader.finish()) return wrong;
  const Draft& draft = *asked->draft;
  // Who got no answer asks again: it is out, by them, as what they say.
  const bool by_them =
      std::ranges::find(draft.releases, asked->by.name, &Draft::Release::officer) != draft.releases.end();
  if (draft.state == DraftState::kReleased && by_them && draft.version == request.version &&
      draft.confirmation() == request.confirmation) {
    answer_draft(call, 200, draft);
    return std::nullopt;
  }
  request.emergency_allowed = has_emergency_rule(draft, office_.plan());
  office_.drafts().keep_releases(draft.number, [&](const std::string& officer) {
    return actor(officer, draft.desk).roles.has(Role::kReleaser);
  });
  const auto together = office_.drafts().release(draft.number, request, asked->by,
                                                 actor(draft.author, draft.desk), station_.now().wall);
  if (!together) return error_of_desk(together.error());
  if (!*together) {
    answer_draft(call, 202, draft);
    return std::nullopt;
  }
  // Who stands behind it is durable before it goes out.
  office_.commit([this, call, number = draft.number](const std::optional<StoreFailure>& failure) {
    const Draft* ready = office_.drafts().find(number);
    if (!failure) return send_draft(call, *ready);
    office_.drafts().not_released(number);
    call->fail(error_of_desk_store(*failure));
  });
  return std::nullopt;
}

// By its key it goes out once: whoever gets no answer, or finds it here after a crash, releases it again.
void Api::send_draft(const CallPtr& call, const Draft& draft) {
  const std::uint64_t number = draft.number;
  const Officer* author = office_.accounts().find(draft.author);
  const auto made = call_of(draft.line, draft.content.act, draft.content.body);
  if (!made || author == nullptr) {
    office_.drafts().not_released(number);
    return call->fail(internal("this draft can no longer be sent"));
  }
  const CallPtr& inner = made->call;
  inner->request.idempotency_key = draft.key;
  inner->standing = Standing{*author, {}, {}};
  inner->releases = draft.releases;
  inner->must_be = draft.content;
  inner->respond = [this, call, number](HttpResponse response) {
    if (response.status != 200 && response.status != 201) {
      office_.drafts().not_released(number);
      return call->respond(std::move(response));
    }
    std::vector<std::pair<std::uint64_t, std::string>> entries;
    const json answer = json::parse(response.body, nullptr, false);
    for (const json& entry : answer.value("entries", json::array()))
      entries.emplace_back(entry["serial"].get<std::uint64_t>(), entry["id"].get<std::string>());
    if (!entries.empty()) call->note = "entry " + entries.front().second;
    office_.drafts().released(number, std::move(entries));
    const Draft& gone = *office_.drafts().find(number);
    tell_emergency(gone);
    answer_draft(call, 200, gone);
  };
  if (const Refusal refusal = (this->*made->route->handler)(inner)) inner->fail(*refusal);
}

// After a crash: what went out before its draft could say so is on record under the draft's key.
void Api::ask_for_released() {
  const std::vector<std::uint64_t> numbers = office_.drafts().going_out();
  if (numbers.empty()) return;
  std::vector<std::string> keys;
  for (const std::uint64_t number : numbers) keys.push_back(office_.drafts().find(number)->key);
  const bool taken = reads_.submit([this, numbers, keys](StoreReader& reader) -> ReadWorker::Then {
    using Entries = std::vector<std::pair<std::uint64_t, std::string>>;
    std::vector<std::optional<Entries>> found(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto request = reader.request(keys[i]);
      if (!request || !*request) continue;
      found[i].emplace();
      for (const Serial serial : (*request)->entries) {
        const auto entry = reader.entry(serial);
        if (entry && *entry) found[i]->emplace_back(serial.value, (*entry)->entry.id.hex());
      }
    }
    return [this, numbers, found] {
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (!found[i]) {
          office_.drafts().not_released(numbers[i]);
          continue;
        }
        office_.drafts().released(numbers[i], *found[i]);
        tell_emergency(*office_.drafts().find(numbers[i]));
      }
      office_.commit([](const auto&) {});
    };
  });
  OPENLINE_ASSERT(taken);  // nobody has asked anything yet
}

void Api::tell_emergency(const Draft& draft) {
  for (const Draft::Release& release : draft.releases) {
    if (release.emergency.empty()) continue;
    events_.tell(draft.line, "emergency",
                 {{"line_name", line_name(draft.line)},
                  {"draft", draft.number},
                  {"officer", release.officer},
                  {"reason", release.emergency},
                  {"class", class_name(draft.content.entry_class)},
                  {"precedence", precedence_name(draft.content.precedence)},
                  {"exercise", draft.content.exercise}});
  }
}

}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
// The watch passes from one officer to another when both have signed (docs/api.md, "The watch").
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/api/watch_view.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::uint64_t kUsual = 10, kMost = 100;  // listed at once

ApiError no_officers() {
  return {409, "conflict",
          "a hand-over is between officers, and this station has none: the first is added with openline "
          "officer add",
          ""};
}

}  // namespace

// What everything that is done to a hand-over begins with.
struct Api::HandOverRequest {
  std::uint64_t number = 0;
  std::string desk;
  Actor by;
  json body;
};

Api::Refusal Api::get_hand_overs(const CallPtr& call) {
  QueryReader query(call->request);
  const auto limit = query.optional_number("limit", 1, kMost);
  const auto before = query.optional_number("before", 1, INT64_MAX);
  if (auto wrong = query.finish()) return wrong;
  const std::string& desk = call->arguments[0];
  const bool had_some =
      office_.hand_overs().last_at(desk) != nullptr;  // all of a desk's lines may have ended
  if (lines_of(desk).empty() && !had_some) return not_found("no line is at a desk \"" + desk + "\"");
  const std::uint64_t most = limit.value_or(kUsual);
  HandOverReader reader{call->standing ? call->standing->officer.name : "", true, false, false};
  reader.wants_report = false;
  reader.is_supervisor =
      call->standing && roles_at(call->standing->officer.grants, desk).has(Role::kSupervisor);
  office_.commit([](const auto&) {});  // what is not on disk yet is read too
  office_.read_hand_overs(desk, before.value_or(INT64_MAX), most + 1,
                          [call, reader, most](const Stored<std::vector<HandOver>>& rows) {
                            if (!rows) return call->fail(error_of_desk_store(rows.error()));
                            json list = json::array();
                            for (const HandOver& one : *rows) {
                              if (list.size() < most) list.push_back(hand_over_view(one, reader));
                            }
                            call->answer(200,
                                         {{"hand_overs", std::move(list)}, {"more", rows->size() > most}});
                          });
  return std::nullopt;
}

// One that this officer may not see is not there.
Api::Refusal Api::get_hand_over(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto number = plain_number(call->arguments[0]);
  const auto absent = [call] { return not_found("there is no hand-over \"" + call->arguments[0] + "\""); };
  if (!number || *number >= INT64_MAX) return absent();
  office_.commit([](const auto&) {});
  office_.read_hand_overs("", *number + 1, 1, [this, call, number = *number, absent](const auto& rows) {
    if (!rows) return call->fail(error_of_desk_store(rows.error()));
    if (rows->empty() || rows->front().number != number || !may_read_desk(*call, rows->front().desk))
      return call->fail(absent());
    const HandOver* open = office_.hand_overs().find(number);  // as it stands
    const HandOver& one = open != nullptr ? *open : rows->front();
    HandOverReader reader{call->standing ? call->standing->officer.name : "", true, false, true};
    reader.is_supervisor =
        call->standing && roles_at(call->standing->officer.grants, one.desk).has(Role::kSupervisor);
    call->answer(200, hand_over_view(one, reader));
  });
  return std::nullopt;
}

void Api::answer_hand_over(const CallPtr& call, int status, const HandOver& one) {
  call->note = fmt::format("hand-over {} from {} to {} at {}, version {}", one.number, one.from, one.to,
                           one.desk, one.version) +
               (call->note.empty() ? "" : ": " + call->note);
  HandOverReader reader{call->standing->officer.name, may_read_desk(*call, one.desk),
                        roles_at(call->standing->officer.grants, one.desk).has(Role::kSupervisor), true};
  tell_desk(one.desk);
  answer_durable(call, status, hand_over_view(one, reader));
}

Api::Refusal Api::open_hand_over(const CallPtr& call) {
  const std::string& desk = call->arguments[0];
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  HandOvers::Opening opening;
  opening.desk = desk;
  opening.to = reader.text("to", 64);
  opening.remarks = reader.optional_text("remarks", HandOvers::kMaxRemarks, 0).value_or("");
  if (auto wrong = reader.finish()) return wrong;
  if (lines_of(desk).empty()) return not_found("no line is at a desk \"" + desk + "\"");
  if (!call->standing) return no_officers();
  opening.checklist = office_.plan().at(desk).checklist;
  opening.report = hand_over_report(desk, station_.status(), station_.paths(), office_.drafts(),
                                    office_.alarms(), office_.plan());
  const Actor by = actor(call->standing->officer.name, desk);
  const auto made =
      office_.hand_overs().open(std::move(opening), by, office_.watch().is_on_watch(by.name, desk),
                                office_.accounts(), station_.now().wall);
  if (!made) return error_of_desk(made.error());
  answer_hand_over(call, 201, **made);
  return std::nullopt;
}

std::expected<Api::HandOverRequest, ApiError> Api::read_hand_over_request(const CallPtr& call) {
  const auto number = plain_number(call->arguments[0]);
  const HandOver* one = number ? office_.hand_overs().find(*number) : nullptr;
  if (one == nullptr || !may_read_desk(*call, one->desk))
    return std::unexpected(not_found("there is no hand-over \"" + call->arguments[0] + "\" that is open"));
  auto body = parse_json(call->request.body);
  if (!body) return std::unexpected(body.error());
  if (!call->standing) return std::unexpected(no_officers());
  return HandOverRequest{*number, one->desk, actor(call->standing->officer.name, one->desk),
                         std::move(*body)};
}

Api::Refusal Api::check_hand_over(const CallPtr& call) {
  const auto asked = read_hand_over_request(call);
  if (!asked) return asked.error();
  JsonReader reader(asked->body);
  const auto item = static_cast<std::size_t>(reader.number("item", 1, INT32_MAX));
  const bool done = reader.optional_flag("done").value_or(false);
  if (!reader.has("done")) reader.refuse("done", "is missing");
  std::string remark = reader.optional_text("remark", HandOvers::kMaxItemRemark, 0).value_or("");
  if (auto wrong = reader.finish()) return wrong;
  const auto checked =
      office_.hand_overs().check(asked->number, item, done, std::move(remark), asked->by.name);
  if (!checked) return error_of_desk(checked.error());
  call->note = fmt::format("item {} {}", item, done ? "done" : "not done");
  answer_hand_over(call, 200, **checked);
  return std::nullopt;
}

Api::Refusal Api::sign_hand_over(const CallPtr& call) {
  const auto asked = read_hand_over_request(call);
  if (!asked) return asked.error();
  JsonReader reader(asked->body);
  const auto version = static_cast<std::uint32_t>(reader.number("version", 1, UINT32_MAX));
  if (auto wrong = reader.finish()) return wrong;
  HandOvers& hand_overs = office_.hand_overs();
  const bool was_open = hand_overs.find(asked->number)->state == HandOverState::kOpen;
  // As things stand at this moment: what came since the last look is in it.
  const Now now = station_.now();
  const bool moved = hand_overs.report(asked->desk,
                                       hand_over_report(asked->desk, station_.status(), station_.paths(),
                                                        office_.drafts(), office_.alarms(), office_.plan()),
                                       now.monotonic);
  if (moved) tell_desk(asked->desk);
  const std::string& taker = hand_overs.find(asked->number)->to;
  const auto done = hand_overs.sign(asked->number, version, asked->by.name,
                                    office_.watch().is_on_watch(taker, asked->desk), office_.accounts(), now);
  if (!done) return error_of_desk(done.error());
  const HandOver& one = **done;
  if (one.state == HandOverState::kSigned && was_open) pass_watch(call, one);
  answer_hand_over(call, 200, one);
  return std::nullopt;
}

// The signatures and who has the watch are durable together. The alarm is tried, so that who has the watch
// now knows that they would hear it.
void Api::pass_watch(const CallPtr& call, const HandOver& one) {
  const Now now = station_.now();
  office_.watch().passed(one.from, one.to, one.desk, now);
  log_watch("passed", one.to, one.desk, fmt::format("hand-over {} from {}", one.number, one.from));
  const auto lines = lines_of(one.desk);
  if (!lines.empty()) {
    const Alarm& alarm =
        office_.alarms().test(lines.front()->line, lines.front()->name, one.desk, one.to, now.wall);
    call->note = fmt::format("the watch has passed, alarm {} tries the bell", alarm.number);
  }
  tell_watch();
  tell_alarms();
  ring_bells();
}

Api::Refusal Api::withdraw_hand_over(const CallPtr& call) {
  const auto asked = read_hand_over_request(call);
  if (!asked) return asked.error();
  if (auto wrong = JsonReader(asked->body).finish()) return wrong;
  const auto done = office_.hand_overs().withdraw(asked->number, asked->by, station_.now().wall);
  if (!done) return error_of_desk(done.error());
  answer_hand_over(call, 200, **done);
  return std::nullopt;
}

}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;

Api::Refusal Api::get_lines(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const StationStatus status = station_.status();
  json lines = json::array();
  for (const LineStatus& line : status.lines) lines.push_back(line_view(line, status, office_.plan()));
  call->answer(200, {{"lines", std::move(lines)}});
  return std::nullopt;
}

Api::Refusal Api::get_line(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  const StationStatus status = station_.status();
  for (const LineStatus& candidate : status.lines) {
    if (candidate.line != *line) continue;
    call->answer(200, line_view(candidate, status, office_.plan()));
    return std::nullopt;
  }
  return not_found("the line is gone");
}

Api::Refusal Api::acknowledge(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  auto body = parse_json(call->request.body);
  if (!body) return body.error();
  if (auto wrong = name_speaker(*call, *line, *body, "role")) return wrong;
  JsonReader reader(*body);
  Acknowledge command;
  command.authenticated = call->standing.has_value();
  if (auto wrong = check_key(call->request.idempotency_key)) return wrong;
  command.line = *line;
  command.entry = reader.text("id", 64, 4);
  if (!is_id_prefix(command.entry)) reader.refuse("id", "must be at least 4 lower-case hexadecimal digits");
  command.role = reader.role(true);
  if (auto wrong = reader.finish()) return wrong;
  command.request = RequestKey{call->request.idempotency_key,
                               hash_of({view_of("ack"), line->view(), view_of(dump(*body))})};
  if (call->request.idempotency_key.empty()) command.request.reset();
  std::vector<Command> commands;
  commands.emplace_back(std::move(command));
  run_keyed(call, false, std::move(commands));
  return std::nullopt;
}

Api::Refusal Api::shown(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  auto body = parse_json(call->request.body);
  if (!body) return body.error();
  if (auto wrong = name_speaker(*call, *line, *body, "role")) return wrong;
  JsonReader reader(*body);
  MarkShown command{*line, {}, reader.role(true)};
  for (const std::string& text : reader.texts("entries", 1, 64, 64)) {
    const auto id = id_of<EntryId>(text);
    if (!id) reader.refuse("entries", "must be whole ids of 64 hexadecimal digits");
    command.entries.push_back(id.value_or(EntryId{}));
  }
  if (auto wrong = reader.finish()) return wrong;
  run(call, std::move(command));
  return std::nullopt;
}

namespace {

std::expected<std::string, ApiError> read_reason(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return std::unexpected(body.error());
  JsonReader reader(*body);
  std::string reason = reader.text("reason", 1000);
  if (const auto wrong = reader.finish()) return std::unexpected(*wrong);
  return reason;
}

}  // namespace

Api::Refusal Api::test(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  if (auto wrong = read_nothing(call->request.body)) return wrong;
  run(call, TestNow{*line});
  return std::nullopt;
}

Api::Refusal Api::suspend(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  auto reason = read_reason(call);
  if (!reason) return reason.error();
  run(call, Suspend{*line, std::move(*reason)});
  return std::nullopt;
}

Api::Refusal Api::resume(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  auto reason = read_reason(call);
  if (!reason) return reason.error();
  run(call, Resume{*line, std::move(*reason)});
  return std::nullopt;
}

Api::Refusal Api::go_on(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  if (auto wrong = read_nothing(call->request.body)) return wrong;
  station_.command(GoOn{*line}, [this, call](const auto& result) {
    if (!result) return call->fail(error_of(result.error()));
    call->answer(200, done_view(*result));
  });
  return std::nullopt;
}

}  // namespace openline::daemon

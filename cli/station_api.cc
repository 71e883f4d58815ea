// SPDX-License-Identifier: Apache-2.0
#include "cli/station_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <thread>

#include "cli/api_json.h"
#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::chrono::milliseconds kLongestWait{10'000};

HttpRequest post_request(std::string target, std::string body) {
  HttpRequest request{"POST", std::move(target), {}, std::move(body), std::chrono::seconds(30)};
  request.headers.emplace_back("Content-Type", "application/json");
  return request;
}

HttpRequest get_request(std::string target) {
  return {"GET", std::move(target), {}, {}, std::chrono::seconds(30)};
}

std::vector<std::pair<std::string, JsonValue>> with_role(std::vector<std::pair<std::string, JsonValue>> body,
                                                         const std::string& role) {
  if (!role.empty()) body.emplace_back("role", role);
  return body;
}

std::string at_line(const std::string& line, std::string_view rest) {
  return fmt::format("/v1/lines/{}{}", encoded(line), rest);
}

template <class T, class Read>
Outcome<Told<T>> read_answer(Outcome<std::string> answer, Read read) {
  if (!answer) return failed(answer.error());
  auto value = read(*answer);
  if (!value) {
    return failed(ExitCode::kRefused,
                  "the station's answer is not what docs/api.md describes: are this program and "
                  "openlined of the same version?");
  }
  return Told<T>{std::move(*value), std::move(*answer)};
}

Outcome<Told<DoneView>> read_done_answer(Outcome<std::string> answer) {
  return read_answer<DoneView>(std::move(answer), read_done);
}

ExitCode exit_code_of(unsigned status) {
  switch (status) {
    case 404:
      return ExitCode::kNotFound;
    case 409:
      return ExitCode::kConflict;
    case 503:
    case 507:
      return ExitCode::kStoreUnavailable;
    default:
      return ExitCode::kRefused;
  }
}

// What an officer can do about it, in words.
std::string explained(const ApiError& error) {
  std::string message = visible_line(error.message);
  if (error.code == "sign_in") return message + ": `openline sign-in NAME`";
  if (error.code != "release_needed") return message;
  const std::string who = error.needs < 2 ? "a releaser stands" : fmt::format("{} people stand", error.needs);
  return fmt::format("{}. Nothing went out: add --draft, and it goes out once {} behind it", message, who);
}

}  // namespace

std::string encoded(std::string_view component) {
  std::string out;
  for (const char character : component) {
    const bool plain = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                       (character >= '0' && character <= '9') ||
                       std::string_view("-._~").find(character) != std::string_view::npos;
    if (plain) {
      out.push_back(character);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
  }
  return out;
}

std::string new_request_key() {
  std::array<std::uint8_t, 16> bytes{};
  fill_with_system_randomness(bytes);
  return to_hex(bytes);
}

Failure failure_of(unsigned status, std::string_view body) {
  const auto error = read_error(body);
  if (!error) return {exit_code_of(status), fmt::format("the station answered with status {}", status)};
  const std::string field = error->field.empty() ? "" : fmt::format(" ({})", visible_line(error->field));
  return {exit_code_of(status), explained(*error) + field};
}

Failure failure_of(const HttpFailure& failure, const std::string& socket_path) {
  if (failure.what == HttpProblem::kUnreachable) {
    return {ExitCode::kUnreachable, fmt::format("the station is not running, or not for you to use: {}: {}. "
                                                "`openline run` starts it",
                                                socket_path, failure.message)};
  }
  return {ExitCode::kUnreachable, fmt::format("{}: {}", socket_path, failure.message)};
}

void add_session(HttpRequest& request, const StationApi::Session& session) {
  if (session) request.headers.emplace_back("Authorization", "Bearer " + to_hex(session->expose()));
}

Outcome<std::string> StationApi::ask(HttpRequest request) const {
  add_session(request, session_);
  auto response = HttpExchange(socket_path_).request(request);
  if (!response) return failed(failure_of(response.error(), socket_path_));
  if (response->head.status >= 300) return failed(failure_of(response->head.status, response->body));
  return std::move(response->body);
}

// The answer, or a failure that is sure: either it was not done, or the message says that this is not known.
Outcome<std::string> StationApi::ask_until_sure(HttpRequest request, const RetryPlan& plan) const {
  add_session(request, session_);
  std::chrono::milliseconds wait = plan.first_wait;
  bool may_be_done = false;
  for (int attempt = 1;; ++attempt) {
    const auto response = HttpExchange(socket_path_).request(request);
    if (response && response->head.status < 300) return response->body;
    Failure failure;
    if (response) {
      failure = failure_of(response->head.status, response->body);
      if (response->head.status != 503) return failed(failure);
      wait = std::max<std::chrono::milliseconds>(
          wait, std::chrono::seconds(response->head.retry_after.value_or(0)));
    } else {
      failure = failure_of(response.error(), socket_path_);
      may_be_done = may_be_done || response.error().what == HttpProblem::kBroken;
      if (!may_be_done) return failed(failure);  // never reached: nothing to be sure of
    }
    if (attempt >= plan.attempts) {
      if (may_be_done) failure.message += ". It is not known whether the station took it";
      return failed(failure);
    }
    wait = std::min(wait, kLongestWait);
    if (plan.before_wait) plan.before_wait(failure.message, wait);
    std::this_thread::sleep_for(wait);
    wait *= 2;
  }
}

Outcome<Told<StatusView>> StationApi::status() const {
  return read_answer<StatusView>(ask(get_request("/v1/status")), read_status);
}

Outcome<Told<LineView>> StationApi::line(const std::string& line) const {
  return read_answer<LineView>(ask(get_request(at_line(line, ""))), read_line);
}

Outcome<Told<InboxView>> StationApi::inbox(const std::string& line) const {
  const std::string query = line.empty() ? "" : "?line=" + encoded(line);
  return read_answer<InboxView>(ask(get_request("/v1/inbox" + query)), read_inbox);
}

Outcome<Told<RecordView>> StationApi::record(const std::string& line, std::uint64_t bound, bool newest,
                                             std::size_t limit) const {
  // Serials are far below 2^63, so that this bound is above all of them.
  const std::uint64_t above_all = INT64_MAX;
  const std::string query =
      newest ? fmt::format("/record?before={}&limit={}", bound == 0 ? above_all : bound, limit)
             : fmt::format("/record?after={}&limit={}", bound, limit);
  return read_answer<RecordView>(ask(get_request(at_line(line, query))), read_record);
}

Outcome<Told<EntryView>> StationApi::entry(const std::string& line, const std::string& id) const {
  return read_answer<EntryView>(ask(get_request(at_line(line, "/record/" + encoded(id)))), read_entry);
}

Outcome<Told<std::vector<AgreementView>>> StationApi::agreements() const {
  return read_answer<std::vector<AgreementView>>(ask(get_request("/v1/agreements")), read_agreements);
}

Outcome<Told<AgreementView>> StationApi::agreement(const std::string& hash_or_line) const {
  return read_answer<AgreementView>(ask(get_request("/v1/agreements/" + encoded(hash_or_line))),
                                    read_agreement);
}

Outcome<Told<CardView>> StationApi::own_card() const {
  return read_answer<CardView>(ask(get_request("/v1/card")), read_card);
}

Outcome<Told<CardView>> StationApi::give_card(const std::string& card, const std::string& courier_key,
                                              bool check_only) const {
  std::vector<std::pair<std::string, JsonValue>> body{{"card", card}};
  if (!courier_key.empty()) body.emplace_back("courier_key", courier_key);
  if (check_only) body.emplace_back("check_only", true);
  return read_answer<CardView>(ask(post_request("/v1/cards", json_object(body))), read_card);
}

Outcome<Told<DoneView>> StationApi::agree(const std::string& toml) const {
  return read_done_answer(ask(post_request("/v1/agreements", json_object({{"toml", toml}}))));
}

Outcome<Told<DoneView>> StationApi::refuse(const std::string& hash, const std::string& reason) const {
  return read_done_answer(ask(post_request(fmt::format("/v1/agreements/{}/refuse", encoded(hash)),
                                           json_object({{"reason", reason}}))));
}

Outcome<Told<DoneView>> StationApi::amend(const std::string& line, const std::string& toml) const {
  return read_done_answer(ask(post_request(at_line(line, "/amend"), json_object({{"toml", toml}}))));
}

Outcome<Told<DoneView>> StationApi::act(const std::string& line, const std::string& what,
                                        const std::string& reason) const {
  std::vector<std::pair<std::string, JsonValue>> body;
  if (!reason.empty()) body.emplace_back("reason", reason);
  return read_done_answer(ask(post_request(at_line(line, "/" + what), json_object(body))));
}

Outcome<Told<DoneView>> StationApi::send(const std::string& line, const TextToSend& text,
                                         const std::string& key, const RetryPlan& plan) const {
  HttpRequest request = post_request(at_line(line, "/entries"), write_text(text));
  request.headers.emplace_back("Idempotency-Key", key);
  return read_done_answer(ask_until_sure(std::move(request), plan));
}

Outcome<Told<DoneView>> StationApi::acknowledge(const std::string& line, const std::string& id,
                                                const std::string& role, const std::string& key,
                                                const RetryPlan& plan) const {
  HttpRequest request = post_request(at_line(line, "/ack"), json_object(with_role({{"id", id}}, role)));
  request.headers.emplace_back("Idempotency-Key", key);
  return read_done_answer(ask_until_sure(std::move(request), plan));
}

Outcome<Told<DoneView>> StationApi::put(const std::string& line, const std::string& address,
                                        const std::string& body, const std::string& key,
                                        const RetryPlan& plan) const {
  HttpRequest request = post_request(at_line(line, address), body);
  request.headers.emplace_back("Idempotency-Key", key);
  return read_done_answer(ask_until_sure(std::move(request), plan));
}

Outcome<std::string> StationApi::forms(const std::string& edition, const std::string& language) const {
  const std::string which = edition.empty() ? "" : "&edition=" + encoded(edition);
  return ask(get_request("/v1/forms?language=" + encoded(language) + which));
}

Outcome<std::string> StationApi::get_json(const std::string& line, const std::string& address) const {
  return ask(get_request(at_line(line, address)));
}

Outcome<void> StationApi::shown(const std::string& line, const std::vector<std::string>& ids,
                                const std::string& role) const {
  const auto answer =
      ask(post_request(at_line(line, "/shown"), json_object(with_role({{"entries", ids}}, role))));
  if (!answer) return failed(answer.error());
  return {};
}

Outcome<std::string> StationApi::get(const std::string& target) const { return ask(get_request(target)); }

Outcome<std::string> StationApi::post(const std::string& target, std::string body) const {
  return ask(post_request(target, std::move(body)));
}

Outcome<std::string> StationApi::post_until_sure(const std::string& target, std::string body,
                                                 const RetryPlan& plan) const {
  return ask_until_sure(post_request(target, std::move(body)), plan);
}

Outcome<std::string> StationApi::post_secret(const std::string& target, const SecretText& body) const {
  HttpRequest request = post_request(target, std::string(body.expose()));
  request.is_secret = true;
  add_session(request, session_);
  const auto response = HttpExchange(socket_path_).request(request);
  wipe_text(request.body);
  if (!response) return failed(failure_of(response.error(), socket_path_));
  if (response->head.status >= 300) return failed(failure_of(response->head.status, response->body));
  return response->body;
}

Outcome<bool> StationApi::is_unpeopled() const {
  const auto response = HttpExchange(socket_path_).request(get_request("/v1/me"));
  if (!response) return failed(failure_of(response.error(), socket_path_));
  if (response->head.status == 401) return false;  // there are accounts: one is asked for
  if (response->head.status >= 300) return failed(failure_of(response->head.status, response->body));
  return says_unpeopled(response->body);
}

Outcome<AttachedFile> StationApi::upload(const std::string& name, std::string bytes) const {
  HttpRequest request{
      "POST", "/v1/attachments?name=" + encoded(name), {}, std::move(bytes), std::chrono::seconds(60)};
  request.headers.emplace_back("Content-Type", "application/octet-stream");
  auto told = read_answer<AttachedFile>(ask(std::move(request)), read_attached_file);
  if (!told) return failed(told.error());
  return std::move(told->value);
}

Outcome<void> StationApi::download_export(const std::string& line, const Sink& sink) const {
  return download(at_line(line, "/export"), sink);
}

Outcome<void> StationApi::download_attachment(const std::string& hash, const Sink& sink) const {
  return download("/v1/attachments/" + encoded(hash), sink);
}

Outcome<void> StationApi::download(const std::string& target, const Sink& sink) const {
  constexpr std::size_t kMaxRefusal = 64 << 10;
  std::string refusal;
  Outcome<void> kept;
  HttpRequest request = get_request(target);
  add_session(request, session_);
  const auto head =
      HttpExchange(socket_path_).stream(request, [&](const HttpHead& so_far, std::string_view piece) {
        if (so_far.status >= 300) {
          refusal.append(piece.substr(0, kMaxRefusal - std::min(kMaxRefusal, refusal.size())));
        } else {
          kept = sink(piece);
        }
        return kept.has_value();
      });
  if (!kept) return kept;
  if (!head) return failed(failure_of(head.error(), socket_path_));
  if (head->status >= 300) return failed(failure_of(head->status, refusal));
  return {};
}

}  // namespace openline::cli

// SPDX-License-Identifier: Apache-2.0
// The station's API as calls (docs/api.md). Every failure names what the station said, with the exit code for
// it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/api_types.h"
#include "cli/failure.h"
#include "cli/http_client.h"
#include "cli/secret_text.h"
#include "cli/session_file.h"

namespace openline::cli {

// A value, and the JSON that it was read from, for --json.
template <class T>
struct Told {
  T value;
  std::string json;
};

struct RetryPlan {
  int attempts = 8;                           // of one request with an idempotency key
  std::chrono::milliseconds first_wait{250};  // doubled each time, to at most 10 s
  // Told before each repeat, so that the person waiting knows why.
  std::function<void(const std::string& reason, std::chrono::milliseconds wait)> before_wait;
};

class StationApi {
 public:
  // With a session every request is its officer's; without one it is nobody's.
  using Session = std::shared_ptr<const SessionToken>;
  explicit StationApi(std::string socket_path, Session session = nullptr)
      : socket_path_(std::move(socket_path)), session_(std::move(session)) {}
  [[nodiscard]] const std::string& socket_path() const { return socket_path_; }
  [[nodiscard]] const Session& session() const { return session_; }
  // The station knows whose acts these are, and need not be told a role.
  [[nodiscard]] bool is_signed_in() const { return session_ != nullptr; }

  [[nodiscard]] Outcome<Told<StatusView>> status() const;
  [[nodiscard]] Outcome<Told<LineView>> line(const std::string& line) const;
  [[nodiscard]] Outcome<Told<InboxView>> inbox(const std::string& line) const;  // empty: of all lines
  // `newest`: entries below `bound` (0: the end); else entries above it.
  [[nodiscard]] Outcome<Told<RecordView>> record(const std::string& line, std::uint64_t bound, bool newest,
                                                 std::size_t limit) const;
  [[nodiscard]] Outcome<Told<EntryView>> entry(const std::string& line, const std::string& id) const;
  [[nodiscard]] Outcome<Told<std::vector<AgreementView>>> agreements() const;
  [[nodiscard]] Outcome<Told<AgreementView>> agreement(const std::string& hash_or_line) const;
  [[nodiscard]] Outcome<Told<CardView>> own_card() const;
  [[nodiscard]] Outcome<Told<CardView>> give_card(const std::string& card, const std::string& courier_key,
                                                  bool check_only) const;

  [[nodiscard]] Outcome<Told<DoneView>> agree(const std::string& toml) const;
  [[nodiscard]] Outcome<Told<DoneView>> refuse(const std::string& hash, const std::string& reason) const;
  [[nodiscard]] Outcome<Told<DoneView>> amend(const std::string& line, const std::string& toml) const;
  // `what`: "suspend", "resume" (with a reason), "go-on", "test" (reason empty).
  [[nodiscard]] Outcome<Told<DoneView>> act(const std::string& line, const std::string& what,
                                            const std::string& reason) const;
  // A role that is empty is left out: the station then takes the officer's.
  // With an idempotency key: asked again after a broken connection or a station that is not ready, never done
  // twice.
  [[nodiscard]] Outcome<Told<DoneView>> send(const std::string& line, const TextToSend& text,
                                             const std::string& key, const RetryPlan& plan) const;
  [[nodiscard]] Outcome<Told<DoneView>> acknowledge(const std::string& line, const std::string& id,
                                                    const std::string& role, const std::string& key,
                                                    const RetryPlan& plan) const;
  // An act at an address after the line's, such as "/contacts".
  [[nodiscard]] Outcome<Told<DoneView>> put(const std::string& line, const std::string& address,
                                            const std::string& body, const std::string& key,
                                            const RetryPlan& plan) const;
  [[nodiscard]] Outcome<std::string> forms(const std::string& edition,
                                           const std::string& language) const;  // JSON
  // JSON from an address after the line's.
  [[nodiscard]] Outcome<std::string> get_json(const std::string& line, const std::string& address) const;
  [[nodiscard]] Outcome<void> shown(const std::string& line, const std::vector<std::string>& ids,
                                    const std::string& role) const;

  // What has a file of its own (people, drafts): JSON as the station gave it.
  [[nodiscard]] Outcome<std::string> get(const std::string& target) const;
  [[nodiscard]] Outcome<std::string> post(const std::string& target, std::string body) const;
  // Of what may be asked again without being done twice.
  [[nodiscard]] Outcome<std::string> post_until_sure(const std::string& target, std::string body,
                                                     const RetryPlan& plan) const;
  // A body with passwords in it: no copy of it stays behind.
  [[nodiscard]] Outcome<std::string> post_secret(const std::string& target, const SecretText& body) const;
  // Whether nobody has an account here yet. Asked without a session, which then is not needed.
  [[nodiscard]] Outcome<bool> is_unpeopled() const;

  [[nodiscard]] Outcome<AttachedFile> upload(const std::string& name, std::string bytes) const;
  using Sink = std::function<Outcome<void>(std::string_view piece)>;
  [[nodiscard]] Outcome<void> download_export(const std::string& line, const Sink& sink) const;
  [[nodiscard]] Outcome<void> download_attachment(const std::string& hash, const Sink& sink) const;

 private:
  [[nodiscard]] Outcome<std::string> ask(HttpRequest request) const;
  [[nodiscard]] Outcome<std::string> ask_until_sure(HttpRequest request, const RetryPlan& plan) const;
  [[nodiscard]] Outcome<void> download(const std::string& target, const Sink& sink) const;
  std::string socket_path_;
  Session session_;
};

// Says whose request it is. Nothing without a session.
void add_session(HttpRequest& request, const StationApi::Session& session);
// RFC 3986 percent-encoding of one component of an address.
[[nodiscard]] std::string encoded(std::string_view component);
// What a status and its body mean to the caller.
[[nodiscard]] Failure failure_of(unsigned status, std::string_view body);
[[nodiscard]] Failure failure_of(const HttpFailure& failure, const std::string& socket_path);
[[nodiscard]] std::string new_request_key();  // 32 random hexadecimal digits

}  // namespace openline::cli

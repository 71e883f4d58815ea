// SPDX-License-Identifier: Apache-2.0
// The API's work (docs/api.md): requests in, answers out, on the loop's thread. Sockets are the server's.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/api/attachment_port.h"
#include "daemon/api/event_hub.h"
#include "daemon/api/http.h"
#include "daemon/api/read_worker.h"
#include "daemon/api/station_port.h"
#include "daemon/api/views.h"

namespace openline::daemon {

// One request on its way to its answer.
struct Call {
  HttpRequest request;
  std::vector<std::string> arguments;  // what stood for {} in the address
  Respond respond;

  void answer(int status, const nlohmann::json& body) const;
  void fail(const ApiError& error) const { respond(error_response(error)); }
};
using CallPtr = std::shared_ptr<Call>;

class JsonReader;

class Api {
 public:
  Api(boost::asio::io_context& loop, StationPort& station, ReadWorker& reads, AttachmentPort& attachments);
  void handle(HttpRequest request, Respond respond);
  // For addresses whose body is not JSON: decided by the head alone. nullptr: `handle` takes it, body and
  // all.
  [[nodiscard]] static bool is_upload(const HttpRequest& head);
  [[nodiscard]] std::expected<std::shared_ptr<UploadSink>, ApiError> start_upload(const HttpRequest& head);
  [[nodiscard]] EventHub& events() { return events_; }

 private:
  friend struct Routes;
  using Refusal = std::optional<ApiError>;  // nullopt: answered, or will be
  using Handler = Refusal (Api::*)(const CallPtr&);

  // station_requests.cc
  Refusal get_status(const CallPtr& call);
  Refusal get_metrics(const CallPtr& call);
  Refusal get_card(const CallPtr& call);
  Refusal post_card(const CallPtr& call);
  Refusal post_clock(const CallPtr& call);
  // agreement_requests.cc
  Refusal get_agreements(const CallPtr& call);
  Refusal get_agreement(const CallPtr& call);
  Refusal post_agreement(const CallPtr& call);
  Refusal refuse_agreement(const CallPtr& call);
  Refusal amend(const CallPtr& call);
  // line_requests.cc
  Refusal get_lines(const CallPtr& call);
  Refusal get_line(const CallPtr& call);
  Refusal acknowledge(const CallPtr& call);
  Refusal shown(const CallPtr& call);
  Refusal test(const CallPtr& call);
  Refusal suspend(const CallPtr& call);
  Refusal resume(const CallPtr& call);
  Refusal go_on(const CallPtr& call);
  // text_requests.cc
  Refusal post_entries(const CallPtr& call);
  // act_requests.cc
  Refusal request_contact(const CallPtr& call);
  Refusal answer_contact(const CallPtr& call);
  Refusal change_contact(const CallPtr& call);
  Refusal propose_visit(const CallPtr& call);
  Refusal act_on_visit(const CallPtr& call);
  Refusal visit_outcome(const CallPtr& call);
  Refusal post_call(const CallPtr& call);
  Refusal act_on_call(const CallPtr& call);
  Refusal post_readout(const CallPtr& call);
  Refusal answer_readout(const CallPtr& call);
  Refusal post_translation(const CallPtr& call);
  Refusal post_disregard(const CallPtr& call);
  Refusal get_matters(const CallPtr& call);
  // notice_requests.cc
  Refusal get_forms(const CallPtr& call);
  Refusal post_notice(const CallPtr& call);
  // effort_requests.cc
  Refusal get_efforts(const CallPtr& call);
  // record_requests.cc
  Refusal get_record(const CallPtr& call);
  Refusal get_entry(const CallPtr& call);
  Refusal get_inbox(const CallPtr& call);
  Refusal get_export(const CallPtr& call);
  // stream_requests.cc
  Refusal get_events(const CallPtr& call);
  Refusal attend(const CallPtr& call);
  Refusal get_attachment(const CallPtr& call);

  struct ActRequest;
  [[nodiscard]] std::expected<ActRequest, ApiError> read_act(const CallPtr& call, std::optional<Kind> kind);
  [[nodiscard]] std::expected<const Matter*, ApiError> find_matter(const LineId& line, Kind kind,
                                                                   const std::string& text) const;
  Refusal put_act(const CallPtr& call, const ActRequest& request, JsonReader& reader, ActBody body);
  void put_about(const CallPtr& call, const ActRequest& request, const std::string& prefix, PutAct command,
                 std::function<void(ActBody&, const EntryId&)> name_entry);
  void run_one(const CallPtr& call, Command command);

  [[nodiscard]] std::expected<LineId, ApiError> find_line(const std::string& name_or_id);
  void refresh_names();
  [[nodiscard]] ApiError error_of(const CommandError& error) const;
  // Runs the command and answers with what it made.
  void run(const CallPtr& call, Command command);
  struct Keyed;  // requests with idempotency keys
  void run_keyed(const CallPtr& call, bool is_array, std::vector<Command> commands);
  void run_next_of_key(const std::string& key);

  boost::asio::io_context& loop_;
  StationPort& station_;
  ReadWorker& reads_;
  AttachmentPort& attachments_;
  StationKey station_key_;  // read by the reading thread too
  EventHub events_;
  struct NamedLine {
    LineId line;
    std::string name;
  };
  std::vector<NamedLine> names_;
  MonotonicTime names_since_{};
  // One request of a key at a time: a repeat waits for what it repeats, and then finds it in the store.
  std::map<std::string, std::vector<std::function<void()>>> keys_in_hand_;
};

[[nodiscard]] nlohmann::json done_view(const Done& done);
[[nodiscard]] std::optional<ApiError> check_key(const std::string& key);  // an idempotency key

}  // namespace openline::daemon

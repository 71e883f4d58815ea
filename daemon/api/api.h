// SPDX-License-Identifier: Apache-2.0
// The API's work (docs/api.md): requests in, answers out, on the loop's thread. Sockets are the server's.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/api/attachment_port.h"
#include "daemon/api/event_hub.h"
#include "daemon/api/http.h"
#include "daemon/api/line_history.h"
#include "daemon/api/read_worker.h"
#include "daemon/api/station_port.h"
#include "daemon/api/views.h"
#include "daemon/desk/office.h"
#include "daemon/search/search_thread.h"

namespace openline::daemon {

// Whose request it is.
struct Standing {
  Officer officer;  // as the account stood when the request came
  Hash session;
  WallTime expires{};
  bool with_key = false;  // it began with a security key
};

struct Route;
struct KeySite;

// One request on its way to its answer.
struct Call {
  HttpRequest request;
  std::vector<std::string> arguments;  // what stood for {} in the address
  Respond respond;
  std::optional<Standing> standing =
      std::nullopt;       // nullopt: nobody signs in at this station, or need to for this
  std::string act = "";   // its route, as the log of acts calls it
  std::string note = "";  // for the log of acts
  // Of a draft: only weighed (`weighed` is told what it would be and nothing is done), or released by these.
  std::function<void(DraftContent)> weighed = nullptr;
  std::vector<Draft::Release> releases = {};
  std::optional<DraftContent> must_be = std::nullopt;  // what they released: nothing else goes out

  void answer(int status, const nlohmann::json& body) const;
  void fail(const ApiError& error) const { respond(error_response(error)); }
};
using CallPtr = std::shared_ptr<Call>;

class JsonReader;

class Api {
 public:
  Api(boost::asio::io_context& loop, StationPort& station, ReadWorker& reads, AttachmentPort& attachments,
      Office& office, SearchThread& search);
  void handle(HttpRequest request, Respond respond);
  // For addresses whose body is not JSON: decided by the head alone. nullptr: `handle` takes it, body and
  // all.
  [[nodiscard]] static bool is_upload(const HttpRequest& head);
  [[nodiscard]] std::expected<std::shared_ptr<UploadSink>, ApiError> start_upload(const HttpRequest& head);
  // How much JSON is taken from who asks: little from who has no session, since it is read on the loop.
  [[nodiscard]] std::size_t body_limit(const HttpRequest& head);
  [[nodiscard]] bool has_session(const HttpRequest& head) { return who_asks(head).has_value(); }
  [[nodiscard]] EventHub& events() { return events_; }
  // Something that `status` says has changed, or an entry came: readers are told, and what rings is looked
  // at.
  void changed(const std::optional<LineId>& line);
  void entry_added(const EntryAdded& entry);

 private:
  friend struct Route;
  friend struct Routes;
  struct KnownLine;
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
  // search_requests.cc
  Refusal search_record(const CallPtr& call);
  // history_requests.cc
  Refusal get_history(const CallPtr& call);
  Refusal get_estimate(const CallPtr& call);
  // stream_requests.cc
  Refusal get_events(const CallPtr& call);
  Refusal get_socket(const CallPtr& call);
  [[nodiscard]] std::expected<std::vector<EventHub::Attendance>, ApiError> read_attends(
      const Call& call, std::string_view given);
  Refusal attend(const CallPtr& call);
  Refusal get_attachment(const CallPtr& call);

  // people_requests.cc, people_change_requests.cc
  Refusal sign_in(const CallPtr& call);
  struct SignIn;
  void end_sign_in(const CallPtr& call, const SignIn& given, bool is_right);
  Refusal sign_out(const CallPtr& call);
  Refusal set_password(const CallPtr& call);
  Refusal enrol(const CallPtr& call);
  Refusal get_me(const CallPtr& call);
  Refusal get_officers(const CallPtr& call);
  Refusal get_challenge(const CallPtr& call);
  Refusal get_log(const CallPtr& call);
  Refusal add_officer(const CallPtr& call);
  Refusal change_grants(const CallPtr& call);
  Refusal recover(const CallPtr& call);
  Refusal enable(const CallPtr& call);
  Refusal disable(const CallPtr& call);
  Refusal unlock(const CallPtr& call);
  Refusal confirm_change(const CallPtr& call);
  Refusal refuse_change(const CallPtr& call);
  // security_key_requests.cc
  Refusal get_security_keys(const CallPtr& call);
  Refusal ask_security_key(const CallPtr& call);
  Refusal add_security_key(const CallPtr& call);
  Refusal remove_security_key(const CallPtr& call);
  [[nodiscard]] Refusal may_change_keys(const Call& call) const;
  [[nodiscard]] bool lacks_key(const Call& call) const;
  [[nodiscard]] Refusal key_needed(const Call& call) const;
  [[nodiscard]] std::expected<bool, ApiError> second_factor(Call& call, const SignIn& given);
  [[nodiscard]] std::expected<bool, ApiError> judge_key(Call& call, const SignIn& given, const KeySite& site);
  // draft_requests.cc
  Refusal post_draft(const CallPtr& call);
  Refusal get_drafts(const CallPtr& call);
  Refusal get_draft(const CallPtr& call);
  Refusal change_draft(const CallPtr& call);
  Refusal submit_draft(const CallPtr& call);
  Refusal return_draft(const CallPtr& call);
  Refusal withdraw_draft(const CallPtr& call);
  Refusal release_draft(const CallPtr& call);

  // alarm_requests.cc
  Refusal get_alarms(const CallPtr& call);
  Refusal answer_alarm(const CallPtr& call);
  Refusal test_alarm(const CallPtr& call);
  void watch_alarms();
  void look_at_alarms();
  void tell_alarms();
  [[nodiscard]] std::string on_watch(const std::string& desk) const;  // names
  [[nodiscard]] bool watches_one_of(const std::string& officer, const std::set<std::string>& desks) const;
  void run_step(const AlarmEvent& event, const nlohmann::json& data);
  void ring_bells();

  // watch_requests.cc, roster_requests.cc, hand_over_requests.cc
  Refusal get_desks(const CallPtr& call);
  Refusal get_watch(const CallPtr& call);
  Refusal post_here(const CallPtr& call);
  Refusal get_roster(const CallPtr& call);
  Refusal post_roster(const CallPtr& call);
  Refusal get_hand_overs(const CallPtr& call);
  Refusal get_hand_over(const CallPtr& call);
  Refusal open_hand_over(const CallPtr& call);
  Refusal check_hand_over(const CallPtr& call);
  Refusal sign_hand_over(const CallPtr& call);
  Refusal withdraw_hand_over(const CallPtr& call);
  [[nodiscard]] EventHub::Hooks hooks();
  void look_soon();
  void look_at_watch(const StationStatus& status);
  void look_at_hand_overs(const StationStatus& status, MonotonicTime now);
  void tell_watch();
  void tell_desk(const std::string& desk);
  void log_watch(const std::string& act, const std::string& officer, const std::string& desk,
                 std::string note);
  // A person did something, and is there.
  void was_here(const Call& call);
  [[nodiscard]] std::vector<const KnownLine*> lines_of(const std::string& desk);
  [[nodiscard]] bool may_read_desk(const Call& call, const std::string& desk) const;
  [[nodiscard]] nlohmann::json on_watch_view(const Watch::View& view, const std::string& desk);
  struct HandOverRequest;
  [[nodiscard]] std::expected<HandOverRequest, ApiError> read_hand_over_request(const CallPtr& call);
  void answer_hand_over(const CallPtr& call, int status, const HandOver& hand_over);
  void pass_watch(const CallPtr& call, const HandOver& hand_over);

  // admission.cc: who asks, what they may, and the log of acts.
  [[nodiscard]] std::optional<Accounts::Who> who_asks(const HttpRequest& request);
  [[nodiscard]] Refusal admit(Call& call, Roles roles);
  void logged(const CallPtr& call, std::function<void()> then);

  [[nodiscard]] Roles roles_of(const std::string& officer, const LineId& line);
  [[nodiscard]] std::string desk_of(const LineId& line);
  // Which lines' entries the officer may read; null: all.
  [[nodiscard]] std::function<bool(const LineId&)> reader_of(const Call& call);
  // Puts the officer's role, as the agreement wants it shown, where the request names one.
  [[nodiscard]] Refusal name_speaker(const Call& call, const LineId& line, nlohmann::json& body,
                                     const std::string& field);
  // release.cc: whether what is asked may go out with those who stand behind it.
  [[nodiscard]] std::optional<DraftContent> weigh(const Command& command);

  [[nodiscard]] Refusal hold_back(const Call& call, const Command& command);
  [[nodiscard]] Actor actor(const std::string& officer, const std::string& desk) const;
  void end_streams();
  // A request that others must confirm, or the root key did.
  void propose(const CallPtr& call, const Accounts::Proposal& proposal, const nlohmann::json& body,
               const std::optional<nlohmann::json>& root);
  using TakeAway = Allowed<const Officer*> (Accounts::*)(const std::string&, const Officer&);
  Refusal take_from(const CallPtr& call, TakeAway take_away);
  void answer_durable(const CallPtr& call, int status, nlohmann::json body);
  void weigh_draft(const CallPtr& call, const LineId& line, const std::string& act,
                   const nlohmann::json& body, std::function<void(DraftContent)> then);
  struct DraftRequest;
  [[nodiscard]] std::expected<DraftRequest, ApiError> read_draft_request(const CallPtr& call);
  struct DraftCall {
    CallPtr call;
    const Route* route = nullptr;
  };
  [[nodiscard]] static std::expected<DraftCall, ApiError> call_of(const LineId& line, const std::string& act,
                                                                  std::string body);
  [[nodiscard]] std::optional<Actor> reader_at(const Call& call, const std::string& desk) const;
  [[nodiscard]] Refusal answer_draft(const CallPtr& call, const Allowed<const Draft*>& done);
  void answer_draft(const CallPtr& call, int status, const Draft& draft);
  void send_draft(const CallPtr& call, const Draft& draft);
  void tell_emergency(const Draft& draft);
  void ask_for_released();
  [[nodiscard]] std::expected<const Draft*, ApiError> find_draft(const CallPtr& call);
  [[nodiscard]] std::string line_name(const LineId& line);

  [[nodiscard]] static std::optional<std::string> speaker_field(const std::vector<std::string>& path);

  struct ActRequest;
  [[nodiscard]] std::expected<ActRequest, ApiError> read_act(const CallPtr& call, std::optional<Kind> kind);
  [[nodiscard]] std::expected<const Matter*, ApiError> find_matter(const LineId& line, Kind kind,
                                                                   const std::string& text) const;
  Refusal put_act(const CallPtr& call, const ActRequest& request, JsonReader& reader, ActBody body);
  void put_about(const CallPtr& call, const ActRequest& request, const std::string& prefix, PutAct command,
                 std::function<void(ActBody&, const EntryId&)> name_entry);
  void run_one(const CallPtr& call, Command command);

  [[nodiscard]] std::expected<LineId, ApiError> find_line(const std::string& name_or_id);
  // Of a parameter that may be left out.
  [[nodiscard]] std::expected<std::optional<LineId>, ApiError> find_line_if(
      const std::optional<std::string>& name_or_id);
  void refresh_lines();
  [[nodiscard]] const KnownLine* known_line(
      const LineId& line);  // as of the last second, or its last amendment
  [[nodiscard]] ApiError error_of(const CommandError& error) const;
  // Runs the command and answers with what it made.
  void run(const CallPtr& call, Command command);
  struct Keyed;  // requests with idempotency keys
  void run_keyed(const CallPtr& call, bool is_array, std::vector<Command> commands);
  void run_next_of_key(const std::string& key);
  void watch_sessions();

  boost::asio::io_context& loop_;
  StationPort& station_;
  ReadWorker& reads_;
  AttachmentPort& attachments_;
  Office& office_;
  SearchThread& search_;
  boost::asio::steady_timer sessions_timer_, alarms_timer_, look_timer_;
  bool look_set_ = false;
  std::chrono::steady_clock::time_point last_look_{};
  MonotonicTime reports_seen_{};
  struct Bell {
    MonotonicTime last{};
    bool running = false;
  };
  std::map<std::string, Bell> bells_;  // by desk
  StationKey station_key_;             // read by the reading thread too
  EventHub events_;
  LineHistory history_;
  // What requests need of a line, without asking for the whole status.
  struct KnownLine {
    LineId line;
    std::string name;
    std::string desk;  // ours
    std::array<std::uint8_t, 4> release;
    Identify identify{};
  };
  std::vector<KnownLine> lines_;
  MonotonicTime lines_since_{};
  // One request of a key at a time: a repeat waits for what it repeats, and then finds it in the store.
  std::map<std::string, std::vector<std::function<void()>>> keys_in_hand_;
};

[[nodiscard]] nlohmann::json done_view(const Done& done);
[[nodiscard]] std::optional<ApiError> check_key(const std::string& key);  // an idempotency key

}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
// Event streams and attached files.
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/record/attachment_tree.h"
#include "daemon/api/api.h"
#include "daemon/api/desk_errors.h"
#include "daemon/api/json_input.h"
#include "daemon/desk/plain_text.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxAttend = 4096;  // bytes: 64 lines by their ids

// Where to begin: the header that browsers and clients send when they come again, else the parameter.
std::expected<std::optional<Serial>, ApiError> read_after(const HttpRequest& request,
                                                          const std::optional<std::uint64_t>& after) {
  if (request.last_event_id.empty()) return after ? std::optional(Serial{*after}) : std::nullopt;
  std::uint64_t value = 0;
  const std::string& text = request.last_event_id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > INT64_MAX) {
    return std::unexpected(bad_field("Last-Event-ID", "must be a serial"));
  }
  return Serial{value};
}

HttpResponse event_stream(EventHub& hub, EventHub::Follow follow) {
  HttpResponse response;
  response.type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.events = [&hub, follow = std::move(follow)](std::shared_ptr<EventSink> sink) {
    hub.open(follow, std::move(sink));
  };
  return response;
}

void name_follower(EventHub::Follow& follow, const Call& call) {
  if (!call.standing) return;
  follow.session = call.standing->session;
  follow.officer = call.standing->officer.name;
}

class AttachmentSource : public BodySource {
 public:
  AttachmentSource(AttachmentPort& files, const Hash& hash, std::uint64_t size)
      : files_(files), hash_(hash), chunks_(attachment_chunks(size)) {}
  void next(std::function<void(Piece)> done) override {
    if (chunk_ == chunks_) return done({{}, true, false});
    const bool last = chunk_ + 1 == chunks_;
    files_.read_chunk(hash_, chunk_++, [done = std::move(done), last](std::optional<Bytes> bytes) {
      if (!bytes) return done({{}, true, true});
      done({std::move(*bytes), last, false});
    });
  }

 private:
  AttachmentPort& files_;
  Hash hash_;
  std::uint64_t chunk_ = 0, chunks_;
};

ApiError error_of_store(const StoreFailure& failure) {
  if (failure.kind == StoreFailure::Kind::kFull)
    return {507, "store_full", "there is no space for the file: " + failure.words, ""};
  return {503, "unavailable", "the file cannot be stored: " + failure.words, ""};
}

class AttachmentUpload : public UploadSink {
 public:
  using Logged = std::function<void(const HttpResponse&, const std::string& note)>;
  AttachmentUpload(std::shared_ptr<AttachmentPort::Upload> upload, std::string name, Logged logged)
      : upload_(std::move(upload)), name_(std::move(name)), logged_(std::move(logged)) {}

  void write(Bytes piece, std::function<void(std::optional<ApiError>)> done) override {
    size_ += piece.size();
    if (size_ > kMaxAttachment) return done(ApiError{413, "too_large", "a file may have at most 64 MiB", ""});
    upload_->add(std::move(piece), [done = std::move(done)](Stored<void> stored) {
      done(stored ? std::nullopt : std::optional(error_of_store(stored.error())));
    });
  }
  void finish(Respond respond) override {
    upload_->finish(
        [respond = std::move(respond), name = name_, logged = logged_](Stored<StoredAttachment> stored) {
          HttpResponse response;
          if (!stored) {
            response = error_response(error_of_store(stored.error()));
          } else {
            response.status = 201;
            response.body = dump({{"hash", stored->hash.hex()}, {"size", stored->size}, {"name", name}});
          }
          logged(response, stored ? stored->hash.hex() + " " + name : "");
          respond(std::move(response));
        });
  }

 private:
  std::shared_ptr<AttachmentPort::Upload> upload_;
  std::string name_;
  Logged logged_;
  std::uint64_t size_ = 0;
};

}  // namespace

Api::Refusal Api::get_events(const CallPtr& call) {
  QueryReader query(call->request);
  const auto name = query.optional_text("line", 100);
  const auto given = query.optional_number("after", 0, INT64_MAX);
  if (auto wrong = query.finish()) return wrong;
  const auto after = read_after(call->request, given);
  if (!after) return after.error();
  EventHub::Follow follow{std::nullopt, *after};
  follow.may_read = reader_of(*call);
  name_follower(follow, *call);
  const auto only = find_line_if(name);
  if (!only) return only.error();
  follow.line = *only;
  if (!events_.has_room_for(follow)) return busy("too many streams are open");
  call->respond(event_stream(events_, std::move(follow)));
  return std::nullopt;
}

Api::Refusal Api::attend(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  const auto role = query.optional_text("role", 64);
  const auto given = query.optional_number("after", 0, INT64_MAX);
  if (auto wrong = query.finish()) return wrong;
  json speaker = role ? json{{"role", *role}} : json::object();
  if (auto wrong = name_speaker(*call, *line, speaker, "role")) return wrong;
  if (!speaker.contains("role")) return ApiError{400, "missing_field", "role is missing", "role"};
  const auto after = read_after(call->request, given);
  if (!after) return after.error();
  EventHub::Follow follow{*line, *after, {{*line, speaker["role"].get<std::string>()}}};
  name_follower(follow, *call);
  if (!events_.has_room_for(follow)) return busy("too many streams are open");
  call->respond(event_stream(events_, std::move(follow)));
  return std::nullopt;
}

// `given`: names or ids with commas between.
std::expected<std::vector<EventHub::Attendance>, ApiError> Api::read_attends(const Call& call,
                                                                             std::string_view given) {
  std::vector<EventHub::Attendance> attends;
  while (!given.empty()) {
    const std::size_t end = std::min(given.find(','), given.size());
    const auto line = find_line(std::string(given.substr(0, end)));
    given.remove_prefix(std::min(end + 1, given.size()));
    if (!line) return std::unexpected(line.error());
    if (std::ranges::find(attends, *line, &EventHub::Attendance::line) != attends.end())
      return std::unexpected(bad_field("attend", "names a line twice"));
    if (!call.standing)
      return std::unexpected(bad_field("attend", "is for officers who are signed in (see attend)"));
    if (!roles_of(call.standing->officer.name, *line).has_any(kWatch))
      return std::unexpected(role_needed(kWatch, desk_of(*line)));
    json speaker = json::object();
    if (auto wrong = name_speaker(call, *line, speaker, "role")) return std::unexpected(*wrong);
    attends.push_back({*line, speaker["role"].get<std::string>()});
  }
  return attends;
}

Api::Refusal Api::get_socket(const CallPtr& call) {
  QueryReader query(call->request);
  const auto after = query.optional_number("after", 0, INT64_MAX);
  const auto attend = query.optional_text("attend", kMaxAttend);
  if (auto wrong = query.finish()) return wrong;
  if (!call->request.upgrades)
    return ApiError{426, "bad_request",
                    "this address is a WebSocket (RFC 6455); /v1/events is a plain stream", ""};
  auto attends = read_attends(*call, attend.value_or(""));
  if (!attends) return attends.error();
  EventHub::Follow follow{std::nullopt, after ? std::optional(Serial{*after}) : std::nullopt,
                          std::move(*attends)};
  follow.may_read = reader_of(*call);
  name_follower(follow, *call);
  if (!events_.has_room_for(follow)) return busy("too many streams are open");
  HttpResponse response = event_stream(events_, std::move(follow));
  response.web_socket = true;
  call->respond(std::move(response));
  return std::nullopt;
}

Api::Refusal Api::get_attachment(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto hash = id_of<Hash>(call->arguments[0]);
  if (!hash) return not_found("an attachment's address is its hash, 64 hexadecimal digits");
  attachments_.find(*hash, [this, call, hash = *hash](AttachmentPort::Found found) {
    if (found.presence == AttachmentPort::Presence::kAbsent)
      return call->fail(not_found("this file is not here"));
    if (found.presence == AttachmentPort::Presence::kIncomplete) {
      return call->fail({409, "incomplete", "parts of this file have not arrived yet", ""});
    }
    HttpResponse response;
    response.type = "application/octet-stream";
    response.source = std::make_shared<AttachmentSource>(attachments_, hash, found.size);
    response.length = found.size;
    call->respond(std::move(response));
  });
  return std::nullopt;
}

bool Api::is_upload(const HttpRequest& head) {
  return head.method == "POST" && head.path == std::vector<std::string>{"v1", "attachments"};
}

std::expected<std::shared_ptr<UploadSink>, ApiError> Api::start_upload(const HttpRequest& head) {
  Call call{head, {}, {}};
  std::optional<ApiError> refusal = admit(call, {Role::kOfficer, Role::kReleaser, Role::kLinguist});
  if (!refusal) was_here(call);
  QueryReader query(head);
  const auto name = query.optional_text("name", 255);
  if (!refusal) refusal = query.finish();
  if (!refusal && !name) refusal = ApiError{400, "missing_field", "name is missing", "name"};
  if (const auto problem = plain_text_problem(name.value_or("")); !refusal && problem)
    refusal = bad_field("name", *problem);
  AuditRow row;
  row.time = station_.now().wall;
  row.officer = call.standing ? call.standing->officer.name : "";
  row.act = "POST /v1/attachments";
  row.on = "/v1/attachments";
  row.status = refusal ? refusal->status : 0;
  const bool is_logged = call.standing.has_value();  // as `handle` has it
  if (is_logged) {
    row.number = office_.log(row);
    office_.commit(
        [](const auto&) {});  // a file is nothing until an act names it, and that one waits for its row
  }
  if (refusal) return std::unexpected(*refusal);
  const auto logged = [this, row, is_logged](const HttpResponse& response, const std::string& note) mutable {
    if (!is_logged) return;
    row.status = response.status;
    row.note = note;
    office_.log(row);
    office_.commit([](const auto&) {});
  };
  return std::make_shared<AttachmentUpload>(attachments_.start_upload(), *name, logged);
}

std::size_t Api::body_limit(const HttpRequest& head) {
  constexpr std::size_t kStranger = 16 << 10;
  if (!office_.accounts().peopled()) return head.from_browser ? kStranger : kMaxJson;
  return who_asks(head) ? kMaxJson : kStranger;
}

}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
// Event streams and attached files.
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/record/attachment_tree.h"
#include "daemon/api/api.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

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
  AttachmentUpload(std::shared_ptr<AttachmentPort::Upload> upload, std::string name)
      : upload_(std::move(upload)), name_(std::move(name)) {}

  void write(Bytes piece, std::function<void(std::optional<ApiError>)> done) override {
    size_ += piece.size();
    if (size_ > kMaxAttachment) return done(ApiError{413, "too_large", "a file may have at most 64 MiB", ""});
    upload_->add(std::move(piece), [done = std::move(done)](Stored<void> stored) {
      done(stored ? std::nullopt : std::optional(error_of_store(stored.error())));
    });
  }
  void finish(Respond respond) override {
    upload_->finish([respond = std::move(respond), name = name_](Stored<StoredAttachment> stored) {
      if (!stored) return respond(error_response(error_of_store(stored.error())));
      HttpResponse response;
      response.status = 201;
      response.body = dump({{"hash", stored->hash.hex()}, {"size", stored->size}, {"name", name}});
      respond(std::move(response));
    });
  }

 private:
  std::shared_ptr<AttachmentPort::Upload> upload_;
  std::string name_;
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
  if (call->standing) follow.session = call->standing->session;
  if (name) {
    const auto line = find_line(*name);
    if (!line) return line.error();
    follow.line = *line;
  }
  if (!events_.has_room()) return busy("too many streams are open");
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
  if (!events_.has_room()) return busy("too many streams are open");
  EventHub::Follow follow{*line, *after, speaker["role"].get<std::string>()};
  if (call->standing) follow.session = call->standing->session;
  call->respond(event_stream(events_, std::move(follow)));
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
  if (const auto refusal = admit(call, {Role::kOfficer, Role::kReleaser, Role::kLinguist}))
    return std::unexpected(*refusal);
  QueryReader query(head);
  const auto name = query.optional_text("name", 255);
  if (const auto wrong = query.finish()) return std::unexpected(*wrong);
  if (!name) return std::unexpected(ApiError{400, "missing_field", "name is missing", "name"});
  return std::make_shared<AttachmentUpload>(attachments_.start_upload(), *name);
}

}  // namespace openline::daemon

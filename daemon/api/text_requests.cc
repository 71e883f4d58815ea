// SPDX-License-Identifier: Apache-2.0
// Sending: the form of a message, the files it names, and idempotency keys.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/record/attachment_tree.h"
#include "daemon/api/api.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxTexts = 256, kMaxKey = 128, kMaxAttachments = 16;

AttachmentRef read_attachment(const json& object, std::optional<ApiError>& problem) {
  JsonReader reader(object, "attachments");
  AttachmentRef file;
  const auto hash = id_of<Hash>(reader.text("hash", 64, 64));
  if (!hash) reader.refuse("hash", "must be 64 hexadecimal digits");
  file.hash = hash.value_or(Hash{});
  file.name = reader.plain_text("name", 255);
  file.size = static_cast<std::uint64_t>(
      reader.optional_number("size", 0, static_cast<std::int64_t>(kMaxAttachment)).value_or(-1));
  if (auto wrong = reader.finish(); wrong && !problem) problem = wrong;
  return file;
}

std::expected<SendText, ApiError> read_text(const json& object, const LineId& line) {
  JsonReader reader(object);
  SendText command;
  command.line = line;
  command.text.text = reader.text("text", 60000, 0);
  command.precedence = reader.optional_precedence("precedence").value_or(Precedence::kRoutine);
  command.entry_class = reader.entry_class("class");
  command.exercise = reader.plain(reader.optional_text("exercise", kMaxExercise).value_or(""), "exercise");
  command.text.language = reader.optional_text("language", 16, 2).value_or("");
  command.text.role = reader.role(false);
  std::optional<ApiError> problem;
  if (const json* files = reader.optional_array("attachments", kMaxAttachments)) {
    for (const json& file : *files) command.text.attachments.push_back(read_attachment(file, problem));
  }
  reader.adopt(problem);
  if ((command.entry_class == Class::kExercise) != !command.exercise.empty()) {
    reader.refuse("exercise", "must be given with class exercise, and only then");
  }
  if (const auto wrong = reader.finish()) return std::unexpected(*wrong);
  return command;
}

}  // namespace

std::optional<ApiError> check_key(const std::string& key) {
  const bool visible = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
  if (key.size() <= kMaxKey && visible) return std::nullopt;
  return bad_field("Idempotency-Key", "must be 1 to 128 visible ASCII characters");
}

namespace {

// Looks up each file that the texts name, one after the other, then goes on.
class FileCheck : public std::enable_shared_from_this<FileCheck> {
 public:
  FileCheck(AttachmentPort& files, std::vector<SendText> texts,
            std::function<void(std::optional<ApiError>, std::vector<SendText>)> then)
      : files_(files), texts_(std::move(texts)), then_(std::move(then)) {}

  void next() {
    for (; text_ < texts_.size(); ++text_, file_ = 0) {
      if (file_ < texts_[text_].text.attachments.size()) {
        files_.find(current().hash,
                    [self = shared_from_this()](AttachmentPort::Found found) { self->found(found); });
        return;
      }
    }
    then_(std::nullopt, std::move(texts_));
  }

 private:
  [[nodiscard]] AttachmentRef& current() { return texts_[text_].text.attachments[file_]; }
  void found(AttachmentPort::Found found) {
    AttachmentRef& file = current();
    if (found.presence != AttachmentPort::Presence::kWhole) {
      return then_(ApiError{404, "not_found", fmt::format("the file {} was not uploaded", file.hash.hex()),
                            "attachments"},
                   {});
    }
    const bool size_given = file.size != static_cast<std::uint64_t>(-1);
    if (size_given && file.size != found.size) {
      return then_(bad_field("attachments.size", fmt::format("the file has {} bytes", found.size)), {});
    }
    file.size = found.size;
    ++file_;
    next();
  }
  AttachmentPort& files_;
  std::vector<SendText> texts_;
  std::function<void(std::optional<ApiError> wrong, std::vector<SendText>)> then_;
  std::size_t text_ = 0, file_ = 0;
};

}  // namespace

Api::Refusal Api::post_entries(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  if (auto wrong = check_key(call->request.idempotency_key)) return wrong;
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  const bool is_array = body->is_array();
  json list = is_array ? *body : json::array({*body});
  for (json& one : list) {
    if (auto wrong = name_speaker(*call, *line, one, "role")) return wrong;
  }
  if (list.empty() || list.size() > kMaxTexts)
    return ApiError{400, "bad_request", "1 to 256 texts at once", ""};
  std::vector<SendText> texts;
  const std::string& key = call->request.idempotency_key;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto text = read_text(list[i], *line);
    if (!text) {
      if (is_array) text.error().message = fmt::format("text {}: {}", i, text.error().message);
      return text.error();
    }
    const std::string own_key = is_array ? fmt::format("{}#{}", key, i) : key;
    if (!key.empty())
      text->request = RequestKey{own_key, hash_of({view_of("text"), line->view(), view_of(dump(list[i]))})};
    texts.push_back(std::move(*text));
  }
  const auto send = [this, call, is_array](const std::optional<ApiError>& wrong,
                                           std::vector<SendText> checked) {
    if (wrong) return call->fail(*wrong);
    std::vector<Command> commands;
    for (SendText& text : checked) commands.emplace_back(std::move(text));
    run_keyed(call, is_array, std::move(commands));
  };
  std::make_shared<FileCheck>(attachments_, std::move(texts), send)->next();
  return std::nullopt;
}

}  // namespace openline::daemon

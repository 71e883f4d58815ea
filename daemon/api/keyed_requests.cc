// SPDX-License-Identifier: Apache-2.0
// Requests that may come twice: first the store is asked whether they did, then the station does what is new.
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"

namespace openline::daemon {

using nlohmann::json;

struct Api::Keyed {
  CallPtr call;
  bool is_array = false;
  std::vector<Command> commands;
  std::vector<std::optional<std::expected<Done, ApiError>>> results;  // in the order of the commands
  std::size_t left = 0;
  bool all_repeated = true;
};

namespace {

const std::optional<RequestKey>& key_of(const Command& command) {
  static const std::optional<RequestKey> kNone;
  if (const auto* text = std::get_if<SendText>(&command)) return text->request;
  if (const auto* acknowledge = std::get_if<Acknowledge>(&command)) return acknowledge->request;
  if (const auto* request = std::get_if<RequestContact>(&command)) return request->key;
  if (const auto* answer = std::get_if<AnswerContact>(&command)) return answer->key;
  if (const auto* change = std::get_if<ChangeContact>(&command)) return change->key;
  if (const auto* act = std::get_if<PutAct>(&command)) return act->key;
  return kNone;
}

using Repeat = std::optional<std::expected<Done, ApiError>>;

// What the store remembers of a request.
// `by_key`: of a draft, whose key nobody else can know; the role in it may have changed since it went out.
Repeat look_up(StoreReader& reader, const RequestKey& key, bool by_key) {
  const auto stored = reader.request(key.key);
  if (!stored)
    return std::unexpected(
        ApiError{503, "unavailable", "the store cannot be read: " + stored.error().words, ""});
  if (!*stored) return std::nullopt;
  if (!by_key && (*stored)->digest != key.digest) {
    return std::unexpected(
        ApiError{409, "key_reused", "this idempotency key was used for another request", "Idempotency-Key"});
  }
  Done done;
  for (const Serial serial : (*stored)->entries) {
    const auto entry = reader.entry(serial);
    if (!entry || !*entry)
      return std::unexpected(ApiError{503, "unavailable", "the store cannot be read", ""});
    done.entries.push_back({serial, (*entry)->entry.id});
  }
  done.note = "already taken";
  return done;
}

json error_json(const ApiError& error) { return json::parse(error_response(error).body); }

}  // namespace

void Api::run_keyed(const CallPtr& call, bool is_array, std::vector<Command> commands) {
  if (call->weighed) {
    const auto content = commands.size() == 1 ? weigh(commands.front()) : std::nullopt;
    if (!content) return call->fail(refused("this is nothing that a draft can be made of"));
    return call->weighed(*content);
  }
  auto keyed = std::make_shared<Keyed>();
  keyed->call = call;
  keyed->is_array = is_array;
  keyed->left = commands.size();
  keyed->results.resize(commands.size());
  keyed->commands = std::move(commands);
  for (std::size_t i = 0; i < keyed->commands.size(); ++i) {
    auto held = hold_back(*call, keyed->commands[i]);
    if (!held) continue;
    keyed->results[i] = std::unexpected(std::move(*held));
    --keyed->left;
  }

  const auto finish = [this, keyed] {
    const std::string key = keyed->call->request.idempotency_key;
    json entries = json::array();
    const ApiError* first = nullptr;
    std::string note;
    for (const auto& result : keyed->results) {
      if (!*result) {
        if (first == nullptr) first = &result->error();
        entries.push_back(error_json(result->error()));
        continue;
      }
      note = (*result)->note;
      for (const EntryMade& made : (*result)->entries) {
        entries.push_back({{"serial", made.serial.value}, {"id", made.id.hex()}});
        keyed->call->note += (keyed->call->note.empty() ? "entry " : " ") + made.id.hex();
      }
    }
    if (first != nullptr && !keyed->is_array) {
      keyed->call->fail(*first);
    } else {
      json view{{"entries", std::move(entries)}};
      if (!note.empty()) view["note"] = note;
      if (first != nullptr) view.update(error_json(*first));
      keyed->call->answer(first != nullptr ? first->status : keyed->all_repeated ? 200 : 201, view);
    }
    if (!key.empty()) run_next_of_key(key);
  };
  const auto command_all = [this, keyed, finish] {
    for (std::size_t i = 0; i < keyed->commands.size(); ++i) {
      if (keyed->results[i]) continue;
      keyed->all_repeated = false;
      station_.command(std::move(keyed->commands[i]), [this, keyed, finish, i](const auto& result) {
        keyed->results[i] =
            result ? std::expected<Done, ApiError>(*result) : std::unexpected(error_of(result.error()));
        if (--keyed->left == 0) finish();
      });
    }
  };
  if (keyed->left == 0) {
    keyed->all_repeated = false;
    keyed->call->request.idempotency_key.clear();  // no repeat waits for it
    return finish();
  }
  const std::string key = call->request.idempotency_key;
  if (key.empty()) return command_all();

  const auto start = [this, keyed, finish, command_all] {
    const bool taken = reads_.submit(
        [keyed, finish, command_all](StoreReader& reader) -> ReadWorker::Then {
          std::vector<Repeat> repeats;
          for (std::size_t i = 0; i < keyed->commands.size(); ++i)
            repeats.push_back(keyed->results[i] ? std::nullopt
                                                : look_up(reader, *key_of(keyed->commands[i]),
                                                          keyed->call->must_be.has_value()));
          return [keyed, finish, command_all, repeats = std::move(repeats)] {
            for (std::size_t i = 0; i < repeats.size(); ++i) {
              if (!repeats[i]) continue;
              keyed->results[i] = repeats[i];
              --keyed->left;
            }
            if (keyed->left == 0) return finish();
            command_all();
          };
        },
        ReadWorker::Lane::kSending);
    if (taken) return;
    keyed->call->fail(busy("too many requests wait for the store"));
    run_next_of_key(keyed->call->request.idempotency_key);
  };
  const auto [waiting, is_first] = keys_in_hand_.try_emplace(key);
  if (!is_first) {
    waiting->second.push_back(start);
    return;
  }
  start();
}

void Api::run_next_of_key(const std::string& key) {
  const auto found = keys_in_hand_.find(key);
  if (found == keys_in_hand_.end()) return;
  if (found->second.empty()) {
    keys_in_hand_.erase(found);
    return;
  }
  const auto next = std::move(found->second.front());
  found->second.erase(found->second.begin());
  next();
}

}  // namespace openline::daemon

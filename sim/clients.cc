// SPDX-License-Identifier: Apache-2.0
// The world's clients: officers and engineers who ask, and ask again; and what a test looks at.
#include <fmt/format.h>

#include <algorithm>

#include "core/record/bodies.h"
#include "core/wire/assert.h"
#include "sim/world.h"

namespace openline::sim {

std::uint64_t World::ask(std::size_t at, Command command) {
  const std::uint64_t request = next_request_++;
  if (!is_running(at)) return request;
  deed(node(at), fmt::format("is asked, request {}", request));
  give_command(at, request, std::move(command));
  return request;
}

std::size_t World::ask_surely(std::size_t at, Make make, std::string key) {
  errands_.push_back({at, std::move(make), std::move(key), std::nullopt, std::nullopt});
  const std::size_t errand = errands_.size() - 1;
  later(Microseconds{0}, [this, errand] { attempt(errand); });
  return errand;
}

// As the daemon's API does: a request that is on record is answered from there.
std::optional<Reply> World::durable_answer(const Errand& errand) {
  const Node& asked = node(errand.station);
  const StoredRequest* request = errand.key.empty() ? nullptr : asked.store.request(errand.key);
  if (request == nullptr) return std::nullopt;
  Done done;
  for (const Serial& serial : request->entries) {
    done.entries.push_back({serial, asked.store.entries().at(serial).entry.id});
  }
  return Reply{errand.asked.value_or(0), std::move(done)};
}

void World::attempt(std::size_t number) {
  Errand& errand = errands_[number];
  if (errand.answer) return;
  if (const Reply* reply = errand.asked ? this->reply(errand.station, *errand.asked) : nullptr) {
    if (reply->result || reply->result.error().why != Refused::kUnavailable) {
      errand.answer = *reply;
      return;
    }
  }
  if (auto known = durable_answer(errand)) {
    errand.answer = std::move(*known);
    return;
  }
  later(Seconds{1}, [this, number] { attempt(number); });
  errand.asked = next_request_;  // known before the answer may come
  ask(errand.station, errand.make());
}

bool World::all_answered() const {
  return std::all_of(errands_.begin(), errands_.end(), [](const Errand& e) { return e.answer.has_value(); });
}

const Reply* World::reply(std::size_t at, std::uint64_t request) const {
  const auto found = nodes_[at]->replies.find(request);
  return found == nodes_[at]->replies.end() ? nullptr : &found->second;
}

const Reply* World::answer(std::size_t errand) const {
  return errands_[errand].answer ? &*errands_[errand].answer : nullptr;
}

std::size_t World::send_text(std::size_t at, const std::string& text, Precedence precedence) {
  const std::string key = fmt::format("text {} {}", errands_.size(), text);
  SendText what;
  what.line = line();
  what.precedence = precedence;
  what.entry_class = Class::kLive;
  what.text.text = text;
  what.request = RequestKey{key, hash_of(view_of(key))};
  return ask_surely(at, [what] { return Command(what); }, key);
}

bool World::set_up_line(Seconds within) {
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    for (const std::size_t number : options_.parties) {
      if (number == nodes_[at]->party.number) continue;
      const Party other{number, options_.paths};
      const std::size_t own = nodes_[at]->party.number;
      ask_surely(at, [this, other, own] {
        AcceptCard accept{other.card(), std::nullopt};
        if (options_.courier_keys) accept.courier_key = courier_key_between(own, other.number);
        return Command(std::move(accept));
      });
    }
  }
  if (!run_until([&] { return all_answered(); }, within)) return false;
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    ask_surely(at, [this] { return Command(ProposeAgreement{agreement_}); });
  }
  return run_until(
      [&] {
        for (std::size_t at = 0; at < nodes_.size(); ++at) {
          if (!nodes_[at]->store.has_rows("line")) return false;
        }
        return true;
      },
      within);
}

void World::set_faults(const Faults& faults) {
  for (std::size_t from = 0; from < nodes_.size(); ++from) {
    for (std::size_t to = 0; to < nodes_.size(); ++to) {
      for (std::size_t path = 0; path < options_.paths; ++path) {
        if (from != to) network_.wire({from, to, path}) = faults;
      }
    }
  }
}

void World::set_path_cut(std::size_t one, std::size_t other, std::size_t path, bool cut) {
  network_.wire({one, other, path}).cut = cut;
  network_.wire({other, one, path}).cut = cut;
}

void World::set_cut(std::size_t one, std::size_t other, bool cut) {
  for (std::size_t path = 0; path < options_.paths; ++path) set_path_cut(one, other, path, cut);
}

bool World::has_line(std::size_t at) const {
  if (!nodes_[at]->station) return false;
  const StationStatus status = nodes_[at]->station->status(now(at));
  return !status.lines.empty();
}

LineStatus World::status(std::size_t at) const {
  const StationStatus status = nodes_[at]->station->status(now(at));
  OPENLINE_ASSERT(!status.lines.empty());
  return status.lines.front();
}

std::size_t World::count_entries(std::size_t at, Kind kind) const {
  const auto& entries = nodes_[at]->store.entries();
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [&](const auto& item) {
    return item.second.entry.header.kind == kind;
  }));
}

bool World::holds_text(std::size_t at, const std::string& text) const {
  const auto& entries = nodes_[at]->store.entries();
  return std::any_of(entries.begin(), entries.end(), [&](const auto& item) {
    if (item.second.entry.header.kind != Kind::kText) return false;
    const Result<TextBody> body = TextBody::decode(item.second.entry.body);
    return body && body->text == text;
  });
}

bool World::agree() {
  std::vector<std::size_t> all;
  for (std::size_t at = 0; at < nodes_.size(); ++at) all.push_back(at);
  return agree(all);
}

bool World::agree(const std::vector<std::size_t>& stations) {
  const Store& first = node(stations.front()).store;
  const auto same_ids = [&](std::size_t at) {
    return node(at).store.fingerprint_of(line()) == first.fingerprint_of(line());
  };
  if (!std::all_of(stations.begin(), stations.end(), same_ids)) return false;
  const Hash digest = first.canonical_digest(line());
  return std::all_of(stations.begin(), stations.end(),
                     [&](std::size_t at) { return node(at).store.canonical_digest(line()) == digest; });
}

void World::check_promises() {
  for (const auto& each : nodes_) oracles_.check_promises(each->number, each->store);
}

std::string World::report() const {
  std::string text = fmt::format("seed {}: {}\n", options_.seed,
                                 failure().empty() ? "what was waited for did not come" : failure());
  for (const auto& each : nodes_) {
    text += fmt::format("{}: {} entries, {}\n", each->name, each->store.entries().size(),
                        each->station ? "runs" : "does not run");
    if (!each->station) continue;
    const StationStatus status = each->station->status(now(each->number));
    const SwitchboardCounters& dropped = status.counters;
    text += fmt::format(
        "  dropped: {} malformed, {} bad mac, {} unknown caller, {} unknown session, "
        "{} unauthentic, {} replayed, {} over budget\n",
        dropped.malformed, dropped.bad_mac, dropped.unknown_caller, dropped.unknown_session,
        dropped.failed_authentication, dropped.replayed, dropped.over_budget);
    for (const LineStatus& known : status.lines) {
      text += fmt::format("  {}; {} held above a gap\n", known.reason, known.held_above_gap);
      for (const std::string& condition : known.conditions) text += "  " + condition + "\n";
    }
  }
  return text + trace_.last();
}

}  // namespace openline::sim

// SPDX-License-Identifier: Apache-2.0
// Acts: requests for contact, visits, calls, readouts, translations, disregard (docs/api.md section 2).
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/line/calls.h"
#include "core/line/visits.h"
#include "daemon/api/act_request.h"
#include "daemon/api/act_view.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxText = 16'000, kPrefixSearch = 200'000;

// What each act's request has in common.
struct Common {
  Precedence precedence{};
  Class entry_class{};
  std::string exercise;
};

Common read_common(JsonReader& reader) {
  Common common;
  common.precedence = reader.optional_precedence("precedence").value_or(Precedence::kRoutine);
  common.entry_class = reader.entry_class("class");
  common.exercise = reader.plain(reader.optional_text("exercise", kMaxExercise).value_or(""), "exercise");
  if ((common.entry_class == Class::kExercise) != !common.exercise.empty())
    reader.refuse("exercise", "must be given with class exercise, and only then");
  return common;
}

VisitTerms read_terms(JsonReader& reader) {
  VisitTerms terms;
  terms.place = reader.text("place", kMaxPlace);
  for (const auto& [field, name] : {std::pair{&terms.first, "from"}, {&terms.last, "to"}}) {
    const auto day = day_of(reader.text(name, 10));
    if (!day) reader.refuse(name, "must be a date, as \"2023-06-18\"");
    *field = day.value_or(Day{});
  }
  return terms;
}

// A list of objects, each with two texts.
template <class Pair>
std::vector<Pair> read_pairs(JsonReader& reader, std::string_view name, std::string_view first,
                             std::string_view second, std::size_t most) {
  std::vector<Pair> pairs;
  const json* list = reader.optional_array(name, most);
  if (list == nullptr) return pairs;
  for (const json& item : *list) {
    JsonReader inner(item, std::string(name));
    Pair one{inner.text(first, 64), inner.text(second, 64)};
    reader.adopt(inner.finish());
    pairs.push_back(std::move(one));
  }
  return pairs;
}

CallStatement read_statement(JsonReader& reader, CallStage stage) {
  return {stage, reader.time("at"),
          read_pairs<Participant>(reader, "participants", "party", "role", kMaxParticipants)};
}

std::optional<EntryId> read_id(JsonReader& reader, std::string_view name) {
  const auto text = reader.optional_text(name, 64, 64);
  if (!text) return std::nullopt;
  const auto id = id_of<EntryId>(*text);
  if (!id) reader.refuse(name, "must be a whole id of 64 hexadecimal digits");
  return id;
}

std::unexpected<ApiError> failed(ApiError error) { return std::unexpected(std::move(error)); }

std::string_view plural_of(Kind kind) {
  switch (kind) {
    case Kind::kVisit:
      return "visits";
    case Kind::kCall:
      return "calls";
    case Kind::kReadout:
      return "readouts";
    default:
      return "contacts";
  }
}

}  // namespace

// Where an act's request names who speaks; a notice does not.
std::optional<std::string> Api::speaker_field(const std::vector<std::string>& path) {
  if (path.back() == "notices") return std::nullopt;
  return path.back() == "contacts" ? "from_role" : "role";
}

// By the beginning of its id, or of a visit by its name: the newest of that name.
std::expected<const Matter*, ApiError> Api::find_matter(const LineId& line, Kind kind,
                                                        const std::string& text) const {
  const Matter *by_id = nullptr, *by_name = nullptr;
  for (const Matter* matter : station_.matters(line)) {
    if (matter->kind() != kind) continue;
    if (is_id_prefix(text) && matter->root().id.hex().starts_with(text)) {
      if (by_id != nullptr)
        return failed({409, "ambiguous", "several begin with these digits: give more", ""});
      by_id = matter;
    }
    const auto visit = kind == Kind::kVisit ? VisitBody::decode(matter->root().body) : fail("");
    if (visit && visit->name == text) by_name = matter;
  }
  // An id is what it is; whoever proposes a visit gives it any name, another's id too.
  const Matter* found = by_id != nullptr ? by_id : by_name;
  if (found == nullptr)
    return failed(not_found(fmt::format("\"{}\" is none of the {} on this line", text, plural_of(kind))));
  return found;
}

std::expected<Api::ActRequest, ApiError> Api::read_act(const CallPtr& call, std::optional<Kind> kind) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return failed(line.error());
  auto context = LineContext::of(*line, station_);
  if (!context) return failed(not_found("the line is gone"));
  auto body = parse_json(call->request.body);
  if (!body) return failed(body.error());
  if (auto wrong = check_key(call->request.idempotency_key)) return failed(*wrong);
  if (const auto field = speaker_field(call->request.path)) {
    if (auto wrong = name_speaker(*call, *line, *body, *field)) return failed(*wrong);
  }
  ActRequest request{*line, std::move(*context), nullptr, std::move(*body), {}};
  if (kind) {
    const auto matter = find_matter(*line, *kind, call->arguments[1]);
    if (!matter) return failed(matter.error());
    request.matter = *matter;
  }

  request.key = {call->request.idempotency_key,
                 hash_of({view_of("act"), line->view(), view_of(address_of(call->request)),
                          view_of(dump(request.body))})};
  return request;
}

void Api::run_one(const CallPtr& call, Command command) {
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  run_keyed(call, false, std::move(commands));
}

Api::Refusal Api::put_act(const CallPtr& call, const ActRequest& request, JsonReader& reader, ActBody body) {
  PutAct command;
  command.line = request.line;
  if (request.matter == nullptr) {
    const Common common = read_common(reader);
    command.precedence = common.precedence;
    command.entry_class = common.entry_class;
    command.exercise = common.exercise;
  } else {
    const auto& root = request.matter->root().header;
    command.precedence = reader.optional_precedence("precedence").value_or(root.precedence);
    command.entry_class = root.entry_class;
    command.exercise = root.exercise;
  }
  if (auto wrong = reader.finish()) return wrong;
  command.body = std::move(body);
  command.key = request.given_key();
  run_one(call, std::move(command));
  return std::nullopt;
}

Api::Refusal Api::request_contact(const CallPtr& call) {
  const auto request = read_act(call, std::nullopt);
  if (!request) return request.error();
  JsonReader reader(request->body);
  RequestContact command;
  command.line = request->line;
  command.request.from_role = reader.plain_text("from_role", kMaxRole);
  command.request.to_roles = reader.texts("to_roles", 1, 8, kMaxRole);
  for (const std::string& role : command.request.to_roles) static_cast<void>(reader.plain(role, "to_roles"));
  command.request.subject = reader.optional_words("subject").value_or(Words{});
  command.request.proposed = reader.optional_time("proposed");
  command.repeats = reader.optional_text("repeats", 64, 4).value_or("");
  const Common common = read_common(reader);
  command.precedence = common.precedence;
  command.entry_class = common.entry_class;
  command.exercise = common.exercise;
  if (auto wrong = reader.finish()) return wrong;
  command.key = request->given_key();
  run_one(call, std::move(command));
  return std::nullopt;
}

Api::Refusal Api::answer_contact(const CallPtr& call) {
  const auto request = read_act(call, Kind::kContactRequest);
  if (!request) return request.error();
  JsonReader reader(request->body);
  AnswerContact command;
  command.line = request->line;
  command.entry = request->matter->root().id.hex();
  command.answer =
      static_cast<ContactAnswer>(reader.word("answer", {"accepted", "declined", "deferred", "countered"}));
  command.role = reader.role(true);
  command.time = reader.optional_time("at");
  command.reason = reader.optional_words("reason");
  command.courtesy = reader.optional_words_object("courtesy");
  if (auto wrong = reader.finish()) return wrong;
  command.key = request->given_key();
  run_one(call, std::move(command));
  return std::nullopt;
}

Api::Refusal Api::change_contact(const CallPtr& call) {
  const auto request = read_act(call, Kind::kContactRequest);
  if (!request) return request.error();
  JsonReader reader(request->body);
  ChangeContact command;
  command.line = request->line;
  command.entry = request->matter->root().id.hex();
  command.change =
      static_cast<ContactChange>(reader.word("change", {"withdrawn", "rescheduled", "time agreed"}));
  command.role = reader.role(true);
  command.time = reader.optional_time("at");
  command.reason = reader.optional_words("reason");
  if (auto wrong = reader.finish()) return wrong;
  command.key = request->given_key();
  run_one(call, std::move(command));
  return std::nullopt;
}

Api::Refusal Api::propose_visit(const CallPtr& call) {
  const auto request = read_act(call, std::nullopt);
  if (!request) return request.error();
  JsonReader reader(request->body);
  VisitBody body;
  body.name = reader.plain_text("name", 64);
  body.role = reader.role(true);
  body.terms = read_terms(reader);
  body.language = reader.optional_text("language", 16, 2).value_or("");
  body.goals = reader.texts("goals", 1, kMaxGoals, kMaxWords);
  body.delegations = read_pairs<Delegation>(reader, "delegations", "party", "level", kMaxDelegations);
  return put_act(call, *request, reader, std::move(body));
}

Api::Refusal Api::act_on_visit(const CallPtr& call) {
  const auto request = read_act(call, Kind::kVisit);
  if (!request) return request.error();
  JsonReader reader(request->body);
  VisitActBody body;
  body.visit = request->matter->root().id;
  body.act =
      static_cast<VisitAct>(reader.word("act", {"accepted", "countered", "postponed", "cancelled", "held"}));
  body.role = reader.role(true);
  body.proposal = read_id(reader, "proposal");
  if (body.act == VisitAct::kAccepted && !body.proposal) {
    // What the other side proposed last.
    const VisitStatus status = visit_status_of(*request->matter, request->same_party());
    if (!request->is_ours(request->matter->root())) body.proposal = body.visit;
    for (const VisitStatus::Step& step : status.steps) {
      if (step.body.terms && !request->is_ours(*step.act)) body.proposal = step.act->id;
    }
    if (!body.proposal)
      return ApiError{403, "forbidden", "this is our own proposal: the other side accepts it", ""};
  }
  if (body.act == VisitAct::kCountered) body.terms = read_terms(reader);
  body.reason = reader.optional_words("reason");
  body.courtesy = reader.optional_words_object("courtesy");
  body.until = reader.optional_words("until");
  return put_act(call, *request, reader, std::move(body));
}

Api::Refusal Api::visit_outcome(const CallPtr& call) {
  const auto request = read_act(call, Kind::kVisit);
  if (!request) return request.error();
  JsonReader reader(request->body);
  VisitOutcomeBody body;
  body.visit = request->matter->root().id;
  body.role = reader.role(true);
  body.language = reader.optional_text("language", 16, 2).value_or("");
  if (const json* list = reader.optional_array("outcomes", kMaxGoals)) {
    for (const json& item : *list) {
      JsonReader inner(item, "outcomes");
      const auto goal = static_cast<std::uint64_t>(inner.number("goal", 1, kMaxGoals)) - 1;
      if (!body.outcomes.emplace(goal, inner.text("outcome", kMaxWords)).second)
        inner.refuse("goal", "is given twice");
      reader.adopt(inner.finish());
    }
  }
  return put_act(call, *request, reader, std::move(body));
}

Api::Refusal Api::post_call(const CallPtr& call) {
  auto request = read_act(call, std::nullopt);
  if (!request) return request.error();
  JsonReader reader(request->body);
  CallBody body;
  body.role = reader.role(true);
  body.said = read_statement(reader, static_cast<CallStage>(reader.word("stage", {"agreed", "started"})));
  body.subject = reader.optional_words("subject");
  if (const auto prefix = reader.optional_text("request", 64, 4)) {
    const auto matter = find_matter(request->line, Kind::kContactRequest, *prefix);
    if (!matter) return matter.error();
    body.request = (*matter)->root().id;
    request->matter = *matter;
  }
  return put_act(call, *request, reader, std::move(body));
}

Api::Refusal Api::act_on_call(const CallPtr& call) {
  const auto request = read_act(call, Kind::kCall);
  if (!request) return request.error();
  JsonReader reader(request->body);
  CallActBody body;
  body.call = request->matter->root().id;
  body.role = reader.role(true);
  const std::size_t act = reader.word("act", {"started", "ended", "signs", "denies"});
  if (act < 2) {
    body.said = read_statement(reader, act == 0 ? CallStage::kStarted : CallStage::kEnded);
  } else {
    body.act = act == 2 ? CallAct::kSigns : CallAct::kDenies;
    body.statement = read_id(reader, "statement");
    // The last that the other side said.
    const CallStatus status = call_status_of(*request->matter, request->same_party());
    for (const CallStatus::Statement& statement : status.statements) {
      if (!reader.has("statement") && !request->is_ours(*statement.act)) body.statement = statement.act->id;
    }
    if (!body.statement && !reader.has("statement"))
      return ApiError{409, "conflict", "the other side said nothing of this call", ""};
  }
  body.reason = reader.optional_words("reason");
  return put_act(call, *request, reader, std::move(body));
}

Api::Refusal Api::post_readout(const CallPtr& call) {
  auto request = read_act(call, std::nullopt);
  if (!request) return request.error();
  JsonReader reader(request->body);
  ReadoutBody body;
  const std::string of = reader.text("of", 64);
  body.mark = static_cast<ReadoutMark>(reader.word("mark", {"national", "agreed"}));
  body.role = reader.role(true);
  body.text = {reader.optional_text("language", 16, 2).value_or(""), reader.text("text", kMaxText)};
  if (!of.empty()) {
    auto matter = find_matter(request->line, Kind::kCall, of);
    if (!matter) matter = find_matter(request->line, Kind::kVisit, of);
    if (!matter) return not_found("\"" + of + "\" is neither a call nor a visit on this line");
    body.of = (*matter)->root().id;
    request->matter = *matter;
  }
  return put_act(call, *request, reader, std::move(body));
}

Api::Refusal Api::answer_readout(const CallPtr& call) {
  const auto request = read_act(call, Kind::kReadout);
  if (!request) return request.error();
  JsonReader reader(request->body);
  ReadoutAnswerBody body;
  body.readout = request->matter->root().id;
  body.signs = reader.word("answer", {"signs", "refuses"}) == 0;
  body.role = reader.role(true);
  body.reason = reader.optional_words("reason");
  return put_act(call, *request, reader, std::move(body));
}

// An act on an entry that only the store may still know: it is looked up first, and gives the act its class.
void Api::put_about(const CallPtr& call, const ActRequest& request, const std::string& prefix, PutAct command,
                    std::function<void(ActBody&, const EntryId&)> name_entry) {
  const bool taken =
      reads_.submit([this, call, line = request.line, prefix, command = std::move(command),
                     name_entry = std::move(name_entry)](StoreReader& reader) mutable -> ReadWorker::Then {
        auto page = reader.entries_with_prefix(line, prefix, kPrefixSearch);
        const auto refuse = [call](ApiError error) {
          return [call, error = std::move(error)] { call->fail(error); };
        };
        if (!page) return refuse({503, "unavailable", "the store cannot be read: " + page.error().words, ""});
        if (page->entries.empty()) return refuse(not_found("no entry of this line begins with these digits"));
        if (page->entries.size() > 1)
          return refuse({409, "ambiguous", "several entries begin with these digits: give more", ""});
        const Entry& entry = page->entries.front().entry;
        command.entry_class = entry.header.entry_class;
        command.exercise = entry.header.exercise;
        const bool own = station_key_ == entry.header.author;
        if (std::holds_alternative<DisregardBody>(command.body) && !own)
          return refuse({403, "forbidden", "this is theirs: only its author takes it back", ""});
        name_entry(command.body, entry.id);
        return [this, call, command = std::move(command)]() mutable { run_one(call, std::move(command)); };
      });
  if (!taken) call->fail(busy("too many requests wait for the store"));
}

Api::Refusal Api::post_translation(const CallPtr& call) {
  const auto request = read_act(call, std::nullopt);
  if (!request) return request.error();
  JsonReader reader(request->body);
  TranslationBody body;
  const std::string of = reader.text("of", 64, 4);
  if (!is_id_prefix(of)) reader.refuse("of", "must be at least 4 lower-case hexadecimal digits");
  body.stage = static_cast<TranslationStage>(reader.word("stage", {"sight", "rough", "official"}));
  body.role = reader.role(true);
  body.text = {reader.text("language", 16, 2), reader.text("text", kMaxText)};
  body.reviewer = reader.optional_text("reviewer", kMaxRole).value_or("");
  if (auto wrong = reader.finish()) return wrong;
  PutAct command{request->line, Precedence::kRoutine, {}, "", std::move(body), request->given_key()};
  put_about(call, *request, of, std::move(command),
            [](ActBody& act, const EntryId& id) { std::get<TranslationBody>(act).of = id; });
  return std::nullopt;
}

Api::Refusal Api::post_disregard(const CallPtr& call) {
  const auto request = read_act(call, std::nullopt);
  if (!request) return request.error();
  JsonReader reader(request->body);
  DisregardBody body;
  const std::string id = reader.text("id", 64, 4);
  if (!is_id_prefix(id)) reader.refuse("id", "must be at least 4 lower-case hexadecimal digits");
  body.role = reader.role(true);
  body.reason = reader.optional_words("reason");
  if (auto wrong = reader.finish()) return wrong;
  PutAct command{request->line, Precedence::kFlash, {}, "", std::move(body), request->given_key()};
  put_about(call, *request, id, std::move(command),
            [](ActBody& act, const EntryId& entry) { std::get<DisregardBody>(act).entry = entry; });
  return std::nullopt;
}

Api::Refusal Api::get_matters(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const auto context = LineContext::of(*line, station_);
  if (!context) return not_found("the line is gone");
  const std::string& kind = call->request.path[3];
  json views = json::array();
  for (const Matter* matter : station_.matters(*line)) {
    if (plural_of(matter->kind()) == kind) views.push_back(matter_view(*matter, *context));
  }
  call->answer(200, {{kind, std::move(views)}});
  return std::nullopt;
}

}  // namespace openline::daemon

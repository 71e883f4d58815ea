// SPDX-License-Identifier: Apache-2.0
// Start: derived rows in, a station out. Nothing of the record is replayed.
#include <algorithm>
#include <charconv>

#include "core/record/fields.h"
#include "core/station/state.h"
#include "core/wire/dictionary.h"

namespace openline {

std::string row_key(std::string_view kind, std::string_view rest) {
  std::string key(kind);
  key.push_back('/');
  key.append(rest);
  return key;
}

std::string number_key(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;
}

namespace {

// Numbers of statements that may have been given after the last commit are skipped at a start.
constexpr std::uint64_t kStatementSlack = 1 << 20;

std::uint64_t parse_number(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

void Station::State::put_numbers() {
  cbor::Encoder out;
  out.array(4).number(next_serial).number(next_chain).number(next_group).number(statement_counter);
  turn.put_state("numbers/", out.take());
}

// [group, agreements, suspended by, stopped, desk on record, forks, entries, tests, desk since]
void Station::State::put_line(LineState& line) {
  cbor::Encoder out;
  out.array(8).number(line.group).bytes(line.agreement.encode()).array(line.suspended_by.size());
  for (const std::string& code : line.suspended_by) out.text(code);
  out.boolean(line.stopped).boolean(line.desk_on_record).array(line.forks.size());
  for (const std::string& words : line.forks) out.text(words);
  out.bytes(line.tests.encode()).number(line.entries);
  turn.put_state(row_key("line", line.id.hex()), out.take());
}

namespace {

struct LineRow {
  std::uint32_t group = 0;
  Bytes agreement, tests;
  std::vector<std::string> suspended_by, forks;
  bool stopped = false, desk_on_record = false;
  std::uint64_t entries = 0;
};

Result<LineRow> read_line_row(ByteView value) {
  LineRow row;
  FieldDecoder in(value, "line row");
  in.array_within(8, 8);
  row.group = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  row.agreement = copy_of(in.bytes(SIZE_MAX));
  for (std::size_t left = in.array_within(0, 64); left > 0 && in.ok(); --left)
    row.suspended_by.push_back(in.code());
  row.stopped = in.boolean();
  row.desk_on_record = in.boolean();
  for (std::size_t left = in.array_within(0, 64); left > 0 && in.ok(); --left)
    row.forks.push_back(in.text_within(0, 500));
  row.tests = copy_of(in.bytes(1000));
  row.entries = in.number();
  return in.result(std::move(row));
}

// Where a row comes in the order of restoring: what others build on first.
int stage_of(const std::string& kind) {
  static constexpr std::string_view kFirst[] = {"numbers",     "party",    "locator",     "own-locator",
                                                "session-key", "proposal", "told-locator"};
  if (std::find(std::begin(kFirst), std::end(kFirst), kind) != std::end(kFirst)) return 0;
  return kind == "line" ? 1 : 2;
}

}  // namespace

Result<void> Station::State::restore(std::vector<StateRow> rows, Now now) {
  last_now = now.monotonic;
  if (options.demo_clock && options.demo_start) wall_offset = *options.demo_start - now.wall;
  for (int stage = 0; stage < 3; ++stage) {
    for (const StateRow& row : rows) {
      const std::size_t slash = row.key.find('/');
      if (slash == std::string::npos) return fail("damaged store: row '" + row.key + "' has no kind");
      const std::string kind = row.key.substr(0, slash), rest = row.key.substr(slash + 1);
      if (stage_of(kind) != stage) continue;
      Result<void> restored;
      if (stage < 2) {
        restored = restore_row(kind, rest, row.value);
      } else if (kind == "want") {
        restored = restore_row(kind, rest, row.value);
      } else {
        const auto group = static_cast<std::uint32_t>(parse_number(std::string_view(rest).substr(0, 20)));
        const auto line = std::find_if(lines.begin(), lines.end(),
                                       [&](const auto& item) { return item.second->group == group; });
        if (line == lines.end()) return fail("damaged store: row '" + row.key + "' is of no line");
        restored = restore_line_row(kind, rest.substr(std::min<std::size_t>(rest.size(), 21)), *line->second,
                                    row.value, now);
      }
      if (!restored) return fail("damaged store: row '" + row.key + "': " + restored.error().text());
    }
  }
  start_keys(now);
  start_lines(now);
  return {};
}

Result<void> Station::State::restore_row(const std::string& kind, const std::string& rest, ByteView value) {
  if (kind == "numbers") {
    FieldDecoder in(value, "numbers row");
    in.array_within(4, 4);
    next_serial = in.number();
    next_chain = static_cast<std::uint32_t>(in.number(UINT32_MAX));
    next_group = static_cast<std::uint32_t>(in.number(UINT32_MAX));
    statement_counter = in.number() + kStatementSlack;
    in.finish();
    return in.ok() ? Result<void>() : fail(in.failure());
  }
  if (kind == "party") {
    Result<Party> party = Party::decode(value);
    if (!party) return fail(party.error());
    parties.restore(std::move(*party));
    return {};
  }
  if (kind == "locator" || kind == "own-locator") {
    Result<SignedLocator> read = SignedLocator::decode(value);
    if (!read) return fail(read.error());
    if (kind == "own-locator") {
      locator = std::move(*read);
    } else {
      early_locators.push_back(std::move(*read));  // their parties may come later
    }
    return {};
  }
  if (kind == "told-locator") {
    FieldDecoder in(value, "told locator row");
    const auto station = from_hex(rest);
    const auto key = station ? StationKey::from(*station) : std::nullopt;
    if (!key) return fail("its key names no station");
    told_locators[*key] = in.number();
    in.finish();
    return in.ok() ? Result<void>() : fail(in.failure());
  }
  if (kind == "session-key") {
    FieldDecoder in(value, "session key row");
    in.array_within(2, 2);
    SessionKeyRow row;
    row.counter = parse_number(rest);
    row.made = in.time();
    SessionSecret secret;
    const ByteView bytes = in.bytes(32);
    in.finish();
    if (!in.ok() || bytes.size() != 32) return fail("session key row: damaged");
    std::copy(bytes.begin(), bytes.end(), secret.expose_mutable().begin());
    row.key = SessionKeyPair::from_seed(std::move(secret));
    session_keys.push_back(std::move(row));
    return {};
  }
  if (kind == "proposal") {
    Result<Proposal> proposal = Proposal::decode(value);
    if (!proposal) return fail(proposal.error());
    proposals.restore(std::move(*proposal));
    return {};
  }
  if (kind == "want") {
    FieldDecoder in(value, "want row");
    in.array_within(3, 3);
    Wanted file;
    file.line = in.fixed<LineId>();
    file.size = in.number();
    file.author = in.fixed<StationKey>();
    in.finish();
    const std::optional<Bytes> hash = from_hex(rest);
    if (!in.ok() || !hash || hash->size() != 32) return fail("want row: damaged");
    file.attachment = *Hash::from(*hash);
    file.look_first = true;
    wanted.emplace(file.attachment, std::move(file));
    return {};
  }
  OPENLINE_ASSERT(kind == "line");
  Result<LineRow> row = read_line_row(value);
  if (!row) return fail(row.error());
  Result<Amendments> agreement = Amendments::decode(row->agreement);
  if (!agreement) return fail(agreement.error());
  const LineId id{agreement->history().front().hash().value};
  const RecordMode mode = agreement->in_force().agreement.record;
  auto line = std::make_unique<LineState>(id, row->group, std::move(*agreement), record_options(mode),
                                          options.max_open_items);
  line->suspended_by = std::move(row->suspended_by);
  line->forks = std::move(row->forks);
  line->stopped = row->stopped;
  line->desk_on_record = row->desk_on_record;
  line->entries = row->entries;
  if (const Result<void> tests = line->tests.restore(row->tests); !tests) return fail(tests.error());
  lines.emplace(id, std::move(line));
  return {};
}

Result<void> Station::State::restore_line_row(const std::string& kind, const std::string& rest,
                                              LineState& line, ByteView value, Now now) {
  if (kind == "chain") {
    Result<Chain> chain = Chain::decode(value);
    if (!chain) return fail(chain.error());
    line.record.restore(std::move(*chain));
    return {};
  }
  if (kind == "held") {
    Result<Run> run = Run::decode(value);
    if (!run) return fail(run.error());
    line.record.restore_held(std::move(*run));
    return {};
  }
  if (kind == "heads") {
    Result<SignedHeads> heads = SignedHeads::decode(value);
    if (!heads) return fail(heads.error());
    line.peer_heads.insert_or_assign(heads->signer, std::move(*heads));
    return {};
  }
  if (kind == "open") {
    Result<OpenMessage> item = OpenMessage::decode(value);
    if (!item) return fail(item.error());
    const Seconds longest = line.answer_within(item->precedence);
    line.open.restore(std::move(*item), line_now(now), longest);
    return {};
  }
  if (kind == "matter") {
    Result<Matter> matter = Matter::decode(value);
    if (!matter) return fail(matter.error());
    line.matters.restore(std::move(*matter));
    return {};
  }
  if (kind == "contact-watch") {
    Result<ContactWatch> watch = ContactWatch::decode(value);
    if (!watch) return fail(watch.error());
    line.watches.emplace(parse_number(rest), std::move(*watch));
    return {};
  }
  if (kind == "path-watch") {
    const Result<PathWatch::Totals> totals = PathWatch::Totals::decode(value);
    if (!totals) return fail(totals.error());
    line.paths.restore(*totals);
    return {};
  }
  return fail("a kind of row that this version does not know");
}

void Station::State::start_keys(Now now) {
  for (const SignedLocator& early : std::exchange(early_locators, {})) parties.take_locator(early);
  std::sort(session_keys.begin(), session_keys.end(),
            [](const auto& a, const auto& b) { return a.counter > b.counter; });
  bool fresh = false;
  if (session_keys.empty()) {
    SessionSecret first =
        identity.first_session ? identity.first_session->clone() : random.draw_secret<SessionSecret>();
    for (const SignedLocator& ours : identity.own_card.locators) {
      if (ours.locator.station == signing.key()) locator = ours;
    }
    make_session_key(std::move(first), now);
    fresh = true;
  }
  const bool same = locator.locator.station == signing.key() &&
                    locator.locator.addresses == identity.addresses &&
                    locator.locator.dictionaries == std::vector{kDictionaryEdition} &&
                    locator.locator.session_key == session_keys.front().key.key;
  if (!same) make_locator();
  if (fresh || !same) {
    after_commit(KeysDurable{}, now);
  }
  apply_keys();
  for (const auto& [fingerprint, party] : parties.all()) set_peers_of(fingerprint, now);
}

void Station::State::start_lines(Now now) {
  for (auto& [id, line] : lines) {
    for (const StationKey& peer : peers_of(*line)) line->shares.try_emplace(peer);
    for (const auto& [signer, heads] : line->peer_heads) {
      const auto share = line->shares.find(signer);
      if (share != line->shares.end()) share->second.learn(line->record, heads.statement.heads, now);
    }
    std::erase_if(line->watches, [&](const auto& item) { return !line->matters.all().contains(item.first); });
    set_next_claim(*line);
    watch_paths(*line, now);
    line->durable_heads = line->record.heads();
    line->tests.start(line_now(now), line->agreement.in_force().agreement.test_every, line->tests.last_sent);
    line->desk.set_since(std::max(line_now(now).wall, WallTime{}));
    // Whoever attended when we stopped does no longer: the record says so.
    if (line->desk_on_record && !line->stopped) {
      write(*line,
            {Kind::kAttendance,
             Precedence::kPriority,
             Class::kService,
             {},
             AttendanceBody{false, "nobody"}.encode()},
            now);
      line->desk_on_record = false;
      line->row_changed = true;
    }
  }
}

}  // namespace openline

// SPDX-License-Identifier: Apache-2.0
// The API before two real stations with a line between them: requests made from right ones by leaving out,
// adding and changing fields, one after the other, so that each meets whatever state those before it have
// made. Never a 5xx, every answer is JSON or a stream; afterwards what each station exports verifies.
#include "core/record/export_file.h"
#include "daemon/api/test_stations.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using namespace daemon;
using nlohmann::json;

constexpr std::size_t kMostRequests = 40;
constexpr const char* kLine = "/v1/lines/defense";

struct Shape {
  const char* method;
  const char* target;  // {} is an entry's id
  const char* body;    // one that is right, as far as one can be without knowing the record
};
// clang-format off
constexpr Shape kShapes[] = {
    {"POST", "/entries", R"({"text":"Good morning","class":"live","precedence":"flash","role":"watch"})"},
    {"POST", "/entries", R"({"text":"Exercise","class":"exercise","exercise":"JUNE","language":"en","attachments":[]})"},
    {"POST", "/entries", R"([{"text":"one","class":"live"},{"text":"two","class":"test"}])"},
    {"POST", "/ack", R"({"id":"{}","role":"watch"})"},
    {"POST", "/shown", R"({"entries":["{}"],"role":"watch"})"},
    {"POST", "/test", "{}"},
    {"POST", "/suspend", R"({"reason":"maintenance"})"},
    {"POST", "/resume", R"({"reason":"done"})"},
    {"POST", "/go-on", "{}"},
    {"POST", "/amend", R"({"toml":"line = \"x\""})"},
    {"POST", "/contacts", R"({"from_role":"watch","to_roles":["minister"],"subject":"A call","proposed":"2023-11-15T00:30:00Z","class":"live"})"},
    {"POST", "/contacts/{}/answer", R"({"answer":"countered","role":"desk","at":"2023-11-16T00:30:00Z","reason":"later","courtesy":{"language":"zh","text":"x"}})"},
    {"POST", "/contacts/{}/change", R"({"change":"rescheduled","role":"desk","at":"2023-11-16T00:30:00Z"})"},
    {"POST", "/visits", R"({"name":"spring","role":"desk","place":"Geneva","from":"2023-12-01","to":"2023-12-03","goals":["talk"],"delegations":[{"party":"USA","level":"ministers"}],"class":"live"})"},
    {"POST", "/visits/{}/act", R"({"act":"accepted","role":"desk"})"},
    {"POST", "/visits/spring/act", R"({"act":"countered","role":"desk","place":"Oslo","from":"2023-12-04","to":"2023-12-05"})"},
    {"POST", "/visits/spring/outcome", R"({"role":"desk","outcomes":[{"goal":1,"outcome":"agreed"}]})"},
    {"POST", "/calls", R"({"role":"desk","stage":"started","at":"2023-11-15T00:30:00Z","participants":[{"party":"USA","role":"minister"}],"subject":"balloon","class":"live"})"},
    {"POST", "/calls/{}/act", R"({"act":"ended","role":"desk","at":"2023-11-15T01:30:00Z"})"},
    {"POST", "/readouts", R"({"of":"{}","mark":"agreed","role":"desk","text":"We spoke."})"},
    {"POST", "/readouts/{}/answer", R"({"answer":"signs","role":"desk"})"},
    {"POST", "/notices", R"({"form":"object_sighted","fields":{"object":"balloon","altitude_m":18300},"class":"live"})"},
    {"POST", "/translations", R"({"of":"{}","stage":"rough","role":"desk","language":"zh","text":"x"})"},
    {"POST", "/disregard", R"({"id":"{}","role":"desk"})"},
    {"GET", "/record?after=0&limit=10", ""},
    {"GET", "/record/{}", ""},
    {"GET", "/contacts", ""},
    {"GET", "/visits", ""},
    {"GET", "/calls", ""},
    {"GET", "/readouts", ""},
    {"GET", "/efforts", ""},
    {"GET", "/export", ""},
    {"GET", "/attend?role=watch", ""},
    {"GET", "", ""},
    {"GET", "/v1/inbox?line=defense", ""},
    {"GET", "/v1/events?after=0", ""},
    {"GET", "/v1/status", ""},
    {"GET", "/v1/forms?language=en", ""},
    {"GET", "/v1/agreements", ""},
    {"GET", "/v1/attachments/{}", ""},
    {"GET", "/metrics", ""},
    {"POST", "/v1/cards", R"({"card":"-----BEGIN OPENLINE CARD-----","check_only":true})"},
    {"POST", "/v1/agreements", R"({"toml":"line = \"x\""})"},
    {"POST", "/v1/agreements/{}/refuse", R"({"reason":"no"})"},
    {"POST", "/v1/demo/clock", R"({"by_s":3600})"},
};
constexpr const char* kValues[] = {
    "null", "true", "0", "-1", "1", "9223372036854775807", "1e400", "1.5", "\"\"", "\"x\"", "\"en\"", "\"flash\"", "\"exercise\"",
    "\"2023-11-15T00:30:00.123456789Z\"", "\"9999-12-31T23:59:59Z\"", "\"0000-00-00\"", "\"2023-02-30\"", "[]", "[[]]", "[1]", "{}",
    R"({"language":"en","text":"x"})", R"([{"party":"CHN","role":"x"}])", R"([{"goal":0,"outcome":"x"}])", R"({"a":1})",
    R"("\u0000")", R"("\ud83d\ude00")", "\"accepted\"", "\"declined\"", "\"postponed\"", "\"held\"", "\"denies\"", "\"signs\"", "\"agreed\"",
    "\"USA\"", "\"withdrawn\"",
};
// clang-format on

// Takes what a stream gives, and nothing of it.
class Reader : public EventSink {
 public:
  void push(std::string) override {}
  void end() override {}
  [[nodiscard]] bool is_drained() const override { return true; }
};

class Desks : public test::ApiTest {
 public:
  explicit Desks(Input& input) : in(input) { open_line(); }
  void TestBody() override {}

  void request() {
    const Shape& shape = kShapes[in.index(std::size(kShapes))];
    test::TestStation& station = in.flag() ? usa_ : chn_;
    const std::string target =
        with_ids(std::string(shape.target).starts_with("/v1") || std::string(shape.target) == "/metrics"
                     ? shape.target
                     : kLine + std::string(shape.target));
    json body = json::parse(with_ids(shape.body), nullptr, false);
    for (std::size_t changes = in.byte() % 4; changes > 0 && !body.is_discarded(); --changes) change(body);
    const bool is_raw = in.byte() % 16 == 15;
    const std::string text = is_raw                ? std::string(text_of(in.bytes(60)))
                             : body.is_discarded() ? ""
                                                   : body.dump();
    take(station, ask(station, in.byte() % 32 == 31 ? "POST" : shape.method, target, text, key()));
  }
  void pass_time() {
    for (std::size_t steps = 1 + in.byte() % 64; steps > 0; --steps) step();
  }
  void check() {
    for (int i = 0; i < 50; ++i) step();
    for (test::TestStation* station : {&usa_, &chn_}) {
      Answer answer = ask(*station, "GET", std::string(kLine) + "/export");
      OPENLINE_ASSERT(answer.status == 200 && answer.raw.source != nullptr);
      const Bytes file = drained(*answer.raw.source);
      const Verification verification = verify_export(file, {usa_.party.fingerprint, chn_.party.fingerprint});
      for (const std::string& problem : verification.problems) std::fprintf(stderr, "%s\n", problem.c_str());
      OPENLINE_ASSERT(verification.holds() && verification.forks.empty());
    }
  }

 private:
  std::string key() { return in.byte() % 4 == 3 ? "key-" + std::to_string(in.byte() % 4) : ""; }
  // An id from the record, in full or shortened, or one that is not there.
  std::string some_id() {
    const std::uint8_t which = in.byte();
    if (ids_.empty() || which % 16 == 15) return std::string(64, "0a"[which >> 7]);
    const std::string& id = ids_[which % ids_.size()];
    return in.byte() % 8 == 7 ? id.substr(0, 6) : id;
  }
  std::string with_ids(std::string text) {
    for (std::size_t at = text.find("{}"); at != std::string::npos && text != "{}"; at = text.find("{}"))
      text.replace(at, 2, some_id());
    return text;
  }
  json any_value() {
    const std::uint8_t which = in.byte();
    if (which % 8 == 7) return std::string(text_of(in.bytes(30)));
    if (which % 8 == 6) return some_id();
    if (which == 5) return std::string(70'000, 'x');
    return json::parse(kValues[in.index(std::size(kValues))], nullptr, false);
  }
  void change(json& body) {
    json* object = &body;
    if (body.is_array() && !body.empty()) object = &body[in.index(body.size())];
    if (!object->is_object()) return;
    if (object->empty() || in.byte() % 8 == 7) {
      (*object)[in.flag() ? "class" : std::string(text_of(in.bytes(8)))] = any_value();
      return;
    }
    auto field = object->begin();
    std::advance(field, static_cast<std::ptrdiff_t>(in.index(object->size())));
    if (in.byte() % 4 == 0) {
      object->erase(field);
    } else {
      json value = any_value();
      *field = value.is_discarded() ? json("x") : std::move(value);
    }
  }
  void take(test::TestStation& station, const Answer& answer) {
    (void)station;
    if (answer.status >= 500) std::fprintf(stderr, "%d %s\n", answer.status, answer.raw.body.c_str());
    OPENLINE_ASSERT(answer.status >= 200 && answer.status < 500);
    if (answer.raw.events) return open_stream(answer.raw);
    if (answer.raw.source) return (void)drained(*answer.raw.source);
    if (answer.raw.type != "application/json") return;
    OPENLINE_ASSERT(!answer.body.is_discarded());
    if (!answer.body.is_object() || !answer.body.contains("entries")) return;
    for (const json& entry : answer.body["entries"]) {
      if (entry.contains("id") && ids_.size() < 200) ids_.push_back(entry["id"]);
    }
  }
  void open_stream(const HttpResponse& response) {
    const auto reader = std::make_shared<Reader>();
    response.events(reader);
    for (int i = 0; i < 4; ++i) step();
    if (reader->on_closed) std::exchange(reader->on_closed, {})();
  }
  Bytes drained(BodySource& source) {
    Bytes all;
    for (bool last = false; !last;) {
      std::optional<BodySource::Piece> piece;
      source.next([&](BodySource::Piece given) { piece = std::move(given); });
      OPENLINE_ASSERT(run_until([&] { return piece.has_value(); }) && !piece->failed);
      append(all, piece->bytes);
      last = piece->last;
    }
    return all;
  }

  Input& in;
  std::vector<std::string> ids_;
};

}  // namespace

void run(ByteView input) {
  Input in(input);
  Desks desks(in);
  for (std::size_t requests = 0; requests < kMostRequests && !in.done(); ++requests) {
    desks.request();
    if (in.flag()) desks.pass_time();
  }
  desks.check();
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (std::uint8_t first = 0; first < std::size(kShapes); first += 4) {
    Bytes program;
    for (std::uint8_t at = 0; at < 6; ++at) {
      const auto shape = static_cast<std::uint8_t>(at % 2 == 0 ? first + at / 2 : at == 1 ? 0 : first + 3);
      append(program, Bytes{shape, static_cast<std::uint8_t>(at & 1), 0, 0, 0, 0, 0, 0, 1, 20});
    }
    all.push_back(program);
  }
  return all;
}

}  // namespace openline::fuzz

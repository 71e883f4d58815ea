// SPDX-License-Identifier: Apache-2.0
// The API's work against two real stations.
#include "daemon/api/api.h"

#include "core/record/export_file.h"
#include "daemon/api/test_stations.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::ApiTest;

TEST_F(ApiTest, HasNothingAtOtherAddresses) {
  EXPECT_EQ(get("/").status, 404);
  EXPECT_EQ(get("/v2/status").status, 404);
  EXPECT_EQ(get("/v1/status/").status, 404);
  EXPECT_EQ(get("/v1/lines/none").body["error"]["code"], "not_found");
}

TEST_F(ApiTest, SaysWhichMethodsAnAddressTakes) {
  const Answer answer = ask(usa_, "DELETE", "/v1/agreements");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.raw.headers, (std::vector<std::pair<std::string, std::string>>{{"Allow", "GET, POST"}}));
}

TEST_F(ApiTest, ShowsTheStationBeforeThereIsALine) {
  const Answer status = get("/v1/status");
  ASSERT_EQ(status.status, 200);
  EXPECT_EQ(status.body["code"], "USA");
  EXPECT_EQ(status.body["party"], usa_.party.fingerprint.text());
  EXPECT_TRUE(status.body["demo_clock"].is_null());
  EXPECT_EQ(status.body["paths"][0]["name"], "p");
  EXPECT_TRUE(status.body["lines"].empty());
}

TEST_F(ApiTest, GivesTheCardWithTheNewestLocator) {
  const Answer card = get("/v1/card");
  const auto bytes = remove_armour(kCardArmour, view_of(card.body["card"].get_ref<const std::string&>()));
  ASSERT_TRUE(bytes);
  const auto file = CardFile::decode(*bytes);
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->cards.fingerprint(), usa_.party.fingerprint);
  EXPECT_EQ(file->locators.size(), 1u);
}

TEST_F(ApiTest, ChecksACardWithoutAcceptingIt) {
  const std::string card = armour(kCardArmour, chn_.party.card.encode());
  const Answer checked = post("/v1/cards", {{"card", card}, {"check_only", true}});
  EXPECT_EQ(checked.status, 200);
  EXPECT_EQ(checked.body["fingerprint"], chn_.party.fingerprint.text());
  EXPECT_EQ(checked.body["accepted"], false);
  EXPECT_TRUE(usa_.status().peers.empty());
  EXPECT_EQ(post("/v1/cards", {{"card", card}}).status, 201);
  EXPECT_EQ(post("/v1/cards", {{"card", card}, {"check_only", true}}).body["known_edition"], 1);
}

TEST_F(ApiTest, RefusesBadCardsAndKeys) {
  EXPECT_EQ(post("/v1/cards", {{"card", "nonsense"}}).body["error"]["field"], "card");
  EXPECT_EQ(post("/v1/cards", {{"card", get("/v1/card").body["card"]}, {"check_only", true}}).status, 422)
      << "what a check says is what accepting would";
  EXPECT_EQ(post("/v1/cards", {{"card", get("/v1/card").body["card"]}}).status, 422) << "our own";
  const std::string card = armour(kCardArmour, chn_.party.card.encode());
  EXPECT_EQ(post("/v1/cards", {{"card", card}, {"courier_key", "x"}}).body["error"]["field"], "courier_key");
  EXPECT_EQ(post("/v1/cards", {{"crad", card}}).body["error"]["code"], "missing_field");
  EXPECT_EQ(post("/v1/cards", {{"card", card}, {"crad", 1}}).body["error"]["field"], "crad");
  EXPECT_EQ(ask(usa_, "POST", "/v1/cards", "{").status, 400);
}

TEST_F(ApiTest, RefusesBadAgreementsByKeyAndLine) {
  const Answer wrong = post("/v1/agreements", {{"toml", "line = \"x\"\nlien = 1\n"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_NE(wrong.body["error"]["message"].get<std::string>().find("line 1"), std::string::npos)
      << wrong.body;
  const Answer stranger = post("/v1/agreements", {{"toml", agreement()}});
  EXPECT_EQ(stranger.status, 404) << "no card of CHN was accepted";
}

TEST_F(ApiTest, CarriesATextToTheOtherEndAndItsReceiptsBack) {
  open_line();
  const Answer sent = post("/v1/lines/defense/entries",
                           {{"text", "你好"}, {"class", "live"}, {"precedence", "flash"}, {"role", "watch"}});
  ASSERT_EQ(sent.status, 201) << sent.body;
  const std::string id = sent.body["entries"][0]["id"];
  ASSERT_TRUE(run_until([&] { return ask(chn_, "GET", "/v1/lines/defense/record/" + id).status == 200; }));
  const json theirs = ask(chn_, "GET", "/v1/lines/defense/record/" + id.substr(0, 8)).body;
  EXPECT_EQ(theirs["text"], "你好");
  EXPECT_EQ(theirs["author"], "USA");
  EXPECT_EQ(theirs["own"], false);
  EXPECT_EQ(theirs["language"], "en");
  EXPECT_EQ(theirs["receipts"]["stored"], json{"CHN"});

  EXPECT_EQ(ask(chn_, "GET", "/v1/inbox").body["for_us"][0]["entry"]["text"], "你好");
  ASSERT_EQ(
      ask(chn_, "POST", "/v1/lines/defense/shown", json{{"entries", {id}}, {"role", "desk"}}.dump()).status,
      201);
  ASSERT_EQ(ask(chn_, "POST", "/v1/lines/defense/ack", json{{"id", id.substr(0, 8)}, {"role", "desk"}}.dump())
                .status,
            201);
  json ours;
  ASSERT_TRUE(run_until([&] {
    ours = get("/v1/lines/defense/record/" + id).body;
    return !ours["receipts"]["acknowledged"].empty();
  }));
  EXPECT_EQ(ours["receipts"]["stored"], json{"CHN"});
  EXPECT_EQ(ours["receipts"]["shown"][0]["role"], "desk");
  EXPECT_EQ(ours["receipts"]["acknowledged"][0]["by"], "CHN");
  EXPECT_EQ(ours["receipts"]["acknowledged"][0]["authenticated"], false);
  EXPECT_TRUE(ask(chn_, "GET", "/v1/inbox").body["for_us"].empty());
}

TEST_F(ApiTest, FindsALineByNameAndByTheBeginningOfItsId) {
  open_line();
  const std::string id = get("/v1/lines").body["lines"][0]["line"];
  EXPECT_EQ(get("/v1/lines/defense").body["line"], id);
  EXPECT_EQ(get("/v1/lines/" + id.substr(0, 4)).body["name"], "defense");
  EXPECT_EQ(get("/v1/lines/" + id.substr(0, 3)).status, 404);
  EXPECT_EQ(get("/v1/agreements/defense").body["state"], "in_force");
  EXPECT_EQ(get("/v1/agreements").body["agreements"].size(), 1u);
}

TEST_F(ApiTest, RefusesTextsByField) {
  open_line();
  const std::vector<std::pair<json, std::string>> wrong{
      {{{"text", "x"}}, "class"},
      {{{"text", "x"}, {"class", "drill"}}, "class"},
      {{{"class", "live"}}, "text"},
      {{{"text", 5}, {"class", "live"}}, "text"},
      {{{"text", "x"}, {"class", "live"}, {"precedance", "flash"}}, "precedance"},
      {{{"text", "x"}, {"class", "live"}, {"precedence", "urgent"}}, "precedence"},
      {{{"text", "x"}, {"class", "exercise"}}, "exercise"},
      {{{"text", "x"}, {"class", "live"}, {"exercise", "JUNE"}}, "exercise"},
      {{{"text", "x"}, {"class", "live"}, {"language", "e"}}, "language"},
      {{{"text", "x"}, {"class", "live"}, {"role", ""}}, "role"},
      {{{"text", "x"}, {"class", "live"}, {"attachments", {{{"hash", "00"}, {"name", "a"}}}}},
       "attachments.hash"},
      {{{"text", std::string(60001, 'x')}, {"class", "live"}}, "text"},
  };
  for (const auto& [body, field] : wrong) {
    const Answer answer = post("/v1/lines/defense/entries", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.body["error"]["field"], field) << answer.body;
  }
  EXPECT_EQ(post("/v1/lines/defense/entries", {{"text", ""}, {"class", "live"}}).status, 422);
  EXPECT_EQ(post("/v1/lines/defense/entries", json::array()).status, 400);
  EXPECT_EQ(ask(usa_, "POST", "/v1/lines/defense/entries", "{\"text\":\"x\",\"class\":\"live\"}",
                std::string(200, 'k'))
                .status,
            400);
}

TEST_F(ApiTest, GivesTheSameEntriesForTheSameKey) {
  open_line();
  const json text{{"text", "once"}, {"class", "live"}};
  const Answer first = post("/v1/lines/defense/entries", text, "key-1"),
               again = post("/v1/lines/defense/entries", text, "key-1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body["entries"], first.body["entries"]);
  const Answer other = post("/v1/lines/defense/entries", {{"text", "twice"}, {"class", "live"}}, "key-1");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(other.body["error"]["code"], "key_reused");
}

TEST_F(ApiTest, AnswersTwoRequestsOfOneKeyAtOnceWithOneEntry) {
  open_line();
  std::vector<HttpResponse> responses;
  for (int i = 0; i < 3; ++i) {
    HttpRequest request;
    request.method = "POST";
    ASSERT_TRUE(read_target("/v1/lines/defense/entries", request));
    request.body = R"({"text":"once","class":"live"})";
    request.idempotency_key = "same";
    usa_.api->handle(request, [&](HttpResponse response) { responses.push_back(std::move(response)); });
  }
  ASSERT_TRUE(run_until([&] { return responses.size() == 3; }));
  const auto entries = [&](std::size_t i) { return json::parse(responses[i].body)["entries"]; };
  EXPECT_EQ(entries(0), entries(1));
  EXPECT_EQ(entries(0), entries(2));
  EXPECT_EQ(entries(0).size(), 1u);
}

TEST_F(ApiTest, TakesManyTextsInTheirOrder) {
  open_line();
  json texts = json::array();
  for (int i = 0; i < 256; ++i) texts.push_back({{"text", std::to_string(i)}, {"class", "test"}});
  const Answer sent = post("/v1/lines/defense/entries", texts, "many");
  ASSERT_EQ(sent.status, 201) << sent.body;
  ASSERT_EQ(sent.body["entries"].size(), 256u);
  const std::uint64_t first = sent.body["entries"][0]["serial"];
  const Answer record = get("/v1/lines/defense/record?limit=1000&after=" + std::to_string(first - 1));
  std::vector<std::string> read;
  for (const json& entry : record.body["entries"]) {
    if (entry["kind"] == "text") read.push_back(entry["text"]);
  }
  ASSERT_EQ(read.size(), 256u);
  for (std::size_t i = 0; i < 256; ++i) EXPECT_EQ(read[i], std::to_string(i));
  EXPECT_EQ(post("/v1/lines/defense/entries", texts, "many").body["entries"], sent.body["entries"]);
  texts.push_back(texts[0]);
  EXPECT_EQ(post("/v1/lines/defense/entries", texts).status, 400);
}

TEST_F(ApiTest, SaysWhichOfManyTextsWasRefused) {
  open_line();
  const json texts = json::array({{{"text", "good"}, {"class", "live"}}, {{"text", ""}, {"class", "live"}}});
  const Answer sent = post("/v1/lines/defense/entries", texts);
  EXPECT_EQ(sent.status, 422);
  EXPECT_EQ(sent.body["error"]["code"], "refused");
  EXPECT_TRUE(sent.body["entries"][0].contains("id"));
  EXPECT_TRUE(sent.body["entries"][1].contains("error"));
}

TEST_F(ApiTest, PagesTheRecordInBothDirections) {
  open_line();
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(post("/v1/lines/defense/entries", {{"text", std::to_string(i)}, {"class", "test"}}).status,
              201);
  const Answer first = get("/v1/lines/defense/record?limit=2");
  EXPECT_EQ(first.body["entries"].size(), 2u);
  EXPECT_EQ(first.body["more"], true);
  const Answer newest = get("/v1/lines/defense/record?limit=2&before=9223372036854775807");
  ASSERT_EQ(newest.body["entries"].size(), 2u);
  EXPECT_LT(newest.body["entries"][0]["serial"], newest.body["entries"][1]["serial"]);
  EXPECT_GT(newest.body["entries"][0]["serial"], first.body["entries"][1]["serial"]);
  EXPECT_EQ(get("/v1/lines/defense/record?limit=1001").status, 400);
  EXPECT_EQ(get("/v1/lines/defense/record?form=1").body["error"]["code"], "unknown_field");
}

TEST_F(ApiTest, GivesAConversationWithoutItsBookKeeping) {
  open_line();
  const auto write = [&](int i) {
    EXPECT_EQ(post("/v1/lines/defense/entries", {{"text", std::to_string(i)}, {"class", "test"}}).status,
              201);
    for (int tests = 0; tests < 70; ++tests)  // more than are looked at at once
      EXPECT_EQ(post("/v1/lines/defense/test", json::object()).status, 201);
  };
  for (int i = 0; i < 5; ++i) write(i);
  const auto texts = [](const Answer& answer) {
    std::string found;
    for (const json& entry : answer.body["entries"]) found += entry.value("text", "?");
    return found;
  };
  const Answer all = get("/v1/lines/defense/record?limit=1000");
  const auto newest = all.body["entries"].back()["serial"].get<std::uint64_t>();
  EXPECT_EQ(all.body["to"], newest);
  EXPECT_EQ(all.body["from"], all.body["entries"].front()["serial"]);

  const std::string from_the_end = "/v1/lines/defense/record?of=conversation&limit=2&before=";
  const Answer last = get(from_the_end + "9223372036854775807");
  EXPECT_EQ(texts(last), "34");
  EXPECT_GE(last.body["to"], newest);  // the tests behind it were looked at
  EXPECT_EQ(last.body["from"], last.body["entries"][0]["serial"]);
  EXPECT_EQ(last.body["more"], true);
  const Answer before = get(from_the_end + std::to_string(last.body["from"].get<std::uint64_t>()));
  EXPECT_EQ(texts(before), "12");

  const Answer upwards = get("/v1/lines/defense/record?of=conversation&after=" +
                             std::to_string(before.body["to"].get<std::uint64_t>()));
  EXPECT_EQ(texts(upwards), "34");
  EXPECT_GE(upwards.body["to"], newest);
  EXPECT_EQ(upwards.body["more"], false);
  const Answer none = get("/v1/lines/defense/record?of=conversation&after=9223372036854775806");
  EXPECT_FALSE(none.body.contains("from"));
  EXPECT_EQ(get("/v1/lines/defense/record?of=everything").body["error"]["field"], "of");
}

TEST_F(ApiTest, SendsFilesThatWereUploadedAndNoOthers) {
  open_line();
  const Bytes file(100000, 7);
  const Hash hash = hash_of(file);
  usa_.attachments.held[hash] = file;
  const json ref{{"hash", hash.hex()}, {"name", "map.png"}};
  const Answer sent =
      post("/v1/lines/defense/entries", {{"text", ""}, {"class", "live"}, {"attachments", {ref}}});
  ASSERT_EQ(sent.status, 201) << sent.body;
  const json entry = get("/v1/lines/defense/record/" + sent.body["entries"][0]["id"].get<std::string>()).body;
  EXPECT_EQ(entry["attachments"][0]["size"], 100000);
  const json absent{{"hash", std::string(64, 'a')}, {"name", "x"}};
  EXPECT_EQ(
      post("/v1/lines/defense/entries", {{"text", ""}, {"class", "live"}, {"attachments", {absent}}}).status,
      404);
  json wrong_size = ref;
  wrong_size["size"] = 5;
  EXPECT_EQ(
      post("/v1/lines/defense/entries", {{"text", ""}, {"class", "live"}, {"attachments", {wrong_size}}})
          .status,
      400);
}

TEST_F(ApiTest, GivesAttachmentsThatAreWhole) {
  EXPECT_EQ(get("/v1/attachments/" + std::string(64, 'a')).status, 404);
  EXPECT_EQ(get("/v1/attachments/short").status, 404);
  usa_.attachments.incomplete = Hash{};
  EXPECT_EQ(get("/v1/attachments/" + Hash{}.hex()).body["error"]["code"], "incomplete");
  const Bytes file(70000, 7);
  usa_.attachments.held[hash_of(file)] = file;
  const Answer found = get("/v1/attachments/" + hash_of(file).hex());
  ASSERT_TRUE(found.raw.source);
  EXPECT_EQ(found.raw.length, 70000u);
  Bytes read;
  for (bool last = false; !last;) {
    found.raw.source->next([&](BodySource::Piece piece) {
      append(read, piece.bytes);
      last = piece.last;
    });
  }
  EXPECT_EQ(read, file);
}

TEST_F(ApiTest, ExportsWhatVerifies) {
  open_line();
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(ask(i % 2 == 0 ? usa_ : chn_, "POST", "/v1/lines/defense/entries",
                  json{{"text", std::to_string(i)}, {"class", "test"}}.dump())
                  .status,
              201);
  }
  const auto whole = [&](test::TestStation& station) {
    return run_until([&] {
      return station.status().lines[0].members[0].not_stored == 0 && station.status().lines[0].entries >= 40;
    });
  };
  ASSERT_TRUE(whole(usa_) && whole(chn_));
  std::vector<Verification> verified;
  for (test::TestStation* station : {&usa_, &chn_}) {
    const Answer answer = ask(*station, "GET", "/v1/lines/defense/export");
    ASSERT_TRUE(answer.raw.source);
    Bytes file;
    bool last = false, failed = false;
    while (!last) {
      bool came = false;
      answer.raw.source->next([&](BodySource::Piece piece) {
        append(file, piece.bytes);
        last = piece.last;
        failed = piece.failed;
        came = true;
      });
      ASSERT_TRUE(run_until([&] { return came; }));
    }
    ASSERT_FALSE(failed);
    verified.push_back(verify_export(file, {usa_.party.fingerprint, chn_.party.fingerprint}));
    EXPECT_TRUE(verified.back().holds()) << verified.back().problems.front();
  }
  const Comparison compared = compare_exports(verified[0], verified[1]);
  EXPECT_TRUE(compared.identical) << compared.difference;
  EXPECT_GE(compared.common, 40u);
}

TEST_F(ApiTest, SuspendsAmendsAndRefuses) {
  open_line();
  EXPECT_EQ(post("/v1/lines/defense/suspend", json::object()).body["error"]["code"], "missing_field");
  EXPECT_EQ(post("/v1/lines/defense/suspend", {{"reason", "maintenance"}}).status, 201);
  EXPECT_EQ(get("/v1/lines/defense").body["suspended"], true);
  EXPECT_EQ(post("/v1/lines/defense/resume", {{"reason", "done"}}).status, 201);
  EXPECT_EQ(get("/v1/lines/defense").body["suspended"], false);
  std::string longer = agreement();
  longer.replace(longer.find("\"1h\""), 4, "\"2h\"");
  const Answer amended = post("/v1/lines/defense/amend", {{"toml", longer}});
  ASSERT_EQ(amended.status, 201) << amended.body;
  const std::string hash = amended.body["hash"];
  ASSERT_TRUE(run_until([&] { return ask(chn_, "GET", "/v1/agreements/" + hash).status == 200; }));
  EXPECT_EQ(ask(chn_, "GET", "/v1/agreements/" + hash.substr(0, 8)).body["state"], "amendment");
  EXPECT_EQ(
      ask(chn_, "POST", "/v1/agreements/" + hash + "/refuse", json{{"reason", "too long"}}.dump()).status,
      201);
  ASSERT_TRUE(run_until([&] { return !get("/v1/agreements/" + hash).body["refused_by"].empty(); }));
  EXPECT_EQ(get("/v1/agreements/" + hash).body["refused_by"][0]["reason"], "too long");
}

TEST_F(ApiTest, TestsALine) {
  open_line();
  EXPECT_EQ(ask(usa_, "POST", "/v1/lines/defense/test", "").status, 201);
  EXPECT_TRUE(run_until([&] { return get("/v1/lines/defense").body["test"]["answered"].get<int>() > 0; }));
}

TEST_F(ApiTest, JumpsTheClockInDemonstrationsOnly) {
  EXPECT_EQ(post("/v1/demo/clock", {{"by_s", 60}}).status, 403);
  EXPECT_EQ(post("/v1/demo/clock", {{"by_s", -1}}).status, 400);
}

TEST_F(ApiTest, SaysThatTheStoreIsFull) {
  open_line();
  usa_.full = true;
  usa_.station->commit_failed(0, "disk full", usa_.now());
  EXPECT_TRUE(usa_.status().store_problem);
  const Answer refused = post("/v1/lines/defense/entries", {{"text", "x"}, {"class", "live"}});
  EXPECT_EQ(refused.status, 507);
  EXPECT_EQ(refused.body["error"]["code"], "store_full");
}

}  // namespace
}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
// Searching through the API, with two real stations.
#include <algorithm>

#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

class SearchTest : public test::DeskApiTest {
 protected:
  std::string write(const std::string& text, json more = json::object()) {
    more.update({{"text", text}});
    if (!more.contains("class")) more["class"] = "live";
    const Answer sent = post("/v1/lines/defense/entries", more);
    EXPECT_EQ(sent.status, 201) << sent.body;
    return sent.body["entries"][0]["id"];
  }
  json search(const std::string& query) { return get("/v1/lines/defense/search?" + query).body; }
  std::vector<std::string> texts(const std::string& query) {
    std::vector<std::string> result;
    const json told = search(query);
    for (const json& entry : told["entries"]) result.push_back(entry.value("text", entry.value("kind", "")));
    return result;
  }
  using Texts = std::vector<std::string>;
};

TEST_F(SearchTest, FindsWhatWasJustWrittenWithItsReceipts) {
  open_line();
  const std::string id = write("Our aircraft is in distress.");
  const json found = search("q=AIRCRAFT");
  ASSERT_EQ(found["entries"].size(), 1U) << found;
  EXPECT_EQ(found["entries"][0]["id"], id);
  EXPECT_TRUE(found["entries"][0]["receipts"].is_object());
  EXPECT_EQ(found["complete"], true);
  EXPECT_EQ(found["more"], false);
  EXPECT_GE(found["indexed_to"].get<std::uint64_t>(), found["entries"][0]["serial"].get<std::uint64_t>());
}

TEST_F(SearchTest, FindsWhatTheyWroteInTheirScript) {
  open_line();
  ask(chn_, "POST", "/v1/lines/defense/entries",
      json{{"text", "我方飞机在海峡上空遇险"}, {"class", "live"}}.dump());
  ASSERT_TRUE(run_until([&] { return texts("q=%E6%B5%B7%E5%B3%A1").size() == 1; }));
  EXPECT_EQ(texts("q=%E6%B5%B7%E5%B3%A1&author=CHN").size(), 1U);
  EXPECT_EQ(texts("q=%E6%B5%B7%E5%B3%A1&author=USA"), Texts{});
}

TEST_F(SearchTest, FiltersAndPages) {
  open_line();
  write("word one", {{"precedence", "priority"}});
  write("word two", {{"class", "exercise"}, {"exercise", "JUNE"}});
  write("word three");
  EXPECT_EQ(texts("q=word"), (Texts{"word three", "word two", "word one"}));
  EXPECT_EQ(texts("q=word&class=exercise"), (Texts{"word two"}));
  EXPECT_EQ(texts("q=june"), (Texts{"word two"}));
  EXPECT_EQ(texts("q=word&precedence=priority"), (Texts{"word one"}));
  EXPECT_EQ(texts("q=word&kind=notice"), Texts{});
  EXPECT_EQ(texts("kind=text").size(), 3U) << "filters alone";
  EXPECT_EQ(texts("q=word&to=2001-01-01T00:00:00Z"), Texts{});
  EXPECT_EQ(texts("q=word&from=2001-01-01T00:00:00Z").size(), 3U);
  EXPECT_EQ(texts("q=%22word%20one%22"), (Texts{"word one"}));
  EXPECT_EQ(texts("q=%22one%20word%22"), Texts{});
  const json page = search("q=word&limit=2");
  EXPECT_EQ(page["more"], true);
  const auto last = page["entries"][1]["serial"].get<std::uint64_t>();
  EXPECT_EQ(texts("q=word&limit=2&before=" + std::to_string(last)), (Texts{"word one"}));
}

TEST_F(SearchTest, FindsANoticeByWhatIsShownAndByItsOtherLanguages) {
  open_line();
  const Answer sent = post("/v1/lines/defense/notices", {{"form", "object-in-airspace"},
                                                         {"class", "live"},
                                                         {"fields",
                                                          {{"object", "balloon"},
                                                           {"observed_at", "2026-11-27T10:00:00Z"},
                                                           {"latitude", 33.68},
                                                           {"longitude", -78.5},
                                                           {"altitude_m", 18300},
                                                           {"action", "observing"},
                                                           {"danger_to_persons", "none-known"},
                                                           {"remarks", "drifting east"}}}});
  ASSERT_EQ(sent.status, 201) << sent.body;
  for (const char* query :
       {"q=balloon", "q=%E6%B0%94%E7%90%83", "q=%D0%B0%D1%8D%D1%80%D0%BE%D1%81%D1%82%D0%B0%D1%82",
        "q=drifting", "q=%22drifting%20east%22&kind=notice"})
    EXPECT_EQ(search(query)["entries"].size(), 1U) << query;
  EXPECT_EQ(search("q=observing&kind=text")["entries"].size(), 0U);
}

TEST_F(SearchTest, RefusesWhatItDoesNotKnow) {
  open_line();
  for (const auto& [query, field] : {std::pair{"q=", "q"},
                                     {"kind=letter", "kind"},
                                     {"author=XXX", "author"},
                                     {"precedence=soon", "precedence"},
                                     {"class=real", "class"},
                                     {"from=yesterday", "from"},
                                     {"to=1", "to"},
                                     {"limit=201", "limit"},
                                     {"before=x", "before"},
                                     {"words=x", "words"}}) {
    const Answer answer = get(std::string("/v1/lines/defense/search?") + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.body["error"]["field"], field) << query;
  }
  EXPECT_EQ(get("/v1/lines/none/search?q=x").status, 404);
  EXPECT_EQ(search("q=...")["entries"], json::array()) << "signs alone are in no text";
  EXPECT_EQ(search("q=%22%20OR%20marks%3Al%2A")["entries"], json::array()) << "no language of the engine's";
}

TEST_F(SearchTest, WhoMayNotReadTheLineDoesNotSearchIt) {
  open_line();
  write("secret words");
  add_first();
  const std::string engineer = add("eve", {"engineer"}), elsewhere = add("otto", {"officer"}, "other"),
                    auditor = add("aud", {"auditor"});
  const std::string target = "/v1/lines/defense/search?q=secret";
  EXPECT_EQ(as(engineer, "GET", target).status, 403);
  EXPECT_EQ(as(elsewhere, "GET", target).status, 403);
  EXPECT_EQ(as("", "GET", target).status, 401);
  EXPECT_EQ(get_as(auditor, target)["entries"].size(), 1U);
  EXPECT_EQ(as(engineer, "GET", "/v1/lines/defense/history").status, 200);
  EXPECT_EQ(as(engineer, "GET", "/v1/lines/defense/estimate?size=1").status, 200);
  EXPECT_EQ(as(elsewhere, "GET", "/v1/lines/defense/history").status, 403);
}

TEST_F(SearchTest, FlagsWhatMayDeceive) {
  open_line();
  write("Stop the \u0441ease-fire\u202e!");
  const json entry = search("q=stop")["entries"][0];
  EXPECT_EQ(entry["flags"], (json{{{"field", "/text"}, {"flag", "mixed letters"}, {"at", 9}, {"length", 5}},
                                  {{"field", "/text"}, {"flag", "turns text"}, {"at", 19}, {"length", 1}}}));
  write("Plain words.");
  EXPECT_FALSE(search("q=plain")["entries"][0].contains("flags"));
}

}  // namespace
}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "notices/examples.h"
#include "notices/message.h"
#include "notices/notice.h"

namespace openline::notices {
namespace {

const FormEdition& edition() { return built_in_edition(); }
std::optional<EntryId> referred(const Form& form) {
  return form.refers ? std::optional(EntryId{}) : std::nullopt;
}
std::string contents(const std::string& file) {
  std::ifstream in(std::string(OPENLINE_SOURCE_DIR) + "/" + file);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}
std::string problems_of(const std::string& form, const std::map<std::string, std::string>& values,
                        const std::optional<EntryId>& refers = {}) {
  const auto filled = fill(edition(), form, values, refers);
  if (filled) return "taken";
  std::string all;
  for (const FieldProblem& one : filled.error()) all += one.field + " " + one.problem + "\n";
  return all;
}
std::string row_of(const NoticeView& view, const std::string& name) {
  for (const NoticeView::Row& row : view.rows) {
    if (row.name == name) return row.value;
  }
  return "none";
}
std::string labels_of(const NoticeView& view) {
  std::string all;
  for (const std::string& label : view.labels) all += label + "\n";
  return all;
}

TEST(Notices, EveryFormReadsInEveryLanguageAndIsShortOnTheWire) {
  ASSERT_EQ(examples().size(), edition().forms().size());
  for (const Example& example : examples()) {
    SCOPED_TRACE(example.form);
    const Form& form = edition().forms().at(example.form);
    const auto body = fill(edition(), example.form, example.values, referred(form));
    ASSERT_TRUE(body) << body.error().front().field << " " << body.error().front().problem;
    EXPECT_LE(body->encode().size(), 60U);
    std::size_t filled = 0;
    for (const FormField& one : form.fields) filled += one.field->type == FieldType::kText ? 0U : 1U;
    EXPECT_EQ(body->fields.size(), filled);  // every field but free text
    std::set<std::string> titles;
    for (const std::string& language : edition().languages()) {
      const NoticeView view = read(&edition(), language, *body);
      EXPECT_EQ(labels_of(view), "");
      titles.insert(view.title);
      for (const NoticeView::Row& row : view.rows) {
        EXPECT_FALSE(row.label.empty());
        EXPECT_NE(row.label, row.name);
        EXPECT_FALSE(row.value.empty());
      }
    }
    EXPECT_EQ(titles.size(), 6U);
  }
}

// Byte for byte with the ICU that it was made with; its length in lines with any.
TEST(Notices, TheDocumentShowsWhatTheFormsSay) {
  const std::string document = contents("docs/notices.md"), now = examples_document();
  if (icu_version() == 72) {
    EXPECT_EQ(document, now);
  }
  EXPECT_EQ(std::ranges::count(document, '\n'), std::ranges::count(now, '\n'));
}

TEST(Notices, NamesEveryFieldThatIsMissingWrongOrUnknown) {
  const std::string all = problems_of("object-in-airspace", {{"object", "kite"},
                                                             {"latitude", "91"},
                                                             {"altitude_m", "1.5"},
                                                             {"observed_at", "yesterday"},
                                                             {"colour", "white"}});
  for (const char* expected :
       {"object must be one of: aircraft, helicopter", "longitude is missing",
        "latitude must be degrees from -90 to 90", "altitude_m must be a whole number from -500 to 1000000",
        "observed_at must be a time in UTC", "action is missing", "danger_to_persons is missing",
        "colour is not a field of object-in-airspace"})
    EXPECT_NE(all.find(expected), std::string::npos) << expected << "\nin\n" << all;
  EXPECT_NE(problems_of("ufo", {}).find("form must be one of: correction"), std::string::npos);
  EXPECT_EQ(problems_of("reply", {{"explanation", "accident"}}),
            "refers is missing: the entry that it is about\n");
  EXPECT_EQ(
      problems_of("line-fault", {{"fault", "path-down"}, {"observed_at", "2023-02-04T19:39:00Z"}}, EntryId{}),
      "refers line-fault is about no other entry\n");
  EXPECT_EQ(problems_of("line-fault", {{"fault", "path-down"},
                                       {"observed_at", "2023-02-04T19:39:00Z"},
                                       {"remarks", std::string(201, 'a')}}),
            "remarks must be 1 to 200 bytes of text\n");
}

TEST(Notices, AChoiceIsTakenByItsTextInAnyLanguage) {
  for (const char* word : {"balloon", "Balloon", "气球", "АЭРОСТАТ", "ballon", "globo", "منطاد"}) {
    const std::string all = problems_of("object-in-airspace", {{"object", word}});
    EXPECT_EQ(all.find("object must"), std::string::npos) << word;
  }
}

TEST(Notices, WhatIsReceivedIsLabelledAndShown) {
  const auto filled = fill(edition(), "encounter", examples()[1].values, {});
  NoticeBody body = *filled;
  body.fields.erase(1);
  body.fields[14] = std::int64_t{-5};
  body.fields[15] = std::int64_t{77};
  body.fields[999] = std::string("what");
  const NoticeView view = read(&edition(), "en", body);
  const std::string labels = labels_of(view);
  EXPECT_NE(labels.find("field observed_at is missing"), std::string::npos) << labels;
  EXPECT_NE(labels.find("field distance_m is out of range or of another type: -5"), std::string::npos);
  EXPECT_NE(labels.find("field manoeuvre is out of range or of another type: 77"), std::string::npos);
  EXPECT_NE(labels.find("field 999 is not known in this form"), std::string::npos);
  EXPECT_EQ(view.rows.back().value, "what");
}

TEST(Notices, AnEditionThatIsNotHeldShowsItsCodes) {
  const auto body = fill(edition(), "object-in-airspace", examples()[0].values, {});
  const NoticeView view = read(nullptr, "zh", *body);
  EXPECT_EQ(view.title, "form 1 of edition " + edition().tag().hex());
  EXPECT_EQ(view.rows.size(), body->fields.size());
  EXPECT_EQ(view.rows.front().label, "#1");
  EXPECT_NE(labels_of(view).find("not held here"), std::string::npos);
  NoticeBody other = *body;
  other.form = 4711;
  EXPECT_NE(labels_of(read(&edition(), "en", other)).find("has no such form"), std::string::npos);
}

TEST(Notices, CountsFollowTheLanguagesRules) {
  const auto persons = [](const char* language, const char* count) {
    auto values = examples()[6].values;
    values["persons"] = count;
    return row_of(read(&edition(), language, *fill(edition(), "search-and-rescue", values, {})), "persons");
  };
  EXPECT_EQ(persons("en", "1"), "1 person");
  EXPECT_EQ(persons("en", "3"), "3 persons");
  EXPECT_EQ(persons("ru", "21"), "21 человек");
  EXPECT_EQ(persons("ru", "3"), "3 человека");
  EXPECT_EQ(persons("ru", "5"), "5 человек");
  EXPECT_EQ(persons("ar", "2"), "شخصان");
  EXPECT_EQ(persons("zh", "1200"), "1,200 人");
  EXPECT_EQ(persons("xx", "1"), "1 person");  // a language that the edition does not have
}

TEST(Notices, ADamagedEditionIsRefusedWithItsFileAndKey) {
  const std::string forms = contents("forms/2026-1/forms.toml"), texts = contents("forms/2026-1/texts.toml");
  const auto error = [](const std::string& one, const std::string& other) {
    const auto read = FormEdition::read(one, other);
    return read ? std::string("taken") : read.error().message;
  };
  const auto changed = [](std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  EXPECT_EQ(FormEdition::read(forms, texts)->hash(), edition().hash());
  EXPECT_EQ(error(forms, changed(texts, "balloon = ", "ballon = ")),
            "texts.toml: choices/balloon is missing");
  EXPECT_EQ(error(forms, changed(texts, ", \"气球\"", "")),
            "texts.toml: choices/balloon must be in all six languages");
  EXPECT_EQ(error(forms, changed(texts, "{value, number} km", "{value, number km")),
            "texts.toml: numbers/radius_km is no ICU message in en");
  EXPECT_EQ(error(changed(forms, "number = 2,", "number = 1,"), texts),
            "forms.toml: fields.position: its number is taken");
  EXPECT_EQ(error(changed(forms, "\"object!\"", "\"objet!\""), texts),
            "forms.toml: forms.object-in-airspace.fields: there is no field objet");
  EXPECT_NE(error("[", texts).find("forms.toml, line 1"), std::string::npos);
  EXPECT_NE(FormEdition::read(forms, texts + "\n")->hash(), edition().hash());
}

TEST(Notices, WhateverComesInIsShownAndNeverStops) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    NoticeBody body;
    body.form = random() % 15;
    for (unsigned count = static_cast<unsigned>(random() % 12); count > 0; --count) {
      const std::uint64_t number = random() % 46;
      switch (random() % 3) {
        case 0:
          body.fields[number] = static_cast<std::int64_t>(random()) >> (random() % 60);
          break;
        case 1:
          body.fields[number] = std::string("{value, plural, ") + static_cast<char>('a' + random() % 26);
          break;
        default:
          body.fields[number] =
              NoticePosition{static_cast<std::int64_t>(random() % 18'000'000) - 9'000'000, 1};
      }
    }
    for (const std::string& language : edition().languages()) {
      const NoticeView view = read(&edition(), language, body);
      ASSERT_EQ(view.rows.size(), body.fields.size());
      ASSERT_FALSE(view.title.empty());
    }
  }
}

}  // namespace
}  // namespace openline::notices

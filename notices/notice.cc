// SPDX-License-Identifier: Apache-2.0
#include "notices/notice.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/record/visit_bodies.h"
#include "notices/message.h"

namespace openline::notices {
namespace {

constexpr std::int64_t kLastTime = 7'258'118'400;  // the year 2200
constexpr double kScale = 100'000;

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// "2023-02-04T19:39:00Z", in seconds since 1970
std::optional<std::int64_t> time_of(const std::string& text) {
  if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const auto day = day_of(std::string_view(text).substr(0, 10));
  const auto hour = number_of<unsigned>(text.substr(11, 2)), minute = number_of<unsigned>(text.substr(14, 2)),
             second = number_of<unsigned>(text.substr(17, 2));
  if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::sys_seconds(*day).time_since_epoch().count() + *hour * 3600 + *minute * 60 + *second;
}

class Filling {
 public:
  Filling(const FormEdition& edition, const Form& form, const std::map<std::string, std::string>& values)
      : edition_(edition), form_(form), values_(values) {}

  std::map<std::uint64_t, NoticeValue> run() {
    for (const FormField& one : form_.fields) {
      if (one.field->type == FieldType::kPosition) {
        position(*one.field, one.required);
      } else if (const std::string* value = take(one.field->name)) {
        single(*one.field, *value);
      } else if (one.required) {
        refuse(one.field->name, "is missing");
      }
    }
    for (const auto& [name, value] : values_) {
      if (!taken_.contains(name)) refuse(name, "is not a field of " + form_.name);
    }
    return std::move(fields_);
  }
  std::vector<FieldProblem> problems;

 private:
  const std::string* take(const std::string& name) {
    const auto found = values_.find(name);
    if (found == values_.end()) return nullptr;
    taken_.insert(name);
    return &found->second;
  }
  void refuse(const std::string& field, std::string problem) {
    problems.push_back({field, std::move(problem)});
  }

  std::optional<std::int64_t> degrees(const std::string& name, std::int64_t most) {
    const std::string* text = take(name);
    if (text == nullptr) return std::nullopt;
    const auto value = number_of<double>(*text);
    const double limit = static_cast<double>(most) / kScale;
    if (!value || !std::isfinite(*value) || std::abs(*value) > limit) {
      refuse(name, "must be degrees from -" + std::to_string(most / 100'000) + " to " +
                       std::to_string(most / 100'000) + ", as 33.68");
      return std::nullopt;
    }
    return std::llround(*value * kScale);
  }

  void position(const Field& field, bool required) {
    const bool given = values_.contains(field.inputs[0]) || values_.contains(field.inputs[1]);
    if (!given && !required) return;
    for (const std::string& input : field.inputs) {
      if (!values_.contains(input)) refuse(input, "is missing");
    }
    const auto latitude = degrees(field.inputs[0], kMaxLatitude),
               longitude = degrees(field.inputs[1], kMaxLongitude);
    if (latitude && longitude) fields_[field.number] = NoticePosition{*latitude, *longitude};
  }

  void single(const Field& field, const std::string& text) {
    if (field.type == FieldType::kTime) {
      const auto time = time_of(text);
      if (!time || *time > kLastTime)
        return refuse(field.name, "must be a time in UTC, as 2023-02-04T19:39:00Z");
      fields_[field.number] = *time;
    } else if (field.type == FieldType::kNumber) {
      const auto value = number_of<std::int64_t>(text);
      if (!value || *value < field.least || *value > field.most)
        return refuse(field.name, "must be a whole number from " + std::to_string(field.least) + " to " +
                                      std::to_string(field.most));
      fields_[field.number] = *value;
    } else if (field.type == FieldType::kText) {
      if (text.empty() || text.size() > static_cast<std::size_t>(field.most) || !cbor::is_utf8(view_of(text)))
        return refuse(field.name, "must be 1 to " + std::to_string(field.most) + " bytes of text");
      fields_[field.number] = text;
    } else {
      choice(field, text);
    }
  }

  void choice(const Field& field, const std::string& text) {
    const std::string wanted = folded(text);
    std::string all;
    for (std::size_t at = 0; at < field.choices.size(); ++at) {
      const std::string& name = field.choices[at];
      all += (all.empty() ? "" : ", ") + name;
      const bool named = std::ranges::any_of(edition_.languages(), [&](const std::string& language) {
        return folded(text_of(edition_, "choices", name, language)) == wanted;
      });
      if (wanted == name || named) {
        fields_[field.number] = static_cast<std::int64_t>(at);
        return;
      }
    }
    refuse(field.name, "must be one of: " + all);
  }

  const FormEdition& edition_;
  const Form& form_;
  const std::map<std::string, std::string>& values_;
  std::set<std::string> taken_;
  std::map<std::uint64_t, NoticeValue> fields_;
};

std::string raw_text(const NoticeValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const auto& position = std::get<NoticePosition>(value);
  return std::to_string(position.latitude) + ", " + std::to_string(position.longitude) + " (1e-5 degrees)";
}

class Reading {
 public:
  Reading(const FormEdition& edition, const Form& form, std::string_view language)
      : edition_(edition), form_(form), language_(edition.language_for(language)) {}

  NoticeView run(const NoticeBody& body) {
    view_.form = form_.name;
    view_.title = text_of(edition_, "forms", form_.name, language_);
    std::set<std::uint64_t> known;
    for (const FormField& one : form_.fields) {
      known.insert(one.field->number);
      const auto found = body.fields.find(one.field->number);
      if (found != body.fields.end()) {
        row(*one.field, found->second);
      } else if (one.required) {
        view_.labels.push_back("field " + one.field->name + " is missing");
      }
    }
    for (const auto& [number, value] : body.fields) {
      if (known.contains(number)) continue;
      view_.rows.push_back({"", "#" + std::to_string(number), raw_text(value)});
      view_.labels.push_back("field " + std::to_string(number) + " is not known in this form");
    }
    if (form_.refers && !body.refers) view_.labels.push_back("the entry that it is about is missing");
    return std::move(view_);
  }

 private:
  void row(const Field& field, const NoticeValue& value) {
    std::string text = value_text(field, value);
    if (text.empty()) {
      text = raw_text(value);
      view_.labels.push_back("field " + field.name + " is out of range or of another type: " + text);
    }
    view_.rows.push_back({field.name, text_of(edition_, "fields", field.name, language_), std::move(text)});
  }

  // Empty: it does not fit the field.
  [[nodiscard]] std::string value_text(const Field& field, const NoticeValue& value) const {
    const auto* number = std::get_if<std::int64_t>(&value);
    const auto* text = std::get_if<std::string>(&value);
    const auto* position = std::get_if<NoticePosition>(&value);
    switch (field.type) {
      case FieldType::kText:
        return text != nullptr && text->size() <= static_cast<std::size_t>(field.most) ? *text : "";
      case FieldType::kPosition:
        return position != nullptr ? position_text(*position) : "";
      case FieldType::kChoice:
        if (number == nullptr || *number < 0 || *number >= static_cast<std::int64_t>(field.choices.size()))
          return {};
        return text_of(edition_, "choices", field.choices[static_cast<std::size_t>(*number)], language_);
      case FieldType::kTime:
        if (number == nullptr || *number < 0 || *number > kLastTime) return {};
        return formatted(language_, edition_.pattern("patterns", "time", language_),
                         {{"date", date_text(language_, *number)}})
            .value_or("");
      case FieldType::kNumber:
        if (number == nullptr || *number < field.least || *number > field.most) return {};
        return formatted(language_, edition_.pattern("numbers", field.name, language_), {{"value", *number}})
            .value_or("");
    }
    return {};
  }

  [[nodiscard]] std::string position_text(const NoticePosition& at) const {
    return formatted(language_, edition_.pattern("patterns", "position", language_),
                     {{"lat", std::abs(static_cast<double>(at.latitude)) / kScale},
                      {"lon", std::abs(static_cast<double>(at.longitude)) / kScale},
                      {"ns", std::string(at.latitude < 0 ? "s" : "n")},
                      {"ew", std::string(at.longitude < 0 ? "w" : "e")}})
        .value_or("");
  }

  const FormEdition& edition_;
  const Form& form_;
  std::string_view language_;
  NoticeView view_;
};

}  // namespace

std::string text_of(const FormEdition& edition, std::string_view group, const std::string& key,
                    std::string_view language) {
  return formatted(language, edition.pattern(group, key, language), {}).value_or(key);
}

std::expected<NoticeBody, std::vector<FieldProblem>> fill(const FormEdition& edition, const std::string& form,
                                                          const std::map<std::string, std::string>& values,
                                                          const std::optional<EntryId>& refers) {
  const auto found = edition.forms().find(form);
  if (found == edition.forms().end()) {
    std::string all;
    for (const auto& [name, one] : edition.forms()) all += (all.empty() ? "" : ", ") + name;
    return std::unexpected(std::vector<FieldProblem>{{"form", "must be one of: " + all}});
  }
  Filling filling(edition, found->second, values);
  NoticeBody body;
  body.edition = edition.tag();
  body.form = found->second.code;
  body.fields = filling.run();
  body.refers = refers;
  if (found->second.refers && !refers)
    filling.problems.push_back({"refers", "is missing: the entry that it is about"});
  if (!found->second.refers && refers)
    filling.problems.push_back({"refers", form + " is about no other entry"});
  if (!filling.problems.empty()) return std::unexpected(std::move(filling.problems));
  return body;
}

NoticeView read(const FormEdition* edition, std::string_view language, const NoticeBody& body) {
  const Form* form = edition == nullptr ? nullptr : edition->find(body.form);
  if (form != nullptr) return Reading(*edition, *form, language).run(body);
  NoticeView view;
  view.form = "form " + std::to_string(body.form) + " of edition " + body.edition.hex();
  view.title = view.form;
  for (const auto& [number, value] : body.fields)
    view.rows.push_back({"", "#" + std::to_string(number), raw_text(value)});
  view.labels.push_back(edition == nullptr ? "its edition of forms is not held here: codes are shown"
                                           : "the edition has no such form: codes are shown");
  return view;
}

}  // namespace openline::notices

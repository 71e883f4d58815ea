// SPDX-License-Identifier: Apache-2.0
// openline-dictionaries-vectors: prints tests/vectors/compression.json for the dictionaries that this program
// holds. To be run again when an edition is made.
#include <fmt/format.h>

#include <stdexcept>

#include "core/crypto/hash.h"
#include "core/record/bodies.h"
#include "core/wire/compression.h"
#include "core/wire/dictionary.h"

namespace openline::training {
namespace {

struct Case {
  std::string what;
  Bytes body;
};

std::vector<Case> cases() {
  const auto text = [](const char* words, const char* language, const char* role) {
    return TextBody{words, language, {}, role}.encode();
  };
  const char* english =
      "One of our aircraft has lost its radio and crossed your border at 13:05Z on a course of 080. It is "
      "unarmed. Please let it pass; it will turn back as soon as the pilot sees the river.";
  std::string longer;
  while (longer.size() < 3000) longer += fmt::format("{} {} ", longer.size(), english);
  return {
      {"English", text(english, "en", "watch officer")},
      {"Chinese", text("我方一架飞机无线电失灵，已越过贵方边界，未携带武器。请予放行。", "zh", "")},
      {"Russian", text("Наш самолёт потерял связь и пересёк вашу границу. Он не вооружён.", "ru", "")},
      {"French",
       text("L'un de nos avions a perdu sa radio et franchi votre frontière. Il n'est pas armé.", "fr", "")},
      {"Spanish",
       text("Uno de nuestros aviones ha perdido la radio y ha cruzado su frontera. Va desarmado.", "es", "")},
      {"Arabic", text("فقدت إحدى طائراتنا الاتصال وعبرت حدودكم. وهي غير مسلحة.", "ar", "")},
      {"acknowledged", AcknowledgedBody{EntryId{}, "duty officer", true}.encode()},
      {"255 bytes", Bytes(255, 'a')},
      {"256 bytes", Bytes(256, 'a')},
      {"3,000 bytes", text(longer.c_str(), "en", "")},
      {"65,536 bytes", Bytes(kMostUnpacked, 'a')},
  };
}

void print_case(const Case& each, bool last) {
  const auto packed = pack(each.body);
  if (!packed) throw std::runtime_error("does not get smaller: " + each.what);
  fmt::print("    {{\"what\": \"{}\", \"dictionary\": {}, \"size\": {}, \"hash\": \"{}\",\n", each.what,
             packed->dictionary, each.body.size(), hash_of(each.body).hex());
  if (each.body.size() < 4096) fmt::print("     \"body\": \"{}\",\n", to_hex(each.body));
  fmt::print("     \"packed\": \"{}\"}}{}\n", to_hex(packed->bytes), last ? "" : ",");
}

void print_refused() {
  const Packed good = pack(cases().front().body).value();
  const auto print = [&](const char* what, int dictionary, const Bytes& packed, bool last = false) {
    fmt::print("    {{\"what\": \"{}\", \"dictionary\": {}, \"packed\": \"{}\"}}{}\n", what, dictionary,
               to_hex(packed), last ? "" : ",");
  };
  Bytes changed = good.bytes;
  changed[1] = static_cast<std::uint8_t>(changed[1] + 1);
  print("one byte less than it says", good.dictionary, changed);
  changed[1] = static_cast<std::uint8_t>(changed[1] - 2);
  print("one byte more than it says", good.dictionary, changed);
  changed = good.bytes;
  changed.pop_back();
  print("cut off", good.dictionary, changed);
  changed = good.bytes;
  changed.push_back(0);
  print("a byte is left over", good.dictionary, changed);
  print("a dictionary that no edition has", 255, good.bytes);
  print("not fewer bytes than it was", good.dictionary, {0, 4, 1, 2, 3});
  print("no block", good.dictionary, {0, 99});
  print("nothing", good.dictionary, {}, true);
}

void print() {
  fmt::print(
      "{{\n  \"comment\": \"Bodies and their packed forms (protocol.md section 9.14). Hashes: BLAKE2b-256. "
      "Bodies of one letter are not printed in full.\",\n  \"edition\": {},\n  \"dictionaries\": [\n",
      kDictionaryEdition);
  for (const Dictionary& each : dictionaries()) {
    fmt::print("    {{\"number\": {}, \"language\": \"{}\", \"size\": {}, \"hash\": \"{}\"}}{}\n",
               each.number, each.language, each.bytes.size(), hash_of(each.bytes).hex(),
               each.number == kMostDictionaries ? "" : ",");
  }
  fmt::print("  ],\n  \"packed\": [\n");
  const std::vector<Case> all = cases();
  for (const Case& each : all) print_case(each, &each == &all.back());
  fmt::print("  ],\n  \"refused\": [\n");
  print_refused();
  fmt::print("  ]\n}}\n");
}

}  // namespace
}  // namespace openline::training

int main() {
  try {
    openline::training::print();
  } catch (const std::exception& problem) {
    fmt::print(stderr, "{}\n", problem.what());
    return 1;
  }
  return 0;
}

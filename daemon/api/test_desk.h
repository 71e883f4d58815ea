// SPDX-License-Identifier: Apache-2.0
// For tests: a station with officers, and what they ask.
#pragma once

#include <algorithm>

#include "core/crypto/hash.h"
#include "daemon/api/test_stations.h"

namespace openline::daemon::test {

inline constexpr const char* kPassword = "a long enough word";

// All events of a stream.
struct Collected : EventSink {
  void push(Event event) override { all += stream_text(event); }
  void end() override { ended = true; }
  [[nodiscard]] bool is_drained() const override { return true; }
  [[nodiscard]] bool is_half_full() const override { return false; }
  [[nodiscard]] std::size_t count(const std::string& text) const {
    std::size_t found = 0;
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++found;
    return found;
  }
  std::string all;
  bool ended = false;
};

// The first of two stations has officers.
class DeskApiTest : public ApiTest {
 protected:
  Answer as(const std::string& token, const std::string& method, const std::string& target,
            const nlohmann::json& body = nlohmann::json::object()) {
    return ask(usa_, method, target, method == "GET" ? "" : body.dump(), "", token);
  }
  Answer post_as(const std::string& token, const std::string& target,
                 const nlohmann::json& body = nlohmann::json::object()) {
    return as(token, "POST", target, body);
  }
  nlohmann::json get_as(const std::string& token, const std::string& target) {
    return as(token, "GET", target).body;
  }
  std::string sign_in(const std::string& name) {
    const Answer answer = post("/v1/sign-in", {{"name", name}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 200) << name << ": " << answer.body;
    return answer.body.value("token", "");
  }
  static nlohmann::json grants(const std::string& desk, const std::vector<std::string>& roles) {
    return nlohmann::json::array({{{"desk", desk}, {"roles", roles}}});
  }
  void add_first(const std::vector<std::string>& roles = {"supervisor"}) {
    const Answer added = post(
        "/v1/officers",
        {{"name", "ann"}, {"title", "Capt. Ann"}, {"grants", grants("*", roles)}, {"password", kPassword}});
    ASSERT_EQ(added.status, 201) << added.body;
    ann_ = sign_in("ann");
  }
  // Through the root key, as on a small desk.
  std::string add(const std::string& name, const std::vector<std::string>& roles,
                  const std::string& desk = "defense") {
    const Answer added =
        by_root("/v1/officers", {{"name", name}, {"title", "Lt. " + name}, {"grants", grants(desk, roles)}});
    EXPECT_EQ(added.status, 200) << added.body;
    const Answer enrolled =
        post("/v1/enrol", {{"name", name}, {"code", added.body.value("code", "")}, {"password", kPassword}});
    EXPECT_EQ(enrolled.status, 200) << enrolled.body;
    return sign_in(name);
  }
  Answer by_root(const std::string& address, nlohmann::json body) {
    const nlohmann::json given = get("/v1/root-challenge").body;
    Bytes payload;
    const auto challenge = *Hash::from(*from_hex(given["challenge"].get<std::string>()));
    const Hash digest = hash_of(view_of(body.dump()));
    append(payload, usa_.signing_key().key().view());
    append(payload, challenge.view());
    append(payload, digest.view());
    append(payload, view_of(address));
    const Signature signature =
        RootKeyPair(secret_of<SigningSeed>("USA root")).sign({"openline people 1", std::nullopt, payload});
    body["root"] = {{"challenge", challenge.hex()}, {"signature", signature.hex()}};
    return post(address, body);
  }
  std::shared_ptr<Collected> follow(const std::string& token, const std::string& target) {
    HttpRequest request;
    request.method = "GET";
    if (!token.empty()) request.authorization = "Bearer " + token;
    (void)read_target(target, request);
    auto sink = std::make_shared<Collected>();
    // An attendance is in the log before it begins: the answer may come later.
    usa_.api->handle(std::move(request), [sink](HttpResponse response) {
      EXPECT_EQ(response.status, 200) << response.body;
      response.events(sink);
    });
    return sink;
  }
  nlohmann::json flash(const std::string& text = "Not ours.", const std::string& entry_class = "live") {
    nlohmann::json body{{"text", text}, {"class", entry_class}, {"precedence", "flash"}};
    if (entry_class == "exercise") body["exercise"] = "JUNE";
    return body;
  }
  // Entries that people wrote: stations test the line meanwhile.
  static std::ptrdiff_t texts(const nlohmann::json& record) {
    return std::ranges::count_if(record["entries"], [](const nlohmann::json& one) {
      return !one["kind"].get<std::string>().starts_with("test") && one["kind"] != "attendance";
    });
  }
  void open_two_person_line() {
    agreement_more_ = "release = { flash = 2, immediate = 2 }\n";
    open_line();
  }
  std::string ann_;
};

}  // namespace openline::daemon::test

// SPDX-License-Identifier: Apache-2.0
// Security keys beside the password, as a page asks for them.
#include "daemon/api/test_desk.h"
#include "daemon/desk/test_security_key.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::client_data;
using test::kPassword;
using test::SoftwareKey;

class SecurityKeyTest : public test::DeskApiTest {
 protected:
  void SetUp() override { add_first({"supervisor", "officer"}); }

  // What a page at `site_` asks.
  Answer page(const std::string& token, const std::string& method, const std::string& target,
              const json& body = json::object()) {
    HttpRequest request;
    request.method = method;
    request.from_browser = true;
    request.origin = site_.origin;
    request.host_name = site_.host;
    if (!token.empty()) request.authorization = "Bearer " + token;
    EXPECT_TRUE(read_target(target, request));
    if (method == "POST") request.body = body.dump();
    std::optional<HttpResponse> response;
    usa_.api->handle(std::move(request), [&](HttpResponse given) { response = std::move(given); });
    EXPECT_TRUE(run_until([&] { return response.has_value(); })) << target;
    return {response->status, json::parse(response->body, nullptr, false), *response};
  }
  Answer sign_in_page(const json& assertion = nullptr, const std::string& password = kPassword) {
    json body{{"name", "ann"}, {"password", password}};
    if (!assertion.is_null()) body["assertion"] = assertion;
    return page("", "POST", "/v1/sign-in", body);
  }
  static std::string code_of(const Answer& answer) { return answer.body["error"].value("code", ""); }
  static Hash challenge_in_answer(const json& question) {
    return *Hash::from(*from_base64url(question["challenge"].get<std::string>()));
  }
  json new_key(const std::string& token, const SoftwareKey& key, const std::string& name = "blue") {
    const Answer asked = page(token, "POST", "/v1/security-keys/challenge");
    EXPECT_EQ(asked.status, 200) << asked.body;
    return {{"name", name},
            {"authenticator_data", base64url(key.registration(site_.host))},
            {"client_data",
             base64url(client_data("webauthn.create", challenge_in_answer(asked.body), site_.origin))}};
  }
  Answer add_key(const std::string& token, const SoftwareKey& key, const std::string& name = "blue") {
    return page(token, "POST", "/v1/security-keys", new_key(token, key, name));
  }
  [[nodiscard]] json answer_of(const SoftwareKey& key, const Hash& challenge, std::uint32_t count) const {
    const KeyAssertion made = key.assertion(challenge, site_, count);
    return {{"key", base64url(key.id())},
            {"authenticator_data", base64url(made.authenticator_data)},
            {"client_data", base64url(made.client_data)},
            {"signature", base64url(made.signature)}};
  }
  Hash asked() {
    const Answer answer = sign_in_page();
    EXPECT_EQ(code_of(answer), "second_factor") << answer.body;
    return challenge_in_answer(answer.body["error"]);
  }
  std::string token_with(const SoftwareKey& key, std::uint32_t count) {
    const Answer answer = sign_in_page(answer_of(key, asked(), count));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.body.value("token", "");
  }
  std::string last_note(const std::string& act) {
    std::string note;
    const json told = get_as(sign_in("ann"), "/v1/audit?limit=1000");
    for (const json& one : told["acts"]) {
      if (one["act"] == act && one.contains("note")) note = one["note"].get<std::string>() + "\n" + note;
    }
    return note;
  }

  KeySite site_{"https://desk.example:4780", "desk.example"};
  SoftwareKey blue_{KeyAlgorithm::kEs256, 1}, red_{KeyAlgorithm::kEdDsa, 2};
};

TEST_F(SecurityKeyTest, OnceThereIsOneThePasswordAloneOpensNoPage) {
  const std::string first = sign_in_page().body["token"];
  const Answer added = add_key(first, blue_);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.body["key"]["algorithm"], "ES256");
  EXPECT_EQ(added.body["key"]["last_used"], nullptr);
  const Answer asks = sign_in_page();
  EXPECT_EQ(asks.status, 401);
  EXPECT_EQ(asks.body["error"]["rp_id"], "desk.example");
  EXPECT_EQ(asks.body["error"]["keys"], json::array({base64url(blue_.id())}));
  EXPECT_FALSE(asks.body.contains("token"));
  EXPECT_EQ(code_of(sign_in_page(nullptr, "a wrong long word")), "wrong_credentials") << "asks nothing";
  const std::string with_key = token_with(blue_, 1);
  const json me = page(with_key, "GET", "/v1/me").body;
  EXPECT_EQ(me["with_key"], true);
  EXPECT_EQ(me["key_needed"], false);
  EXPECT_EQ(me["officer"]["security_keys"], 1);
  EXPECT_NE(page(with_key, "GET", "/v1/security-keys").body["keys"][0]["last_used"], nullptr);
}

TEST_F(SecurityKeyTest, OnTheStationsSocketThePasswordSignsIn) {
  ASSERT_EQ(add_key(ann_, blue_).status, 201);
  const std::string token = sign_in("ann");
  EXPECT_NE(token, "");
  EXPECT_EQ(get_as(token, "/v1/security-keys")["keys"].size(), 1u);
  EXPECT_EQ(post_as(token, "/v1/security-keys/challenge").body["error"]["code"], "forbidden");
  EXPECT_EQ(post_as(token, "/v1/security-keys/" + base64url(blue_.id()) + "/remove").status, 403);
  const Answer given = post(
      "/v1/sign-in", {{"name", "ann"}, {"password", kPassword}, {"assertion", answer_of(blue_, Hash{}, 1)}});
  EXPECT_EQ(given.body["error"]["field"], "assertion");
}

TEST_F(SecurityKeyTest, AnAnswerIsForOneQuestionOneOfficerAndOnePage) {
  ASSERT_EQ(add_key(ann_, blue_).status, 201);
  ASSERT_EQ(add_key(ann_, red_, "red").status, 201);
  const Hash challenge = asked();
  const json good = answer_of(blue_, challenge, 1);
  json swapped = good;
  swapped["key"] = base64url(red_.id());
  EXPECT_EQ(code_of(sign_in_page(swapped)), "wrong_key");
  EXPECT_EQ(code_of(sign_in_page(good)), "wrong_key") << "its challenge is used up";
  EXPECT_EQ(code_of(sign_in_page(answer_of(blue_, Hash{}, 1))), "wrong_key") << "nobody asked that";
  const Hash other = asked();
  site_.origin = "https://evil.example";
  const json elsewhere = answer_of(blue_, other, 1);
  site_.origin = "https://desk.example:4780";
  EXPECT_EQ(code_of(sign_in_page(elsewhere)), "wrong_key");
  ASSERT_NE(token_with(red_, 0), "");
}

TEST_F(SecurityKeyTest, WrongAnswersLockAsWrongPasswordsDo) {
  ASSERT_EQ(add_key(ann_, blue_).status, 201);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(sign_in_page(answer_of(red_, asked(), 1))), "wrong_key");
  EXPECT_EQ(code_of(sign_in_page()), "locked");
  EXPECT_EQ(page(ann_, "GET", "/v1/me").status, 200) << "who is there stays there";
}

TEST_F(SecurityKeyTest, ACopiedKeyIsRefusedAndSaidInTheLog) {
  ASSERT_EQ(add_key(ann_, blue_).status, 201);
  ASSERT_NE(token_with(blue_, 7), "");
  for (const std::uint32_t count : {7u, 3u, 0u})
    EXPECT_EQ(code_of(sign_in_page(answer_of(blue_, asked(), count))), "copied_key") << count;
  EXPECT_NE(last_note("POST /v1/sign-in").find("there is a copy of it"), std::string::npos);
  EXPECT_NE(token_with(blue_, 8), "");
}

TEST_F(SecurityKeyTest, AnOlderSessionChangesNoKeys) {
  const std::string older = sign_in_page().body["token"];
  ASSERT_EQ(add_key(ann_, blue_).status, 201);
  EXPECT_EQ(page(older, "GET", "/v1/status").status, 200) << "who is there stays there";
  EXPECT_EQ(code_of(page(older, "POST", "/v1/security-keys/challenge")), "security_key_needed");
  EXPECT_EQ(code_of(page(older, "POST", "/v1/security-keys/" + base64url(blue_.id()) + "/remove")),
            "security_key_needed");
  EXPECT_EQ(page(ann_, "POST", "/v1/security-keys/" + base64url(blue_.id()) + "/remove").status, 200)
      << "the session in which it was added";
  EXPECT_EQ(sign_in_page().status, 200) << "there is none any more";
}

TEST_F(SecurityKeyTest, WhereThePlanDemandsOneNothingElseIsOpenWithoutIt) {
  usa_.plan.keys_required = true;
  usa_.restart_office(loop_);
  const std::string token = sign_in_page().body["token"];
  EXPECT_EQ(page(token, "GET", "/v1/me").body["key_needed"], true);
  for (const auto& [method, target] : {std::pair{"GET", "/v1/status"},
                                       {"GET", "/v1/lines"},
                                       {"GET", "/v1/socket"},
                                       {"POST", "/v1/password"},
                                       {"POST", "/v1/officers"},
                                       {"GET", "/v1/audit"}})
    EXPECT_EQ(code_of(page(token, method, target)), "security_key_needed") << target;
  EXPECT_EQ(as(token, "GET", "/v1/status").status, 200) << "at the station's own socket";
  const Answer added = add_key(token, blue_);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(page(token, "GET", "/v1/status").status, 200);
  const std::string remove = "/v1/security-keys/" + base64url(blue_.id()) + "/remove";
  EXPECT_EQ(code_of(page(token, "POST", remove)), "conflict") << "the last";
  ASSERT_EQ(add_key(token, red_, "red").status, 201);
  EXPECT_EQ(page(token, "POST", remove).status, 200);
  usa_.restart_office(loop_);
  EXPECT_EQ(page(token, "GET", "/v1/status").status, 200) << "what it began with is durable";
  EXPECT_EQ(page(token, "GET", "/v1/security-keys").body["keys"].size(), 1u);
}

TEST_F(SecurityKeyTest, ARecoveredAccountHasNoKeys) {
  ASSERT_EQ(add_key(ann_, blue_).status, 201);
  const Answer recovered = by_root("/v1/officers/ann/recover", json::object());
  ASSERT_EQ(recovered.status, 200) << recovered.body;
  EXPECT_EQ(recovered.body["officer"]["security_keys"], 0);
  ASSERT_EQ(
      post("/v1/enrol", {{"name", "ann"}, {"code", recovered.body["code"]}, {"password", kPassword}}).status,
      200);
  EXPECT_EQ(sign_in_page().status, 200);
}

TEST_F(SecurityKeyTest, APageAskedByAnAddressIsToldToUseTheName) {
  ASSERT_EQ(add_key(ann_, blue_).status, 201);
  site_ = {"https://192.0.2.7:4780", ""};
  const Answer refused = sign_in_page();
  EXPECT_EQ(code_of(refused), "host_name_needed");
  EXPECT_NE(refused.body["error"]["message"].get<std::string>().find("console.names"), std::string::npos);
  EXPECT_EQ(code_of(page(ann_, "POST", "/v1/security-keys/challenge")), "host_name_needed");
  site_ = {"https://other.example:4780", "other.example"};
  const Answer elsewhere = sign_in_page();
  EXPECT_EQ(code_of(elsewhere), "host_name_needed");
  EXPECT_NE(elsewhere.body["error"]["message"].get<std::string>().find("desk.example"), std::string::npos);
}

TEST_F(SecurityKeyTest, WhatIsNoNewKeyIsRefused) {
  const json good = new_key(ann_, blue_);
  for (const auto& [field, value] : {std::pair<const char*, json>{"name", ""},
                                     {"name", "a\nb"},
                                     {"name", std::string(33, 'a')},
                                     {"authenticator_data", "YQ=="},
                                     {"authenticator_data", ""},
                                     {"authenticator_data", std::string(4000, 'A')},
                                     {"client_data", 7},
                                     {"client_data", "+/+/"}}) {
    json broken = good;
    broken[field] = value;
    const Answer refused = page(ann_, "POST", "/v1/security-keys", broken);
    EXPECT_EQ(refused.status, 400) << broken;
    EXPECT_EQ(refused.body["error"]["field"], field);
  }
  json other = good;
  other["client_data"] = base64url(view_of("{}"));
  EXPECT_EQ(page(ann_, "POST", "/v1/security-keys", other).status, 422);
  EXPECT_EQ(page(ann_, "POST", "/v1/security-keys", good).status, 201)
      << "its challenge was not used by that";
  EXPECT_EQ(page(ann_, "POST", "/v1/security-keys", good).status, 422) << "and is now";
  EXPECT_EQ(add_key(ann_, blue_, "green").status, 409) << "the same key";
  EXPECT_EQ(page(ann_, "POST", "/v1/security-keys/AAAA/remove").status, 404);
  EXPECT_EQ(page(ann_, "POST", "/v1/security-keys/%2b/remove").status, 404);
}

}  // namespace
}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
// For tests: a station's folder with a fake station at its socket, and a place for the session of its own.
#pragma once

#include "cli/session_file.h"
#include "cli/test_server.h"
#include "cli/test_terminal.h"

namespace openline::cli::test {

inline const std::string kToken(64, 'a');
inline const std::string kAuthorization = "Authorization: Bearer " + kToken + "\r\n";

class StationAtTest {
 public:
  StationAtTest() {
    std::filesystem::create_directory(work_ / "station");
    std::ofstream(work_ / "station/station.toml") << "";
    ::setenv("OPENLINE_SESSION", session().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
  }
  ~StationAtTest() { ::unsetenv("OPENLINE_SESSION"); }  // NOLINT(concurrency-mt-unsafe)
  StationAtTest(const StationAtTest&) = delete;
  StationAtTest& operator=(const StationAtTest&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const { return work_ / name; }
  [[nodiscard]] std::string socket() const { return work_ / "station/api.sock"; }
  [[nodiscard]] std::string session() const { return work_ / "session"; }
  [[nodiscard]] bool sign_in() const { return write_session(session(), *read_token(kToken)).has_value(); }
  [[nodiscard]] Ended run(std::vector<std::string> words, const std::string& typed = "",
                          Keyboard* keyboard = nullptr) const {
    words.insert(words.begin(), {"-s", work_ / "station"});
    return test::run(std::move(words), typed, keyboard);
  }

 private:
  TemporaryFolder work_;
};

// "POST /v1/drafts/7/release"
inline std::string asked(const std::string& request) { return request.substr(0, request.find(" HTTP/")); }
inline std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}
inline std::string refusal_of(const std::string& code, const std::string& more = "") {
  return R"({"error": {"code": ")" + code + R"(", "message": "the station's words")" + more + "}}";
}

}  // namespace openline::cli::test

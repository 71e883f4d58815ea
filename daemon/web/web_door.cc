// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/web_door.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/web/console_files.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

constexpr std::size_t kTokenDigits = 64;

// RFC 6265 section 4.2.1. Empty: there is none, or it is no token.
std::string token_in(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view pair = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    const std::string_view value = pair.substr(equals + 1);
    const bool is_hex = value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return is_hex && value.size() == kTokenDigits ? std::string(value) : std::string();
  }
  return {};
}

bool is_api(const HttpRequest& request) { return !request.path.empty() && request.path[0] == "v1"; }

bool is_entry(const HttpRequest& request) {
  return request.method == "POST" && request.path.size() == 2 &&
         (request.path[1] == "sign-in" || request.path[1] == "enrol");
}

bool changes_nothing(const HttpRequest& request) {
  return (request.method == "GET" || request.method == "HEAD") && !request.upgrades;
}

HttpResponse serve_file(const Door::Fields& head, const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD")
    return error_response({405, "method_not_allowed", "this address takes GET", ""});
  const std::string path = address_of(request);
  const ConsoleFile* file = console_file(path);
  if (file == nullptr) {
    if (console_files().empty())
      return error_response(not_found("this program was built without the console"));
    return error_response(not_found("there is nothing at this address"));
  }
  HttpResponse response;
  const std::string tag = '"' + std::string(file->tag) + '"';
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back(
      "Cache-Control", path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  response.type = file->type;
  if (head("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  const bool packed = !file->packed.empty() && head("Accept-Encoding").find("gzip") != std::string_view::npos;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = packed ? file->packed : file->bytes;
  return response;
}

}  // namespace

std::optional<ApiError> WebDoor::check_origin(const Fields& head, const HttpRequest& request) const {
  const std::string_view host = head("Host"), origin = head("Origin"), site = head("Sec-Fetch-Site");
  if (!rules_.address.is_host(host)) {
    return ApiError{421, "wrong_host",
                    fmt::format("the console is not called \"{}\" (console.names in station.toml)", host),
                    ""};
  }
  if (!is_api(request)) return std::nullopt;
  const bool is_own = rules_.address.is_own_origin(origin, host);
  if ((!origin.empty() && !is_own) || (!site.empty() && site != "same-origin" && site != "none"))
    return ApiError{403, "wrong_origin", "the page that asks is not this station's console", ""};
  if (changes_nothing(request)) return std::nullopt;
  if (!is_own) return ApiError{403, "wrong_origin", "the request does not say which page asks (Origin)", ""};
  if (request.upgrades) return std::nullopt;
  const bool is_file = request.path.size() == 2 && request.path[1] == "attachments";
  const std::string_view wanted = is_file ? "application/octet-stream" : "application/json";
  const std::string_view type = head("Content-Type");
  if (type.substr(0, type.find(';')) == wanted) return std::nullopt;
  return ApiError{415, "bad_request", fmt::format("the body's Content-Type must be {}", wanted), ""};
}

std::optional<ApiError> WebDoor::check_rate(const HttpRequest& request) {
  const auto now = RateLimits::Clock::now();
  auto wait = is_entry(request) ? rules_.entries.ask(from_, now) : std::nullopt;
  // A cookie that opens nothing is anybody's to make up: only a session has a bucket of its own.
  if (!wait) wait = rules_.requests.ask(rules_.has_session(request) ? request.authorization : from_, now);
  if (!wait) return std::nullopt;
  ApiError error{429, "too_many", fmt::format("asked too often: again in {} s", *wait), ""};
  error.retry_after = *wait;
  return error;
}

std::optional<HttpResponse> WebDoor::admit(const Fields& head, HttpRequest& request) {
  request.from_browser = true;
  request.from = from_;
  asked_ = what_is_asked(request);
  const std::string token = token_in(head("Cookie"), rules_.cookie);
  request.authorization = token.empty() ? "" : "Bearer " + token;
  if (auto wrong = check_origin(head, request)) return error_response(*wrong);
  if (auto wrong = check_rate(request)) return error_response(*wrong);
  request.origin = rules_.address.origin_of(head("Host"));
  request.host_name = WebAddress::name_in(head("Host"));
  if (!is_api(request)) return serve_file(head, request);
  return std::nullopt;
}

std::string WebDoor::cookie_text(const std::string& token) const {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", rules_.cookie, token,
                     rules_.address.is_tls() ? "; Secure" : "", token.empty() ? "; Max-Age=0" : "");
}

// What opens the session goes into the cookie, where no script can read it.
void WebDoor::give_cookie(HttpResponse& response) const {
  auto body = json::parse(response.body, nullptr, false);
  if (!body.is_object() || !body.contains("token")) return;
  response.headers.emplace_back("Set-Cookie", cookie_text(body["token"].get<std::string>()));
  body.erase("token");
  response.body = body.dump();
}

WebDoor::Asked WebDoor::what_is_asked(const HttpRequest& request) {
  if (!is_api(request)) return Asked::kFile;
  const bool is_short = request.path.size() == 2;
  if (is_short && request.path[1] == "sign-in") return Asked::kSignIn;
  return is_short && request.path[1] == "sign-out" ? Asked::kSignOut : Asked::kApi;
}

void WebDoor::pass(HttpResponse& response) {
  static constexpr std::pair<const char*, const char*> kAlways[] = {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
       "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy",
       "camera=(), geolocation=(), microphone=(), publickey-credentials-create=(self), "
       "publickey-credentials-get=(self)"},
  };
  for (const auto& [name, value] : kAlways) response.headers.emplace_back(name, value);
  if (asked_ == Asked::kFile) return;
  if (!response.events) response.headers.emplace_back("Cache-Control", "no-store");
  // What a file from elsewhere says is shown by nobody's browser as a page of ours.
  if (response.type == "application/octet-stream")
    response.headers.emplace_back("Content-Disposition", "attachment");
  if (response.status != 200) return;
  if (asked_ == Asked::kSignIn) give_cookie(response);
  if (asked_ == Asked::kSignOut) response.headers.emplace_back("Set-Cookie", cookie_text(""));
}

}  // namespace openline::daemon

// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/http.h"

#include <nlohmann/json.hpp>

#include "core/wire/cbor.h"

namespace openline::daemon {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high << 4 | low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    result += c;
  }
  if (!cbor::is_utf8(view_of(result))) return std::nullopt;
  return result;
}

std::expected<void, ApiError> read_query(std::string_view text, HttpRequest& into) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto key = decode(pair.substr(0, equals));
    const auto value = decode(equals < pair.size() ? pair.substr(equals + 1) : "");
    if (!key || !value) return std::unexpected(bad_request("the query has a bad escape or character"));
    for (const auto& [other, ignored] : into.query) {
      if (other == *key) return std::unexpected(bad_field(*key, "given twice"));
    }
    into.query.emplace_back(*key, *value);
  }
  return {};
}

}  // namespace

ApiError bad_request(std::string message) { return {400, "bad_request", std::move(message), ""}; }
ApiError bad_field(std::string field, std::string message) {
  return {400, "bad_field", field + ": " + message, std::move(field), 0, std::nullopt};
}
ApiError not_found(std::string message) { return {404, "not_found", std::move(message), ""}; }
ApiError refused(std::string message) { return {422, "refused", std::move(message), ""}; }
ApiError busy(std::string message) { return {503, "busy", std::move(message), ""}; }
ApiError internal(std::string message) { return {500, "internal", std::move(message), ""}; }

std::string address_of(const HttpRequest& request) {
  std::string address;
  for (const std::string& part : request.path) address += "/" + part;
  return address;
}

std::string place_of(const HttpRequest& request) {
  return request.from_browser ? "network " + request.from : "";
}

std::string stream_text(const Event& event) {
  std::string text = "event: " + event.name + "\n";
  if (event.id) text += "id: " + std::to_string(*event.id) + "\n";
  return text + "data: " + event.data + "\n\n";
}

std::expected<void, ApiError> read_target(std::string_view target, HttpRequest& into) {
  if (target.empty() || target[0] != '/') return std::unexpected(bad_request("the target must begin with /"));
  const std::size_t question = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(1, question - 1);
  while (true) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const auto segment = decode(path.substr(0, slash));
    if (!segment) return std::unexpected(bad_request("the address has a bad escape or character"));
    into.path.push_back(*segment);
    if (slash == path.size()) break;
    path.remove_prefix(slash + 1);
  }
  return question < target.size() ? read_query(target.substr(question + 1), into)
                                  : std::expected<void, ApiError>{};
}

HttpResponse error_response(const ApiError& error) {
  nlohmann::json body{{"code", error.code}, {"message", error.message}};
  if (!error.field.empty()) body["field"] = error.field;
  if (error.needs != 0) body["needs"] = error.needs;
  if (error.asks) {
    body["challenge"] = error.asks->challenge;
    body["rp_id"] = error.asks->rp_id;
    body["keys"] = error.asks->keys;
  }
  HttpResponse response;
  response.status = error.status;
  response.body = nlohmann::json{{"error", std::move(body)}}.dump(-1, ' ', false,
                                                                  nlohmann::json::error_handler_t::replace);
  if (error.status == 503 || error.retry_after)
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after.value_or(1)));
  if (error.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

const char* status_text(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    case 507:
      return "Insufficient Storage";
    default:
      return "Internal Server Error";
  }
}

}  // namespace openline::daemon

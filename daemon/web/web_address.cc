// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/web_address.h"

#include <algorithm>

#include "daemon/config/endpoint.h"

namespace openline::daemon {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

}  // namespace

WebAddress::WebAddress(const std::string& endpoint, bool tls, const std::vector<std::string>& names)
    : tls_(tls) {
  const std::size_t colon = endpoint.rfind(':');
  const std::string port = endpoint.substr(colon);
  const bool is_usual = port == (tls ? ":443" : ":80");
  const auto add = [&](const std::string& name) { hosts_.push_back(lower(name) + (is_usual ? "" : port)); };
  for (const std::string& name : names) add(name);
  const auto parsed = Endpoint::parse(endpoint);
  if (!parsed || parsed->is_wildcard()) return;
  add(endpoint.substr(0, colon));
  if (parsed->is_loopback()) add("localhost");
}

bool WebAddress::is_host(std::string_view host) const {
  return std::ranges::find(hosts_, lower(host)) != hosts_.end();
}

bool WebAddress::is_own_origin(std::string_view origin, std::string_view host) const {
  return is_host(host) && lower(origin) == origin_of(host);
}

std::string WebAddress::origin_of(std::string_view host) const {
  return (tls_ ? "https://" : "http://") + lower(host);
}

std::string WebAddress::name_in(std::string_view host) {
  if (host.starts_with('[')) return {};
  std::string name = lower(host.substr(0, host.find(':')));
  // A name whose last part is a number is an address to a browser (WHATWG URL, "ends in a number").
  const std::string_view last = std::string_view(name).substr(name.rfind('.') + 1);
  const bool is_number =
      last.find_first_not_of("0123456789") == std::string_view::npos ||
      (last.starts_with("0x") && last.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos);
  return is_number ? std::string() : name;
}

std::string WebAddress::url() const {
  return (tls_ ? "https://" : "http://") + (hosts_.empty() ? std::string() : hosts_.front()) + "/";
}

}  // namespace openline::daemon

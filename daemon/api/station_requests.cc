// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/json_input.h"
#include "daemon/api/metrics.h"

namespace openline::daemon {

using nlohmann::json;

Api::Refusal Api::get_status(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  call->answer(200, status_view(station_.status(), station_, office_.plan()));
  return std::nullopt;
}

Api::Refusal Api::get_metrics(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  HttpResponse response;
  response.type = kMetricsType;
  response.body = metrics_text(station_);
  call->respond(std::move(response));
  return std::nullopt;
}

Api::Refusal Api::get_card(const CallPtr& call) {
  QueryReader query(call->request);
  if (auto wrong = query.finish()) return wrong;
  const CardFile card = station_.own_card();
  json view = card_view(card);
  view["card"] = armour(kCardArmour, card.encode());
  call->answer(200, view);
  return std::nullopt;
}

namespace {

std::expected<CardFile, ApiError> read_card(const std::string& text) {
  const auto bytes = remove_armour(kCardArmour, view_of(text));
  if (!bytes) return std::unexpected(ApiError{422, "refused", "card: " + bytes.error().text(), "card"});
  auto card = CardFile::decode(*bytes);
  if (!card) return std::unexpected(ApiError{422, "refused", "card: " + card.error().text(), "card"});
  return std::move(*card);
}

std::expected<CourierKey, ApiError> read_courier_key(const std::string& text) {
  auto bytes = remove_armour(kCourierKeyArmour, view_of(text));
  if (!bytes)
    return std::unexpected(ApiError{422, "refused", "courier key: " + bytes.error().text(), "courier_key"});
  auto key = CourierKey::decode(*bytes);
  wipe(*bytes);
  if (!key)
    return std::unexpected(ApiError{422, "refused", "courier key: " + key.error().text(), "courier_key"});
  return std::move(*key);
}

}  // namespace

Api::Refusal Api::post_card(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const std::string text = reader.text("card", 256 << 10);
  const auto key_text = reader.optional_text("courier_key", 4096);
  const bool check_only = reader.optional_flag("check_only").value_or(false);
  if (auto wrong = reader.finish()) return wrong;
  auto card = read_card(text);
  if (!card) return card.error();
  AcceptCard command{std::move(*card), std::nullopt};
  if (key_text) {
    auto key = read_courier_key(*key_text);
    if (!key) return key.error();
    command.courier_key = std::move(*key);
  }
  json view = card_view(command.file);
  view["accepted"] = !check_only;
  command.check_only = check_only;
  if (check_only) {
    view["known_edition"] = nullptr;
    for (const PeerStatus& peer : station_.status().peers) {
      if (peer.party == command.file.cards.fingerprint()) view["known_edition"] = peer.card_edition;
    }
  }
  station_.command(std::move(command), [this, call, view](const auto& result) mutable {
    if (!result) return call->fail(error_of(result.error()));
    view["note"] = result->note;
    call->answer(view["accepted"] ? 201 : 200, view);
  });
  return std::nullopt;
}

Api::Refusal Api::post_clock(const CallPtr& call) {
  const auto body = parse_json(call->request.body);
  if (!body) return body.error();
  JsonReader reader(*body);
  const std::int64_t by = reader.number("by_s", 0, 366LL * 24 * 3600);
  if (auto wrong = reader.finish()) return wrong;
  station_.command(JumpClock{Seconds(by)}, [this, call](const auto& result) {
    if (!result) return call->fail(error_of(result.error()));
    call->answer(200, done_view(*result));
  });
  return std::nullopt;
}

}  // namespace openline::daemon

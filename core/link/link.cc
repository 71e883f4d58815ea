// SPDX-License-Identifier: Apache-2.0
#include "core/link/link.h"

#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kSuspiciousFailures = 3;
constexpr Seconds kSuspicionSpan{600};

bool pairs(const LocatorAddress& address, const std::vector<LocalPath>& own, std::size_t at) {
  if (own[at].name == address.path) return own[at].kind == address.kind;
  const bool named =
      std::ranges::any_of(own, [&](const LocalPath& path) { return path.name == address.path; });
  return !named && own[at].kind == address.kind;
}

bool same_keys(const std::vector<CourierKey>& one, const std::vector<CourierKey>& other) {
  return std::ranges::equal(one, other, [](const CourierKey& a, const CourierKey& b) {
    return a.generation == b.generation && a.secret == b.secret;
  });
}

}  // namespace

Link::Link(Board& board, const StationKey& peer)
    : board_(board),
      peer_(peer),
      epoch_(board.random.draw<LinkEpoch>()),
      sender_(board.options),
      receiver_(board.options) {}

Link::~Link() {
  std::erase_if(board_.by_index, [this](const auto& entry) { return entry.second == this; });
}

void Link::set_up(PeerSetup setup, MonotonicTime now) {
  OPENLINE_ASSERT(setup.station == peer_);
  if (made_ == MonotonicTime::min()) made_ = now;
  if (setup.locator) {
    const Locator& locator = setup.locator->locator;
    if (std::ranges::find(known_keys_, locator.session_key) == known_keys_.end()) {
      known_keys_.push_front(locator.session_key);
      if (known_keys_.size() > kMaxKnownKeys) known_keys_.pop_back();
      drop_initiations();
    }
    locator_counter_ = std::max(locator_counter_, locator.counter);
    list_addresses(locator.addresses, now);
  }
  if (!same_keys(courier_keys_, setup.courier_keys)) {
    courier_keys_ = std::move(setup.courier_keys);
    drop_initiations();
    rekey_wanted_ = current_.has_value();
    failures_.clear();
    suspect_ = false;
  }
}

void Link::list_addresses(const std::vector<LocatorAddress>& addresses, MonotonicTime now) {
  for (const auto& path : paths_) path->listed = false;
  for (const LocatorAddress& address : addresses) {
    for (std::size_t at = 0; at < board_.paths.size(); ++at) {
      if (!pairs(address, board_.paths, at)) continue;
      const PathIndex local{static_cast<std::uint8_t>(at)};
      LinkPath* path = path_at(local, {address.endpoint});
      if (!path) path = add_path(local, {address.endpoint});
      if (!path) continue;
      path->listed = true;
      path->validation.set_valid();
      state_changed(*path, now);
      initiations_.hurry();
    }
  }
  // An address that the peer took off its list is of no use unless the peer still calls from it.
  std::vector<const LinkPath*> gone;
  for (const auto& path : paths_) {
    if (!path->listed && !path->up()) gone.push_back(path.get());
  }
  for (const LinkPath* path : gone) remove_path(*path);
  update_open();
}

LinkPath* Link::path_at(PathIndex local, const Address& address) {
  for (const auto& path : paths_) {
    if (path->local == local && path->remote == address) return path.get();
  }
  return nullptr;
}

LinkPath* Link::path_of(PathId id) {
  for (const auto& path : paths_) {
    if (path->id == id) return path.get();
  }
  return nullptr;
}

LinkPath* Link::add_path(PathIndex local, const Address& address) {
  if (paths_.size() >= kMaxPaths && !make_room_for_path()) return nullptr;
  PathId id;
  while (path_of(id)) ++id.value;
  OPENLINE_ASSERT(id.value < kMaxPaths);
  paths_.push_back(std::make_unique<LinkPath>(board_.options, board_.paths[local.value], local, address, id));
  paths_.back()->usable = board_.usable[local.value];
  paths_.back()->ping_wanted = true;
  return paths_.back().get();
}

// Of the addresses that the peer only called from, the one that was silent longest goes, unless it is up.
bool Link::make_room_for_path() {
  const LinkPath* oldest = nullptr;
  for (const auto& path : paths_) {
    if (path->listed || path->up()) continue;
    if (!oldest || path->health.last_heard() < oldest->health.last_heard()) oldest = path.get();
  }
  if (!oldest) return false;
  remove_path(*oldest);
  return true;
}

void Link::remove_path(const LinkPath& path) {
  LinkPath& gone = *path_of(path.id);
  repeat_all(gone);
  sender_.close_lane(gone.id);
  if (gone.usable && gone.health.state() == PathState::kUp) {
    board_.events.push_back(
        PathChanged{peer_, gone.local, board_.paths[gone.local.value].name, PathState::kDown});
  }
  std::erase_if(paths_, [&](const auto& entry) { return entry.get() == &gone; });
}

void Link::repeat_all(LinkPath& path) {
  for (const Carried& carried : path.sent.repeat_until(MonotonicTime::max())) sender_.lost(path.id, carried);
  for (const Carried& carried : path.blocks.forget_all()) sender_.lost(path.id, carried);
}

// After anything that made a path live, or ended that.
void Link::state_changed(LinkPath& path, MonotonicTime now) {
  if (path.live() && current_) {
    sender_.open_lane(path.id);
  } else {
    repeat_all(path);
    sender_.close_lane(path.id);
  }
  update_open();
  update_pace(now);
}

void Link::set_path_usable(PathIndex local, bool usable, MonotonicTime now) {
  for (const auto& path : paths_) {
    if (path->local != local || path->usable == usable) continue;
    path->usable = usable;
    const bool changed = usable ? path->health.set_untried(now) : path->health.set_down(now);
    path->ping_wanted = usable;
    path->unanswered = 0;
    if (changed)
      board_.events.push_back(
          PathChanged{peer_, local, board_.paths[local.value].name, path->health.state()});
    state_changed(*path, now);
    if (usable) initiations_.hurry();
  }
}

bool Link::any_up() const {
  return std::ranges::any_of(paths_, [](const auto& path) { return path->up(); });
}

void Link::update_open() {
  const bool open = current_ && any_up();
  if (open && (!open_ || fresh_)) {
    open_ = true;
    board_.events.push_back(LinkOpened{peer_, std::exchange(fresh_, false)});
  } else if (!open && open_) {
    open_ = false;
    board_.events.push_back(LinkClosed{peer_});
  }
}

void Link::update_pace(MonotonicTime now) {
  const bool busy = alert_ || !sender_.empty();
  if (busy && !pace_.busy) pace_.since = now;
  pace_.busy = busy;
}

void Link::set_alert(bool on, MonotonicTime now) {
  alert_ = on;
  update_pace(now);
}

void Link::close() {
  drop_initiations();
  for (const auto& path : paths_) path->closing_wanted = path->live();
}

void Link::suspect(MonotonicTime now) {
  failures_.push_back(now);
  if (failures_.size() > kSuspiciousFailures) failures_.pop_front();
  if (failures_.size() == kSuspiciousFailures && now - failures_.front() <= kSuspicionSpan) suspect_ = true;
}

void Link::check_invariants() const {
  OPENLINE_ASSERT(paths_.size() <= kMaxPaths);
  OPENLINE_ASSERT(initiations_.size() <= Initiations::kMax);
  OPENLINE_ASSERT(tentative_.all().size() <= board_.options.max_tentative);
  OPENLINE_ASSERT(!open_ || current_);
  OPENLINE_ASSERT(!current_ || board_.by_index.at(current_->transport.own_index()) == this);
  OPENLINE_ASSERT(!previous_ || board_.by_index.at(previous_->transport.own_index()) == this);
  std::size_t indices =
      initiations_.size() + tentative_.all().size() + (current_ ? 1 : 0) + (previous_ ? 1 : 0);
  OPENLINE_ASSERT(std::ranges::count(board_.by_index, this, [](const auto& entry) { return entry.second; }) ==
                  static_cast<std::ptrdiff_t>(indices));
  sender_.check_invariants();
  receiver_.check_invariants();
  for (const auto& path : paths_) {
    path->sent.check_invariants();
    path->size.check_invariants();
    path->blocks.check_invariants();
    OPENLINE_ASSERT(path->window.bytes() >= board_.options.min_window);
    OPENLINE_ASSERT(path->window.bytes() <= board_.options.max_window);
  }
}

}  // namespace openline

// SPDX-License-Identifier: Apache-2.0
// Whether what the status says of when an entry should be there comes true (core/link/delivery_estimate.h):
// asked again and again while messages are on their way, over links as bench/link has them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/world.h"

namespace openline::sim {
namespace {

constexpr std::size_t kHere = 0, kThere = 1;

struct Work {
  std::uint64_t rate;  // bytes a second
  double loss;
  std::size_t messages = 50;
  Microseconds every = Seconds{1};
  bool declared = true;
};

class Asked {
 public:
  Asked(const Work& work, std::uint64_t seed) : work_(work), seed_(seed), chance_(seed), world_(options()) {}

  // Errors of all answers, as shares of the time that was left.
  std::vector<double> errors() {
    if (!world_.set_up_line()) return {};
    world_.run_for(Seconds{5});
    world_.set_faults(faults());
    const std::string first = text(200);
    world_.send_text(kHere, first, Precedence::kFlash);
    EXPECT_TRUE(world_.run_until([&] { return world_.holds_text(kThere, first); }, Seconds{600}))
        << world_.report();
    world_.on_added(kThere, [this](const EntryAdded& added) {
      if (added.entry.header.kind == Kind::kText) arrived(added.entry.id);
    });
    for (std::size_t number = 0; number < work_.messages; ++number) {
      world_.later(work_.every * static_cast<std::int64_t>(number),
                   [this] { world_.send_text(kHere, text(500), Precedence::kFlash); });
    }
    ask();
    EXPECT_TRUE(world_.run_until([&] { return there_.size() == work_.messages; }, Seconds{3600}))
        << world_.report();
    world_.on_added(kThere, {});
    return errors_;
  }
  [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

 private:
  [[nodiscard]] WorldOptions options() const {
    WorldOptions options;
    options.seed = seed_;
    options.paths = 1;
    options.max_packet = 1472;
    if (work_.declared) options.declared_rate = work_.rate;
    return options;
  }
  [[nodiscard]] Faults faults() const {
    Faults faults;
    faults.delay = Milliseconds{300};
    faults.loss = work_.loss;
    faults.bandwidth = work_.rate;
    faults.queue = Seconds{7};
    faults.overhead = 28;
    return faults;
  }
  std::string text(std::size_t size) {
    std::string text = std::to_string(++texts_) + " ";
    while (text.size() < size) text.push_back(static_cast<char>('A' + chance_.below(26)));
    return text;
  }

  void ask() {
    const Now now = world_.now(kHere);
    for (const MemberTraffic& member : world_.station(kHere).traffic(world_.line(), now)) {
      for (const MemberTraffic::Way& way : member.ways) {
        if (!way.object.due) ++unanswered_;
        for (const EntryId& id : way.run.entries) {
          if (way.object.due) answers_[id].push_back({now.monotonic, *way.object.due});
        }
      }
    }
    world_.later(Milliseconds{190}, [this] { ask(); });
  }
  void arrived(const EntryId& id) {
    if (!there_.insert(id).second) return;  // shown above a gap before, and placed now
    const MonotonicTime there = world_.now(kThere).monotonic;
    for (const auto& [asked, due] : answers_[id]) {
      const auto left = static_cast<double>((there - asked).count());
      if (left > 0) errors_.push_back(std::abs(static_cast<double>((due - there).count())) / left);
    }
  }

  struct Answer {
    MonotonicTime asked, due;
  };
  Work work_;
  std::uint64_t seed_;
  Chance chance_;
  World world_;
  std::size_t texts_ = 0, unanswered_ = 0;
  std::set<EntryId> there_;  // also what came before anybody asked
  std::map<EntryId, std::vector<Answer>> answers_;
  std::vector<double> errors_;
};

// The share by which half of the answers were off at most.
double median_error(const Work& work) {
  std::vector<double> all;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Asked asked(work, seed);
    for (const double error : asked.errors()) all.push_back(error);
    EXPECT_EQ(asked.unanswered(), 0U) << "the path is up and its rate known";
  }
  EXPECT_GT(all.size(), work.messages);
  if (all.empty()) return 1e9;
  std::ranges::sort(all);
  std::printf("median %.3f, nine of ten %.3f, answers %zu\n", all[all.size() / 2], all[all.size() * 9 / 10],
              all.size());
  return all[all.size() / 2];
}

TEST(Estimate, ComesTrueAtSixtyFourKilobitsWithAFewLosses) { EXPECT_LT(median_error({8000, 0.05}), 0.25); }

TEST(Estimate, ComesTrueAtNinePointSixKilobitsWithManyLosses) { EXPECT_LT(median_error({1200, 0.2}), 0.4); }

TEST(Estimate, ComesTrueWhereMoreIsSentThanThePathCarries) { EXPECT_LT(median_error({300, 0.1}), 0.25); }

}  // namespace
}  // namespace openline::sim

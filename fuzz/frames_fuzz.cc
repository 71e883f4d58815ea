// SPDX-License-Identifier: Apache-2.0
// Frames that the reader takes are the bytes that the writer makes of them (padding apart, which says
// nothing).
#include "core/link/frames.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

constexpr std::size_t kRoom = 1 << 20;

struct Writing {
  FrameWriter& to;
  bool operator()(const PaddingFrame&) const { return true; }
  bool operator()(const Fragment& fragment) const { return to.add_part(fragment) == fragment.bytes.size(); }
  template <class Any>
  bool operator()(const Any& frame) const {
    return to.add(frame);
  }
};

struct Rewritten {
  Bytes bytes;
  bool padded = false;
};
Rewritten rewritten(ByteView plain) {
  FrameReader reader(plain);
  FrameWriter writer(kRoom);
  Rewritten result;
  while (const auto frame = reader.next()) {
    if (std::holds_alternative<PaddingFrame>(*frame)) result.padded = true;
    OPENLINE_ASSERT(std::visit(Writing{writer}, *frame));
    if (const auto* ack = std::get_if<Acknowledgement>(&*frame)) {
      OPENLINE_ASSERT(covers(*ack, ack->largest));
      OPENLINE_ASSERT(!covers(*ack, {ack->largest.value + 1}));
    }
    (void)wish_of(*frame);
  }
  result.bytes = writer.take();
  return result;
}

}  // namespace

void run(ByteView input) {
  if (input.size() > kRoom) return;
  const Rewritten once = rewritten(input);
  if (!once.padded) OPENLINE_ASSERT(std::ranges::equal(once.bytes, input.first(once.bytes.size())));
  const Rewritten twice = rewritten(once.bytes);
  OPENLINE_ASSERT(twice.bytes == once.bytes && !twice.padded);
}

std::vector<Bytes> seeds() {
  const Bytes some(40, 7);
  std::vector<Bytes> all;
  const auto add = [&](const auto& write) {
    FrameWriter writer(300);
    write(writer);
    all.push_back(writer.take());
  };
  add([&](FrameWriter& w) {
    (void)w.add(WholeObject{{1}, some, false}), (void)w.add(WholeObject{{2}, some, true});
  });
  add([&](FrameWriter& w) { (void)w.add_part({{3}, 5000, 1000, some}); });
  add([&](FrameWriter& w) { (void)w.add(Repair{{3}, 4, 2, 9, some}); });
  add([&](FrameWriter& w) { (void)w.add(Acknowledgement{{1}, {70000}, Milliseconds{25}, {3, 1, 20}}); });
  add([&](FrameWriter& w) { (void)w.add(PingFrame{}), w.fill_up(); });
  add([&](FrameWriter& w) { (void)w.add(PathChallenge{}), (void)w.add(PathResponse{}); });
  add([&](FrameWriter& w) { (void)w.add(ClosingFrame{"going down"}); });
  return all;
}

}  // namespace openline::fuzz

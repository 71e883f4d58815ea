// SPDX-License-Identifier: Apache-2.0
#include "core/record/attachment_tree.h"
#include "sim/test_run.h"

namespace openline::sim {
namespace {

WorldOptions seeded(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  return options;
}

TEST(Line, TwoStationsHoldTheSameRecord) {
  World world(seeded(21));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  for (int number = 0; number < 40; ++number) {
    world.send_text(number % 2, "text " + std::to_string(number), Precedence::kRoutine);
  }
  ASSERT_TRUE(settle(world)) << world.report();
  EXPECT_EQ(world.count_entries(0, Kind::kText), 40u);
}

TEST(Line, MembersWithoutAnyPathAgreeThroughTheThird) {
  WorldOptions options = seeded(22);
  options.parties = {0, 1, 2};
  World world(options);
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.set_cut(0, 2, true);
  world.send_text(0, "from the first", Precedence::kImmediate);
  world.send_text(2, "from the third", Precedence::kImmediate);
  ASSERT_TRUE(settle(world)) << world.report();
  EXPECT_TRUE(world.holds_text(2, "from the first") && world.holds_text(0, "from the third"));
  // And each has the other's signed word that it is stored, by the same way.
  for (const auto& [at, far] : {std::pair<std::size_t, const char*>{0, "C"}, {2, "A"}}) {
    const auto stored = [&, at = at] {
      return std::ranges::all_of(world.status(at).members,
                                 [](const MemberStatus& member) { return member.not_stored == 0; });
    };
    EXPECT_TRUE(world.run_until(stored, Seconds{60})) << far << '\n' << world.report();
    EXPECT_EQ(world.status(at).lamp, LineLamp::kDegraded) << world.status(at).reason;
    EXPECT_NE(world.status(at).reason.find("came through another member"), std::string::npos)
        << world.status(at).reason;
  }
}

TEST(Line, ADeniableLineDoesTheSameWorkWithoutASignature) {
  WorldOptions options = seeded(23);
  options.record = RecordMode::kDeniable;
  World world(options);
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.send_text(0, "off the record", Precedence::kFlash);
  world.send_text(1, "understood", Precedence::kRoutine);
  ASSERT_TRUE(settle(world)) << world.report();
  for (const auto& [serial, stored] : world.store(1).entries()) EXPECT_FALSE(stored.entry.signature);
}

TEST(Line, NothingIsPassedOnOnADeniableLine) {
  WorldOptions options = seeded(24);
  options.parties = {0, 1, 2};
  options.record = RecordMode::kDeniable;
  World world(options);
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.set_cut(0, 2, true);
  world.send_text(0, "not for passing on", Precedence::kImmediate);
  world.run_for(Seconds{120});
  ASSERT_EQ(world.failure(), "") << world.report();
  EXPECT_TRUE(world.holds_text(1, "not for passing on"));
  EXPECT_FALSE(world.holds_text(2, "not for passing on"));
}

TEST(Line, AStoreRestoredFromYesterdayStopsWritingUntilAnEngineerSaysGoOn) {
  World world(seeded(25));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.send_text(0, "yesterday", Precedence::kRoutine);
  ASSERT_TRUE(settle(world)) << world.report();
  Store backup = world.backup(0);
  world.send_text(0, "today", Precedence::kRoutine);
  ASSERT_TRUE(settle(world)) << world.report();
  world.restore(0, std::move(backup));
  const auto stopped = [&] { return world.status(0).writing_stopped; };
  ASSERT_TRUE(world.run_until(stopped, kSoon)) << world.report();
  const std::uint64_t refused = world.ask(0, text_for(world, "too early", Precedence::kRoutine));
  ASSERT_NE(world.reply(0, refused), nullptr);
  EXPECT_EQ(world.reply(0, refused)->result.error().why, Refused::kStopped);
  ASSERT_TRUE(world.run_until([&] { return world.holds_text(0, "today"); }, kSoon)) << world.report();
  world.ask(0, GoOn{world.line()});
  world.send_text(0, "tomorrow", Precedence::kRoutine);
  ASSERT_TRUE(settle(world)) << world.report();
  EXPECT_TRUE(world.holds_text(1, "tomorrow"));
}

// It counts its statements from lower than it did, and the other side would take them for old ones.
void restore_with_a_clock_set_back(RecordMode record) {
  WorldOptions options = seeded(30);
  options.record = record;
  World world(options);
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Store backup = world.backup(0);
  world.clock(0).jump(Seconds{24 * 3600});
  world.send_text(0, "from tomorrow", Precedence::kRoutine);
  world.send_text(1, "an answer", Precedence::kRoutine);
  ASSERT_TRUE(settle(world)) << world.report();
  world.clock(0).jump(-Seconds{24 * 3600});
  world.restore(0, std::move(backup));
  EXPECT_TRUE(settle(world)) << world.report();
  EXPECT_TRUE(world.holds_text(0, "from tomorrow") && world.holds_text(0, "an answer")) << world.report();
}

TEST(Line, ARestoredStoreIsFilledAlthoughItsClockWentBack) {
  restore_with_a_clock_set_back(RecordMode::kAttested);
}
TEST(Line, ARestoredStoreOfADeniableLineIsFilledToo) { restore_with_a_clock_set_back(RecordMode::kDeniable); }

// Nothing that compresses far.
std::string letters(std::size_t size, Chance& chance) {
  std::string text(size, ' ');
  for (char& letter : text) letter = static_cast<char>('a' + chance.below(26));
  return text;
}

// The other side's heads have not changed meanwhile, and say again that it has everything.
TEST(Line, AStationThatStartsAnewSendsNothingThatTheOtherHas) {
  World world(seeded(31));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Chance chance(31);
  for (int number = 0; number < 40; ++number) {
    for (const std::size_t writer : {0u, 1u})
      world.send_text(writer, letters(600, chance), Precedence::kRoutine);
  }
  ASSERT_TRUE(settle(world)) << world.report();
  world.run_for(Seconds{60});
  std::size_t sent = 0;
  world.tap([&](const WireName&, const Bytes& packet) { sent += packet.size(); });
  world.crash(0);
  world.run_for(Seconds{60});
  EXPECT_TRUE(world.is_running(0));
  EXPECT_LT(sent, 4'000u) << world.report();  // each has 24,000 bytes of texts of its own
}

TEST(Line, FlashArrivesAfterAllPathsWereCutWithNobodyDoingAnything) {
  World world(seeded(26));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.set_path_cut(0, 1, 0, true);
  world.run_for(Seconds{200});
  world.set_cut(0, 1, true);
  world.send_text(0, "flash", Precedence::kFlash);
  const auto silent = [&] { return world.status(0).lamp == LineLamp::kSilent; };
  ASSERT_TRUE(world.run_until(silent, Seconds{300})) << world.report();
  EXPECT_FALSE(world.holds_text(1, "flash"));
  world.set_cut(0, 1, false);
  EXPECT_TRUE(world.run_until([&] { return world.holds_text(1, "flash"); }, Seconds{40})) << world.report();
}

TEST(Line, ACopiedDiskThatContradictsItselfIsNotedByAllAndTheyAgree) {
  WorldOptions options = seeded(27);
  options.parties = {0, 1, 2, 2};  // the third signs two entries at one place
  World world(options);
  world.set_cut(0, 3, true);
  world.set_cut(1, 2, true);
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.set_cut(0, 1, true);
  world.ask(2, text_for(world, "peace", Precedence::kImmediate));
  world.ask(3, text_for(world, "war", Precedence::kImmediate));
  const auto heard = [&] { return world.holds_text(0, "peace") && world.holds_text(1, "war"); };
  ASSERT_TRUE(world.run_until(heard, kSoon)) << world.report();
  world.set_cut(0, 1, false);
  const auto both = [&] {
    return world.holds_text(0, "war") && world.holds_text(1, "peace") && world.agree({0, 1});
  };
  ASSERT_TRUE(world.run_until(both, Seconds{600})) << world.report();
  EXPECT_FALSE(world.status(0).conditions.empty());
  EXPECT_FALSE(world.status(1).conditions.empty());
}

TEST(Line, TestsGoBothWaysOnTheClock) {
  World world(seeded(28));
  world.change_agreement().test_every = Seconds{600};
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.run_for(Seconds{3700});
  for (std::size_t at : {0u, 1u}) {
    EXPECT_GE(world.status(at).test.answered, 6u);
    EXPECT_TRUE(world.status(at).test.last_received.has_value());
    EXPECT_FALSE(world.status(at).test.unanswered);
  }
}

TEST(Line, AnUnansweredTestIsPutOnRecord) {
  World world(seeded(29));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.run_for(Seconds{60});
  world.set_cut(0, 1, true);
  world.run_for(Seconds{3600 + 700});
  EXPECT_TRUE(world.status(0).test.unanswered);
  EXPECT_GE(world.count_entries(0, Kind::kObservation), 1u);
}

TEST(Line, AttendanceEndsWithItsLease) {
  World world(seeded(30));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.ask(0, Attend{world.line(), "watch officer", 1});
  const auto desk = [&](DeskState state) {
    return [&world, state] { return world.status(1).members.front().desk_state == state; };
  };
  EXPECT_TRUE(world.run_until(desk(DeskState::kAttended), kSoon)) << world.report();
  EXPECT_TRUE(world.run_until(desk(DeskState::kUnattended), Seconds{95})) << world.report();
  ASSERT_TRUE(settle(world)) << world.report();
  EXPECT_EQ(world.count_entries(1, Kind::kAttendance), 2u);
}

TEST(Line, AnAmendmentIsInForceWhenBothSigned) {
  World world(seeded(31));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Agreement successor = world.agreement();
  successor.test_every = Seconds{1800};
  world.ask_surely(0, [&] { return Command(ProposeAmendment{world.line(), successor}); });
  const auto waits = [&] { return world.status(1).amendments.size() == 1; };
  ASSERT_TRUE(world.run_until(waits, kSoon)) << world.report();
  world.ask_surely(1, [&] { return Command(ProposeAmendment{world.line(), successor}); });
  ASSERT_TRUE(settle(world)) << world.report();
  for (std::size_t at : {0u, 1u}) {
    EXPECT_EQ(world.status(at).agreement.agreement.test_every, Seconds{1800});
  }
}

TEST(Line, ARefusedAmendmentStaysRefusedOnRecord) {
  World world(seeded(32));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Agreement successor = world.agreement();
  successor.test_every = Seconds{1800};
  world.ask(0, ProposeAmendment{world.line(), successor});
  ASSERT_TRUE(world.run_until([&] { return world.status(1).amendments.size() == 1; }, kSoon));
  world.ask(1, RefuseAgreement{world.status(1).amendments.front().hash, "too seldom"});
  ASSERT_TRUE(settle(world)) << world.report();
  EXPECT_EQ(world.status(0).agreement.agreement.test_every, Seconds{3600});
  ASSERT_EQ(world.status(0).amendments.size(), 1u);
  EXPECT_EQ(world.status(0).amendments.front().refused_by.size(), 1u);
}

TEST(Line, ASecondSuccessorIsNotSigned) {
  World world(seeded(33));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Agreement one = world.agreement(), other = world.agreement();
  one.test_every = Seconds{1800}, other.test_every = Seconds{900};
  world.ask(0, ProposeAmendment{world.line(), one});
  const std::uint64_t second = world.ask(0, ProposeAmendment{world.line(), other});
  ASSERT_NE(world.reply(0, second), nullptr);
  EXPECT_EQ(world.reply(0, second)->result.error().why, Refused::kConflict);
}

TEST(Line, AFileIsFetchedOverLossAndGoesOnAfterACrash) {
  World world(seeded(34));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  Faults lossy;
  lossy.loss = 0.1;
  lossy.bandwidth = 400'000;
  world.set_faults(lossy);
  Bytes file(1 << 20);
  for (std::size_t at = 0; at < file.size(); ++at) file[at] = static_cast<std::uint8_t>(at * 31 + at / 997);
  const Hash hash = world.store(0).attach(file);
  SendText what = text_for(world, "a map", Precedence::kPriority);
  what.text.attachments.push_back({hash, file.size(), "map.bin"});
  world.ask(0, what);
  ASSERT_TRUE(world.run_until([&] { return world.store(1).parts_of(hash) >= 6; }, kSoon)) << world.report();
  world.crash(1);
  const auto whole = [&] { return world.store(1).parts_of(hash) == attachment_chunks(file.size()) + 1; };
  EXPECT_TRUE(world.run_until(whole, Seconds{600})) << world.report();
  EXPECT_TRUE(world.run_until([&] { return !world.store(1).has_rows("want"); }, kSoon)) << world.report();
}

// What one station keeps may rot, or be a lie: each part is what its message's author signed, or none.
TEST(Line, APartOfAFileThatIsAnotherIsNotKept) {
  World world(seeded(48));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  const Bytes file(5 * kAttachmentChunk, 7);
  const Hash hash = world.store(0).attach(file);
  world.store(0).damage_part(hash, 3);
  SendText what = text_for(world, "a map", Precedence::kPriority);
  what.text.attachments.push_back({hash, file.size(), "map.bin"});
  world.ask(0, what);
  world.run_for(Seconds{60});
  EXPECT_EQ(world.store(1).parts_of(hash), 5u) << world.report();
  EXPECT_TRUE(world.store(1).has_rows("want"));
  world.store(0).damage_part(hash, 3);
  const auto whole = [&] { return world.store(1).parts_of(hash) == 6; };
  EXPECT_TRUE(world.run_until(whole, Seconds{300})) << world.report();
}

// Its agreement needs the signatures of all members.
TEST(Line, OpensOnlyWhenAllHaveSigned) {
  World world(seeded(49));
  for (const std::size_t at : {0u, 1u}) world.ask(at, AcceptCard{world.party(1 - at).card(), std::nullopt});
  world.run_for(Seconds{10});
  world.ask(0, ProposeAgreement{world.agreement()});
  world.run_for(Seconds{60});
  for (const std::size_t at : {0u, 1u})
    EXPECT_FALSE(world.store(at).has_rows("line")) << at << world.report();
  world.ask(1, ProposeAgreement{world.agreement()});
  world.run_for(Seconds{60});
  for (const std::size_t at : {0u, 1u}) EXPECT_TRUE(world.store(at).has_rows("line")) << at << world.report();
}

// What the other side signed that it has is evidence: an export after a start contains it, whoever is out of
// reach meanwhile.
TEST(Line, AStationThatStartsAnewStillHoldsWhatTheOtherSaidThatItHas) {
  World world(seeded(50));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.send_text(0, "to be stored there", Precedence::kImmediate);
  ASSERT_TRUE(settle(world)) << world.report();
  world.run_for(Seconds{60});
  world.set_cut(0, 1, true);
  world.crash(0);
  world.run_for(Seconds{10});
  const auto exported = world.station(0).for_export(world.line());
  ASSERT_TRUE(exported && exported->peer_heads.size() == 1) << world.report();
  EXPECT_TRUE(std::ranges::any_of(exported->peer_heads.front().statement.heads,
                                  [&](const Head& head) { return head.author == world.party(0).station(); }));
}

TEST(Line, AFullStoreTakesNothingNewLosesNothingAndGoesOn) {
  World world(seeded(35));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  world.fill_store(1, true);
  const std::size_t first = world.send_text(1, "while it is full", Precedence::kRoutine);
  world.send_text(0, "to a full one", Precedence::kImmediate);
  world.run_for(Seconds{20});
  ASSERT_EQ(world.failure(), "") << world.report();
  EXPECT_EQ(world.answer(first), nullptr);
  const std::uint64_t refused = world.ask(1, text_for(world, "not now", Precedence::kRoutine));
  ASSERT_NE(world.reply(1, refused), nullptr);
  EXPECT_EQ(world.reply(1, refused)->result.error().why, Refused::kUnavailable);
  world.fill_store(1, false);
  ASSERT_TRUE(settle(world)) << world.report();
  EXPECT_EQ(world.count_entries(1, Kind::kText), 2u);
  EXPECT_TRUE(world.holds_text(1, "to a full one"));
}

TEST(Line, ARepeatedRequestMakesOneEntryBeforeAndAfterItsCommit) {
  World world(seeded(36));
  ASSERT_TRUE(world.set_up_line()) << world.report();
  SendText what = text_for(world, "once", Precedence::kRoutine);
  what.request = RequestKey{"key", hash_of(view_of("once"))};
  const std::uint64_t first = world.ask(0, what), repeat = world.ask(0, what);
  SendText other = what;
  other.request->digest = hash_of(view_of("twice"));
  const std::uint64_t conflict = world.ask(0, other);
  world.ask_surely(0, [&] { return Command(what); }, "key");
  ASSERT_TRUE(settle(world)) << world.report();
  EXPECT_EQ(world.count_entries(1, Kind::kText), 1u);
  ASSERT_TRUE(world.reply(0, first) && world.reply(0, repeat) && world.reply(0, conflict));
  EXPECT_EQ(world.reply(0, first)->result->entries.front().id,
            world.reply(0, repeat)->result->entries.front().id);
  EXPECT_EQ(world.reply(0, conflict)->result.error().why, Refused::kConflict);
}

}  // namespace
}  // namespace openline::sim

// SPDX-License-Identifier: Apache-2.0
// Acknowledgement and repeats on one path (protocol.md sections 6.2 and 6.3; core/link/ack_tracker.cc,
// core/link/sent_packets.cc, core/link/object_sender.cc). README.md says what is left out.
//
// Packet numbers have no end, so a set of them is a mask relative to the next one: bit 0 is the number sent
// last, and every send shifts all masks. What is shifted out is older than WINDOW: the receiver refuses it as
// a replay, the sender keeps no more given-up packets. So the space is finite though sending never ends.

// The code's values, held to it by check_constants.py. What the model uses instead is beside them.
#define CODE_kPacketThreshold 3
#define CODE_kTold 8
#define CODE_kRepeats 3
#define CODE_kMaxRuns 64
#define CODE_kMaxRepeated 1024

#ifndef THRESHOLD
#define THRESHOLD 3   // as the code
#endif
#ifndef TOLD
#define TOLD 2        // scaled from 8: reports until a number is left out
#endif
#ifndef REPEATS
#define REPEATS 1     // scaled from 3: how often a report rides along again
#endif
#ifndef RANGES
#define RANGES 2      // scaled from 32 (kMaxRuns / 2): ranges that the receiver keeps
#endif
#ifndef WINDOW
#define WINDOW 5      // scaled from 1024 (kMaxRepeated) and the replay window
#endif
#ifndef OBJECTS
#define OBJECTS 2
#endif
#ifndef PACKETS
#define PACKETS 2     // on their way at once; more wait until one arrived or was lost
#endif
#ifndef REPORTS
#define REPORTS 2     // on their way at once; one more pushes one out
#endif

#define ALL ((1 << WINDOW) - 1)
#define BIT(i) (1 << (i))
#define HAS(set, i) (((set) >> (i)) & 1)

#define ACKED (acknowledged == (1 << OBJECTS) - 1)

// The sender.
byte carries[OBJECTS];  // the packets that have the object in them
byte outstanding;
byte given_up;          // "repeated_": an acknowledgement is still of use
byte largest = WINDOW;  // place of the largest acknowledged number; WINDOW: none, or long ago
byte waiting = (1 << OBJECTS) - 1;  // objects to send
byte acknowledged;                  // objects

// The channel: any of these may be lost, arrive in any order and more than once.
byte packets;
byte reports[REPORTS];  // each the set of numbers that it names

// The receiver.
byte seen;      // numbers that the transport lets in once
byte numbers;   // AckTracker::numbers_
byte told[TOLD];  // places of the largest number of the last reports, oldest first; WINDOW: long ago
byte tellings;  // how many of them are set
byte repeats_left;
bool due;
byte has;       // objects
#ifdef CHECK_SAID
byte came;      // numbers of the tracker's that no report named yet
#endif

#ifdef LIVENESS
mtype = { none, sent, came_in_order, came_late, said_it, heard_it };
mtype event = none;
#define EVENT(what) event = what
#else
#define EVENT(what) skip
#endif

// Loops' counters, zero outside a step.
hidden byte i, j, top, runs, set, inside;

// A number's place is one further back with each send.
inline older(place) {
  if
  :: place < WINDOW -> place++
  :: else
  fi
}

// Gives `what` a new number: an object, or OBJECTS for a ping or anything else that wants an answer.
inline send(what) {
  printf("send %d; places grow by one\n", what);
  packets = ((packets << 1) | 1) & ALL;
  outstanding = ((outstanding << 1) | 1) & ALL;
  given_up = (given_up << 1) & ALL;
  seen = (seen << 1) & ALL;
  numbers = (numbers << 1) & ALL;
#ifdef CHECK_SAID
  came = (came << 1) & ALL;
#endif
  for (i : 0 .. OBJECTS - 1) {
    carries[i] = (carries[i] << 1) & ALL;
    if
    :: i == what -> carries[i] = carries[i] | 1
    :: else
    fi
  }
  for (i : 0 .. REPORTS - 1) { reports[i] = (reports[i] << 1) & ALL }
  for (i : 0 .. TOLD - 1) {
    if
    :: i < tellings -> older(told[i])
    :: else
    fi
  }
  older(largest);
  i = 0
}

// Sender: the packet at `place` is lost or late. Its objects wait again unless another copy is under way.
inline give_up(place) {
  printf("sender: give up place %d\n", place);
#ifdef PLANT_SAME_NUMBER
  packets = packets | BIT(place);
#else
  outstanding = outstanding & ~BIT(place);
  given_up = given_up | BIT(place);
  for (j : 0 .. OBJECTS - 1) {
    if
    :: HAS(carries[j], place) && !HAS(acknowledged, j) && !(outstanding & carries[j]) ->
#ifndef PLANT_LOSS_FORGOTTEN
      waiting = waiting | BIT(j)
#else
      skip
#endif
    :: else
    fi
  }
  j = 0
#endif
}

// Sender: gives up the oldest packet.
inline give_up_oldest() {
  i = WINDOW - 1;
  do
  :: HAS(outstanding, i) -> break
  :: else -> i--
  od;
  give_up(i);
  i = 0
}

// Forgets what makes no difference any more and sorts the rest, so that there are fewer states.
inline tidy() {
#ifndef PLANT_SAME_NUMBER
  seen = seen & packets;
#endif
  set = numbers | (packets & ~seen);
  for (i : 0 .. REPORTS - 1) {
    if
    :: reports[i] & (outstanding | given_up) ->
      top = reports[i] & -reports[i];
      reports[i] = reports[i] & (outstanding | given_up | top)
    :: else -> reports[i] = 0
    fi;
    set = set | reports[i]
  }
#if REPORTS == 2
  // The last one is the one that the next pushes out; which one that is, the channel says.
  if
  :: reports[0] == reports[1] -> reports[1] = 0
  :: reports[0] < reports[1] -> top = reports[0]; reports[0] = reports[1]; reports[1] = top
  :: else
  fi;
#endif
  given_up = given_up & set;
  for (i : 0 .. OBJECTS - 1) { carries[i] = carries[i] & (packets | outstanding | given_up) }
  set = 0;
  top = 0;
  i = 0
}

inline check_sender() {
  for (i : 0 .. OBJECTS - 1) {
    assert(HAS(acknowledged, i) || HAS(waiting, i) || (outstanding & carries[i]));
    assert(!HAS(acknowledged, i) || HAS(has, i))
  }
  i = 0
}

// Sender: a report arrives (SentPackets::acknowledge, then find_lost).
inline take_report(named) {
  printf("sender: take report, numbers 0x%x\n", named);
  set = named;
#ifdef PLANT_GAPS_ARE_RECEIVED
  top = 0;
  do
  :: HAS(named, top) -> break
  :: else -> top++
  od;
  set = ALL & ~(BIT(top) - 1);
#endif
  for (i : 0 .. OBJECTS - 1) {
    if
    :: !HAS(acknowledged, i) && (set & (outstanding | given_up) & carries[i]) ->
      acknowledged = acknowledged | BIT(i);
      waiting = waiting & ~BIT(i);
      EVENT(heard_it)
    :: else
    fi
  }
  if
  :: set & (outstanding | given_up) ->  // news
    top = 0;
    do
    :: HAS(named, top) -> break
    :: else -> top++
    od;
    if
    :: top < largest -> largest = top
    :: else
    fi;
    outstanding = outstanding & ~set;
    given_up = given_up & ~set;
    for (i : largest + THRESHOLD .. WINDOW - 1) {
      if
      :: HAS(outstanding, i) -> give_up(i)
      :: else
      fi
    }
  :: else
  fi;
  i = 0;
  top = 0;
  set = 0;
  check_sender()
}

// Receiver: the packet at `place` (AckTracker::received).
inline take_packet(place, kept) {
  printf("receiver: take packet at place %d, kept %d\n", place, kept);
  if
  :: !HAS(seen, place) ->
    seen = seen | BIT(place);
    for (i : 0 .. OBJECTS - 1) {
      if
      :: HAS(carries[i], place) && kept ->
        has = has | BIT(i);
        if
        :: i > 0
        :: i == 0 && (numbers & (BIT(place) - 1)) == 0 -> EVENT(came_in_order)
        :: i == 0 && (numbers & (BIT(place) - 1)) != 0 -> EVENT(came_late)
        fi
      :: else
      fi
    }
    if
#ifdef PLANT_ACKNOWLEDGED_UNKEPT
    :: true ->
#else
    :: kept ->
#endif
#ifndef PLANT_LATE_IS_LEFT_OUT
      // No report of before named it.
      for (i : 0 .. TOLD - 1) {
        if
        :: i < tellings && told[i] <= place -> told[i] = place + 1
        :: else
        fi
      }
#endif
      numbers = numbers | BIT(place);
#ifdef CHECK_SAID
      came = came | BIT(place);
#endif
      // More ranges than are kept: the lowest goes.
      runs = 0;
      inside = false;
      for (i : 0 .. WINDOW - 1) {
        if
        :: HAS(numbers, i) && !inside -> inside = true; runs++
        :: !HAS(numbers, i) -> inside = false
        :: else
        fi;
        if
        :: runs > RANGES ->
#ifdef CHECK_SAID
          came = came & ~BIT(i);
#endif
          numbers = numbers & ~BIT(i)
        :: else
        fi
      }
      repeats_left = REPEATS + 1;
      due = true
    :: else
    fi;
    i = 0;
    runs = 0;
    inside = false
  :: else  // a replay
  fi
}

#ifndef PLANT_LATE_IS_LEFT_OUT
#define LEFT_OUT(room) (runs > room)
#else
#define LEFT_OUT(room) false
#endif
// Receiver: AckTracker::report into `slot`, with room for `room` ranges.
inline report(slot, room) {
  if
  :: numbers == 0  // all of it is too old to matter
  :: else ->
    top = 0;
    do
    :: HAS(numbers, top) -> break
    :: else -> top++
    od;
    if
    :: tellings == TOLD ->
      for (i : 0 .. WINDOW - 1) {
        if
        :: i >= told[0] && i > top ->
#ifdef CHECK_SAID
          assert(!HAS(came, i));  // what no report named yet is not left out for having been told
#endif
          numbers = numbers & ~BIT(i)
        :: else
        fi
      }
    :: else
    fi;
    runs = 0;
    inside = false;
    set = 0;
    for (i : 0 .. WINDOW - 1) {
      if
      :: HAS(numbers, i) && !inside -> inside = true; runs++
      :: !HAS(numbers, i) -> inside = false
      :: else
      fi;
      if
      :: inside && runs <= room -> set = set | BIT(i)
      :: else
      fi
    }
    printf("receiver: report numbers 0x%x\n", set);
    reports[slot] = set;
#ifdef CHECK_SAID
    came = came & ~set;
#endif
    if
    :: LEFT_OUT(room)  // some of them have to be told yet
    :: else ->
      if
      :: tellings == TOLD ->
        for (i : 0 .. TOLD - 2) { told[i] = told[i + 1] }
      :: else -> tellings++
      fi;
      told[tellings - 1] = top
    fi;
    if
    :: set & carries[0] -> EVENT(said_it)
    :: else
    fi
  fi;
  if
  :: repeats_left > 0 -> repeats_left--
  :: else
  fi;
  due = false;
  i = 0;
  top = 0;
  runs = 0;
  inside = false;
  set = 0
}

#define OTHERS(m) ((m) & ((m) - 1))  // without the lowest
#if PACKETS == 1
#define ROOM_ON_WAY (packets == 0)
#elif PACKETS == 2
#define ROOM_ON_WAY (OTHERS(packets) == 0)
#else
#define ROOM_ON_WAY (OTHERS(OTHERS(packets)) == 0)
#endif
#ifdef LIVENESS
// Nobody sends 1024 packets while one report is due or on its way.
#if REPORTS == 1
#define NAMED reports[0]
#else
#define NAMED (reports[0] | reports[1])
#endif
#define OLDEST_DONE (!HAS((due -> numbers : 0) | NAMED, WINDOW - 1))
#define GIVES_WAY (waiting == 0)  // what waits has its turn
#else
#define OLDEST_DONE true
#define GIVES_WAY true
#endif
#define ROOM_TO_SEND (!HAS(outstanding, WINDOW - 1) && ROOM_ON_WAY && OLDEST_DONE)

// Each step is one d_step, so that no state in between is kept. All stops once all is acknowledged.
#define SEND(o) \
  :: d_step { HAS(waiting, o) && ROOM_TO_SEND -> \
      EVENT((o == 0 -> sent : none)); waiting = waiting & ~BIT(o); send(o); check_sender(); tidy() }

active proctype Sender() {
  do
  SEND(0)
#if OBJECTS > 1
  SEND(1)
#endif
  :: ACKED -> break
  od
}

#ifndef PLANT_NO_PROBE
// Probe timeouts, and losses found by time: whenever they like, but in the end.
active proctype Probe() {
end:
  do
  :: d_step { outstanding != 0 && !ACKED -> EVENT(none); give_up_oldest(); check_sender(); tidy() }
  od
}
#endif

// Pings and other objects; and further copies of what is under way (section 6.4).
active proctype Other() {
end:
  do
  :: d_step { !ACKED && GIVES_WAY && ROOM_TO_SEND -> EVENT(none); send(OBJECTS); check_sender(); tidy() }
#ifdef COPIES
  :: d_step { !HAS(acknowledged, 0) && (outstanding & carries[0]) && ROOM_TO_SEND ->
      EVENT(sent); send(0); check_sender(); tidy() }
#endif
  od
}

// Lost, delivered, delivered with a copy left behind; and of a fragment, there being no room for it.
#define ON_WAY(n) HAS(packets, n) && !ACKED -> EVENT(none)
#define ARRIVES(n) packets = packets & ~BIT(n)
#ifdef LIVENESS
#define DROPS(n)
#else
#define DROPS(n) :: d_step { ON_WAY(n); ARRIVES(n); take_packet(n, false); tidy() }
#endif
#define CARRY(n) \
  :: d_step { ON_WAY(n); ARRIVES(n); tidy() } \
  :: d_step { ON_WAY(n); ARRIVES(n); take_packet(n, true); tidy() } \
  :: d_step { !HAS(seen, n) && ON_WAY(n); take_packet(n, true); tidy() } \
  DROPS(n)

active proctype Packets() {
end:
  do
  CARRY(0)
  CARRY(1)
  CARRY(2)
  CARRY(3)
#if WINDOW > 4
  CARRY(4)
#endif
#if WINDOW > 5
  CARRY(5)
#endif
  od
}

#define REPORT_ON_WAY(n) reports[n] && !ACKED -> EVENT(none)
#define CARRY_REPORT(n) \
  :: d_step { REPORT_ON_WAY(n); reports[n] = 0; tidy() } \
  :: d_step { REPORT_ON_WAY(n); take_report(reports[n]); reports[n] = 0; tidy() } \
  :: d_step { REPORT_ON_WAY(n); take_report(reports[n]); tidy() }

active proctype Reports() {
end:
  do
  CARRY_REPORT(0)
#if REPORTS > 1
  CARRY_REPORT(1)
#endif
  od
}

// Owed; or it rides along again with a packet of the receiver's own.
#define SAY(room) \
  :: d_step { (due || repeats_left > 0) && !ACKED -> EVENT(none); report(REPORTS - 1, room); tidy() }

active proctype Receiver() {
end:
  do
  SAY(RANGES)
#ifndef LIVENESS
  SAY(1)
#endif
  od
}

#ifdef LIVENESS
// The channel is fair: what is given to it again and again comes through again and again. ORDER: and at times
// no later packet overtakes it.
#ifdef ORDER
#define CAME (event == came_in_order)
#else
#define CAME (event == came_in_order || event == came_late)
#endif
ltl ends_well {
  (([]<>(event == sent) -> []<>CAME) && ([]<>(event == said_it) -> []<>(event == heard_it))) -> <>ACKED
}
#endif

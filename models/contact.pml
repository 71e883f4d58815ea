// SPDX-License-Identifier: Apache-2.0
// What a request for contact has come to (protocol.md section 9.8; core/line/contacts.cc, matters.cc).
// README.md says what is rest out.
//
// First up to ACTS acts are written, each by any station, knowing of any acts with all that these know of:
// that is every way in which entries can cross. Act 0 is the request. Then what is said of them is derived.

// The code's value, held to it by check_constants.py. What the model uses instead is beside it.
#define CODE_kMostActs 16

#ifndef MOST
#define MOST 16       // as the code; with 3 it is reached
#endif
#ifndef ACTS
#define ACTS 3
#endif
#ifndef DOCUMENT
#define DOCUMENT 3    // as document and code; without 1 or 2 that part of it is as it once was in the code
#endif
#define ROWS (ACTS + 2)  // with the request, and one act that is tried out

// Stations: two of the requester's party, two that answer; these are of one party, or of two.
#define R1 0
#define R2 1
#define A1 2
#define A2 3
#define OWN(station) ((station) <= R2)
#ifdef THREE_PARTIES
#define PARTY(station) ((station) <= R2 -> 0 : (station))
#else
#define PARTY(station) ((station) / 2)
#endif

// Kinds of acts: answers by rank, then the requester's.
#define DECLINED 1
#define DEFERRED 2
#define COUNTERED 3
#define ACCEPTED 4
#define WITHDRAWN 5
#define RESCHEDULED 6
#define AGREED 7      // time-agreed
#define CLAIM 8       // contact-unanswered
// States: the four answers, WITHDRAWN, and:
#define WAITING 0
#define UNANSWERED 9

#define BIT(i) (1 << (i))
#define HAS(set, i) (((set) >> (i)) & 1)

// How an answer stands to a claim that there was none, in the order of contacts.h.
#define IN_TIME 0
#define CROSSED 1
#define LATE 2
#define DENIED 3

byte count = 1;     // acts, the request among them
byte kind[ROWS];
byte author[ROWS];
byte knows[ROWS];   // acts in its ancestry
byte time[ROWS];    // a counter-proposal's or a new time's is its own number: no two are the same
byte counted = 1;   // acts that count (Matters::takes), judged as each is written
bool downwards;     // ids fall with the number instead of rising
#ifdef ARRIVAL
byte arrived[ROWS]; // the other end's order
byte placed;        // how many came there
byte there;         // which
byte counted_there; // judged as each comes there
#endif

// Used within a step, and results of derive().
hidden byte i, j, k, rest, before, answers, changes, claims, news, passed, superseded, best, stands, one, yes;
hidden byte state, state_time, first_state, first_time, standing, counts, away;

// By id; with the planted fault by arrival, in which the other end has an order of its own.
#if defined(PLANT_TIES_BY_ARRIVAL) || defined(PLANT_LAST_ARRIVED_STANDS)
#define NTH(at) (away -> arrived[at] : (at))
#else
#define NTH(at) (downwards -> count - 1 - (at) : (at))
#endif

// Whether the act counts at an end that holds `held` of those that do (Matters::takes).
inline judge(held, act) {
  before = 0;
  for (j : 0 .. count - 1) {
    if
#ifdef PLANT_LIMIT_BY_ARRIVAL
    :: HAS(held, j) -> before++
#else
    :: HAS(held, j) && author[j] == author[act] && HAS(knows[act], j) -> before++
#endif
    :: else
    fi
  }
  if
  :: before < MOST -> held = held | BIT(act)
  :: else
  fi;
  before = 0;
  j = 0
}

// Sorts out those that count.
inline find_acts(held) {
  answers = 0; changes = 0; claims = 0; news = 0;
  for (i : 1 .. count - 1) {
    if
    :: !HAS(held, i)
    :: HAS(held, i) && kind[i] <= ACCEPTED -> answers = answers | BIT(i)
    :: HAS(held, i) && kind[i] == CLAIM -> claims = claims | BIT(i)
    :: HAS(held, i) && kind[i] > ACCEPTED && kind[i] != CLAIM ->
      changes = changes | BIT(i);
      if
      :: kind[i] == RESCHEDULED -> news = news | BIT(i)
      :: else
      fi
    fi
  }
}

// Takes from `rest` the one with the lowest id that knows of no other in it (sort_acts).
inline take_next() {
  k = 0;
  do
  :: HAS(rest, NTH(k)) && (rest & knows[NTH(k)]) == 0 -> break
  :: else -> k++
  od;
  one = NTH(k);
  rest = rest & ~BIT(one)
}

// Whether the counter-proposal's time was agreed to in its knowledge.
inline has_agreed(answer) {
  yes = 0;
  for (j : 1 .. count - 1) {
    if
    :: HAS(changes, j) && kind[j] == AGREED && time[j] == answer && HAS(knows[j], answer) -> yes = 1
    :: else
    fi
  }
}

// What all acts say: `state`, `state_time` (the number of the act that set it). Any new time passes over what it
// knows of (1); once only the last one did (ancestors first, ties by id). An agreement makes the answer accepted
// that it names (2); once only the one that stood without it.
inline derive(by_document, held) {
  find_acts(held);
  passed = 0;
  state_time = 0;
  rest = changes;
  do
  :: rest == 0 -> break
  :: else ->
    take_next();
    if
    :: kind[one] == RESCHEDULED ->
      passed = ((by_document & 1) -> passed | knows[one] : knows[one]);
      state_time = one
    :: else
    fi
  od;
  superseded = answers & passed;
  for (i : 1 .. count - 1) {
    for (j : 1 .. count - 1) {
      if
      :: HAS(answers, i) && HAS(answers, j) && HAS(knows[j], i) && PARTY(author[i]) == PARTY(author[j]) ->
        superseded = superseded | BIT(i)
      :: else
      fi
    }
  }
  rest = answers & ~superseded;
#ifdef PLANT_LATE_IS_LOST
  for (i : 1 .. count - 1) {
    if
    :: knows[i] & claims -> rest = rest & ~BIT(i)
    :: else
    fi
  }
#endif
  stands = 0;
  best = 0;
  do
  :: rest == 0 -> break
  :: else ->
    take_next();
    has_agreed(one);
    before = ((by_document & 2) && kind[one] == COUNTERED && yes -> ACCEPTED : kind[one]);
    if
#ifdef PLANT_LAST_ARRIVED_STANDS
    :: true -> best = before; stands = one
#else
    :: before > best -> best = before; stands = one
    :: else
#endif
    fi
  od;
  if
  :: stands ->
    state = best;
    if
    :: kind[stands] == COUNTERED ->
      state_time = stands;
      has_agreed(stands);
      state = (yes -> ACCEPTED : best)
    :: else
    fi
  :: else -> state = ((claims & ~passed) -> UNANSWERED : WAITING)
  fi;
#ifdef PLANT_ACCEPTED_STAYS
  if
  :: state == ACCEPTED
  :: else ->
#endif
  for (i : 1 .. count - 1) {
    if
    :: HAS(changes, i) && kind[i] == WITHDRAWN -> state = WITHDRAWN
    :: else
    fi
  }
#ifdef PLANT_ACCEPTED_STAYS
  fi
#endif
}

// standing_of() in contacts.cc.
inline find_standing(answer) {
  standing = IN_TIME;
  for (i : 1 .. count - 1) {
    if
    :: HAS(claims, i) ->
      yes = 0;  // between the two a new time was set
      for (j : 1 .. count - 1) {
        if
        :: HAS(news, j) && HAS(knows[j], answer) && HAS(knows[i], j) -> yes = 1
#ifndef PLANT_OLD_CLAIM_COUNTS
        :: HAS(news, j) && HAS(knows[j], i) && HAS(knows[answer], j) -> yes = 1
#endif
        :: else
        fi
      }
      if
      :: yes
      :: !yes && HAS(knows[i], answer) -> standing = DENIED
      :: !yes && !HAS(knows[i], answer) && HAS(knows[answer], i) ->
        standing = (standing < LATE -> LATE : standing)
      :: else -> standing = (standing < CROSSED -> CROSSED : standing)
      fi
    :: else
    fi
  }
}

inline forget() {
  i = 0; j = 0; k = 0; rest = 0; before = 0; answers = 0; changes = 0; claims = 0; news = 0; passed = 0;
  superseded = 0; best = 0; stands = 0; one = 0; yes = 0; state = 0; state_time = 0; first_state = 0;
  first_time = 0; standing = 0
}

// An answer against a claim is shown as what it is, and it is part of the state.
inline check_answers() {
  derive(DOCUMENT, counted);
  first_state = state;
  for (k : 1 .. count - 1) {
    if
    :: HAS(answers, k) ->
      find_standing(k);
      assert(HAS(superseded, k) || first_state == WITHDRAWN ||
             (first_state >= kind[k] && first_state <= ACCEPTED));
      // Late against what it knew, but for claims of a time before the one that it answers.
      one = claims & knows[k];
      for (i : 1 .. count - 1) {
        if
        :: HAS(news & knows[k], i) -> one = one & ~knows[i]
        :: else
        fi
      }
      assert(!one || standing >= LATE);
      yes = 0;
      for (i : 1 .. count - 1) {
        if
        :: HAS(news & knows[k], i) && (claims & knows[k] & ~knows[i]) == 0 -> yes = 1
        :: else
        fi
      }
      assert(!yes || standing != LATE);
    :: else
    fi
  }
  forget()
}

#ifdef CHECK_DOCUMENT
// What is said is what the document says.
inline check_document() {
  derive(3, counted);
  first_state = state;
  derive(DOCUMENT, counted);
  assert(state == first_state);
  forget()
}
#endif

// What comes of one act more by `station`, who knows all of this. Its act has to count.
inline try_act(station, what) {
  author[count] = station;
  kind[count] = what;
  knows[count] = BIT(count) - 1;
  time[count] = count;
  counts = counted;
  count++;
  judge(counts, count - 1);
  derive(DOCUMENT, counts);
  count--;
  counts = 0;
  author[count] = 0;
  kind[count] = 0;
  knows[count] = 0;
  time[count] = 0
}

inline find_left(station) {
  before = 0;
  for (j : 0 .. count - 1) {
    if
    :: author[j] == station -> before++
    :: else
    fi
  }
  rest = (before < MOST -> 1 : 0)
}

// Unless it was withdrawn, whoever may still act moves it: to every answer of a party of two, to a new time, to the end.
inline check_exits() {
  derive(DOCUMENT, counted);
  first_state = state;
  find_left(R1);
  if
  :: first_state != WITHDRAWN && rest ->
    try_act(R1, WITHDRAWN);
    assert(state == WITHDRAWN);
    try_act(R1, RESCHEDULED);
    assert(state == WAITING);
    if
    :: first_state == WAITING ->
      try_act(R1, CLAIM);
      assert(state == UNANSWERED)
    :: else
    fi
  :: else
  fi;
  find_left(A1);
  if
  :: first_state != WITHDRAWN && rest ->
    try_act(A1, ACCEPTED);
    assert(state == ACCEPTED);
#ifndef THREE_PARTIES
    try_act(A1, DECLINED);
    assert(state == DECLINED)
#endif
  :: else
  fi;
  forget()
}

// What comes next: a new act; what it knows of; the checks; the other end's turn to take an act, and to judge it.
#define WRITES 0
#define READS 1
#define CHECKS 2
#define TAKES 3
#define JUDGES 4

// One act: `what` by `who`, who knows of its own earlier acts and of any others with all that these know of.
#define WRITE(who, what) \
  :: d_step { phase == WRITES && count <= ACTS -> author[count] = who; kind[count] = what; phase = READS; own(who) }
#define AGREE(to) \
  :: d_step { phase == READS && next == 0 && kind[count] == AGREED && HAS(knows[count], to) && \
              kind[to] == COUNTERED -> time[count] = to; written() }
#define ARRIVES(act) \
  :: d_step { phase == TAKES && act < count && !HAS(there, act) && (knows[act] & ~there) == 0 -> \
      printf("arrives: %d\n", act); arrived[placed] = act; placed++; there = there | BIT(act); next = act; phase = JUDGES }

inline own(who) {
  knows[count] = 1;
  for (i : 1 .. count - 1) {
    if
    :: author[i] == who -> knows[count] = knows[count] | knows[i] | BIT(i)
    :: else
    fi
  }
  time[count] = count;
  next = count - 1;
  i = 0
}

inline written() {
  printf("act %d: kind %d by station %d, knows 0x%x, time %d, ids fall %d\n", count, kind[count],
         author[count], knows[count], time[count], downwards);
  count++;
  next = 0;
  phase = CHECKS
}

#ifdef ARRIVAL
// Who holds the same says the same.
inline compare() {
  derive(DOCUMENT, counted);
  first_state = state;
  first_time = state_time;
  away = 1;
  derive(DOCUMENT, counted_there);
  assert(state == first_state && state_time == first_time);
  away = 0;
  forget()
}
#endif

active proctype Line() {
  byte phase, next;
end:
  do
  :: d_step { phase == WRITES && count == 1 && !downwards -> downwards = true }
  WRITE(A1, ACCEPTED)
  WRITE(A1, COUNTERED)
  WRITE(A1, DEFERRED)
  WRITE(A1, DECLINED)
  WRITE(A2, ACCEPTED)
  WRITE(A2, COUNTERED)
  WRITE(A2, DECLINED)
  WRITE(R1, WITHDRAWN)
  WRITE(R1, RESCHEDULED)
  WRITE(R1, AGREED)
  WRITE(R1, CLAIM)
  WRITE(R2, WITHDRAWN)
  WRITE(R2, RESCHEDULED)
  WRITE(R2, AGREED)
  WRITE(R2, CLAIM)
  // It read the act `next` before, or not.
  :: d_step { phase == READS && next > 0 ->
      knows[count] = knows[count] | knows[next] | BIT(next); next-- }
  :: d_step { phase == READS && next > 0 && !HAS(knows[count], next) -> next-- }
  // To which counter-proposal it agrees: one that it knows of.
  :: d_step { phase == READS && next == 0 && kind[count] != AGREED -> written() }
  AGREE(1)
  AGREE(2)
#if ACTS > 3
  AGREE(3)
#endif
  :: d_step { phase == CHECKS ->
      judge(counted, count - 1);
      check_answers();
      check_exits();
#ifdef CHECK_DOCUMENT
      check_document();
#endif
      phase = WRITES
    }
#ifdef ARRIVAL
  // All is written. The other end takes it in any order in which what an act knows of comes before it.
  :: d_step { phase == WRITES && count > 1 -> phase = TAKES; there = 1; placed = 1; counted_there = 1 }
  ARRIVES(1)
  ARRIVES(2)
  ARRIVES(3)
#if ACTS > 3
  ARRIVES(4)
#endif
  :: d_step { phase == JUDGES -> judge(counted_there, next); next = 0; phase = TAKES }
  :: d_step { phase == TAKES && placed == count -> compare(); placed++ }
#endif
  od
}

// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace openline::cli {
namespace {

struct CommandHelp {
  std::string_view name;
  std::string_view group;
  std::string_view use;    // after the name
  std::string_view brief;  // one line
  std::string_view more;   // lines of the command's own help
};

constexpr std::string_view kOfficer = "officer", kReleaser = "releaser", kSupervisor = "supervisor",
                           kEngineer = "engineer", kAuditor = "auditor";

constexpr CommandHelp kCommands[] = {
    {"status", kOfficer, "[--exit-code]", "each line, desk and path, with the reason in words",
     "  --exit-code   end with the code of the worst lamp: 0 open and attended, 10 open with nobody known "
     "at\n"
     "                their desk, 11 degraded, 12 silent\n"},
    {"inbox", kOfficer, "[LINE]", "what waits for us, and what waits for them, the most urgent first", ""},
    {"attend", kOfficer, "LINE [--role ROLE]", "attend the desk: shows what comes in, rings, takes commands",
     "The desk is attended for as long as this runs; closing the terminal ends it. What is shown here is "
     "reported to the\n"
     "far end as shown. IMMEDIATE and FLASH ring until they are acknowledged, the line's alarms until they "
     "are\n"
     "answered. Type `help` there.\n"
     "  --role ROLE   what the far end sees of you, such as \"watch officer\"; if left out, who is signed "
     "in, "
     "else the\n"
     "                desk's name\n"},
    {"send", kOfficer, "LINE CLASS [-p PRECEDENCE] [--attach FILE]... [--role ROLE] [--draft] TEXT",
     "send a text",
     "CLASS is one of, and is never assumed:\n"
     "  --live             the real thing\n"
     "  --exercise NAME    a drill, named\n"
     "  --test             a test of the line by hand\n"
     "  --service          operators about the line itself\n"
     "TEXT \"-\" reads the text from standard input.\n"
     "  -p, --precedence   flash, immediate, priority or routine (if left out: routine)\n"
     "  --attach FILE      a file to go with it, to 64 MiB; may be given again\n"
     "  --role ROLE        of the officer who sends it; who is signed in may leave it out\n"
     "  --draft            not sent, but kept for others to release: `openline release NUMBER`. Every act "
     "below but\n"
     "                     `disregard` takes it\n"
     "  --key KEY          names this request: asking again with the same key and words never sends twice\n"},
    {"ack", kOfficer, "[LINE] ID [--role ROLE]", "acknowledge a message",
     "ID is the beginning of the message's id, at least four digits. The line is found by it.\n"
     "The acknowledgement carries the role. The officer is personally authenticated by it only if signed "
     "in.\n"},
    {"request", kOfficer, "LINE CLASS [--from ROLE] --to ROLE... [--at TIME] [-p PRECEDENCE] SUBJECT",
     "ask the other side for contact",
     "  --from ROLE     in whose name; who is signed in may leave it out\n"
     "  --to ROLE       whom it asks for; again for delegates, in the order to try\n"
     "  --at TIME       proposed, in UTC: 2023-06-14T00:30:00Z; if left out, as soon as possible\n"
     "  --repeats ID    an earlier request that this one repeats\n"
     "CLASS as for `send`. If nobody answers within the agreement's time, this station puts that on record "
     "with what it\n"
     "observed meanwhile.\n"},
    {"answer", kOfficer, "LINE ID ANSWER [--at TIME] [--reason TEXT] [--courtesy LANG=TEXT]",
     "answer a request for contact",
     "ANSWER is accept, decline, defer or counter; a counter-proposal needs --at.\n"
     "  --courtesy LANG=TEXT   the reason in their language, marked as a courtesy\n"},
    {"withdraw", kOfficer, "LINE ID [--reason TEXT] | NUMBER",
     "withdraw our own request for contact, or a draft",
     "NUMBER alone is a draft, by its author or a supervisor.\n"},
    {"reschedule", kOfficer, "LINE ID --at TIME [--reason TEXT]", "set another time for our own request", ""},
    {"agree-time", kOfficer, "LINE ID [--at TIME]", "agree to the time that they proposed instead", ""},
    {"contacts", kOfficer, "LINE", "requests for contact: what became of each, and whose claim that is", ""},
    {"efforts", kOfficer, "LINE", "the history of efforts: requests by level, and how they ended", ""},
    {"visit", kOfficer, "LINE ACTION VISIT [CLASS] ...", "propose a visit, or act on one",
     "ACTION is propose (with CLASS, --place, --from DAY, --to DAY, --goal TEXT..., --level PARTY=LEVEL...), "
     "accept,\n"
     "counter (--place, --from, --to), postpone (--reason, --until), cancel, held, or outcome (--outcome "
     "NUMBER=TEXT...).\n"
     "VISIT is its name, or the beginning of its id.\n"},
    {"visits", kOfficer, "LINE [-o FILE.ics]", "visits, their goals and what became of them",
     "-o: into an iCalendar file instead.\n"},
    {"call", kOfficer, "LINE ACTION [CALL] [--at TIME] [--with PARTY=ROLE]...",
     "put on record how a call was agreed, started and ended",
     "ACTION is agree or start (a new call: with CLASS, or --request ID that led to it), then start, end, "
     "sign or deny with\n"
     "CALL. `sign` and `deny` are of what the other side said last, or of --statement ID.\n"},
    {"calls", kOfficer, "LINE", "calls, and who says what of them", ""},
    {"readout", kOfficer, "LINE ACTION ID [TEXT] [--mark national|agreed]",
     "give our account of a call or a visit, or sign one that is to be agreed",
     "ACTION is write (ID is the call or the visit), sign or refuse (ID is the readout).\n"},
    {"readouts", kOfficer, "LINE [-o FILE.html]", "each side's accounts",
     "-o: side by side on a page to print instead.\n"},
    {"notice", kOfficer, "LINE FORM [CLASS] [-p PRECEDENCE] [--about ID] NAME=VALUE...",
     "give notice in an agreed form, read at the far end in its own language",
     "`openline forms FORM` lists its fields. --about ID: the entry that a reply or a correction is "
     "about.\n"},
    {"forms", kOfficer, "[FORM] [--language LANG] [--edition NAME|HASH]",
     "the forms of notices, and the fields of one",
     "A station holds the edition that it was built with, and those in forms/NAME/ of its folder.\n"},
    {"translate", kOfficer, "LINE ID --stage STAGE --language LANG [--reviewer ROLE] TEXT",
     "share a courtesy translation of an entry; the original stays the authoritative text",
     "STAGE is sight, rough or official.\n"},
    {"test", kOfficer, "LINE", "test the line now; the station tests it on its clock anyway", ""},
    {"record", kOfficer, "LINE [--limit N] [--follow]", "what is on record, with receipts",
     "  --limit N   the newest N entries (50 if left out, 0: all)\n"
     "  --follow    then what comes, until interrupted\n"},
    {"search", kOfficer, "LINE [WORDS...] [--author PARTY] [--kind KIND] [-p PRECEDENCE] [--class CLASS] ...",
     "what is on record with all of these words, the newest first",
     "A word also finds those that begin with it, whatever its case and accents, in any script. An argument "
     "with\n"
     "spaces in it is a phrase.\n"
     "  --author PARTY, --kind KIND, -p PRECEDENCE, --class CLASS   only such entries\n"
     "  --from TIME, --to TIME   written at or after, or before that time, in UTC: 2026-11-23T21:00:00Z\n"
     "  --before SERIAL          only older ones: the next page\n"
     "  --limit N                at most so many (50 if left out)\n"},
    {"estimate", kOfficer, "LINE SIZE [-p PRECEDENCE]", "how soon a text of so many bytes would be there",
     ""},
    {"attachment", kOfficer, "HASH -o FILE",
     "fetch a file that came with a message; kept only if it is unaltered", ""},
    {"enrol", kOfficer, "NAME [--code CODE] [--password-file FILE]",
     "choose a password, with the code of a new or a recovered account",
     "The code has two halves. Each is told by the one who was shown it; that of the one who proposed you "
     "comes "
     "first.\n"
     "  --code CODE            if left out, asked at the terminal: others on this machine can see a "
     "command's "
     "words\n"
     "  --password-file FILE   its first line is the password; - is standard input. If left out, asked twice "
     "at "
     "the terminal\n"},
    {"sign-in", kOfficer, "NAME [--password-file FILE]", "sign in: acts from here are then this officer's",
     "The session is kept in a file that only you can read: $OPENLINE_SESSION, or one for this station in\n"
     "${XDG_STATE_HOME:-~/.local/state}/openline/.\n"
     "  --password-file FILE   its first line is the password; - is standard input\n"},
    {"sign-out", kOfficer, "[--everywhere]", "end the session",
     "  --everywhere   every session of yours, at other terminals too\n"},
    {"password", kOfficer, "[--old-password-file FILE] [--password-file FILE]",
     "choose another password; ends your other sessions", ""},
    {"whoami", kOfficer, "", "who is signed in, with which roles, and for how long", ""},
    {"drafts", kOfficer, "[LINE]", "what waits for others to release it, the most urgent first", ""},
    {"draft", kOfficer, "NUMBER", "all of a draft: its words, what it is, who stands behind it", ""},
    {"submit", kOfficer, "NUMBER", "put a draft of ours before those who release it", ""},
    {"alarms", kOfficer, "", "what rings until somebody answers, and which step is next", ""},
    {"alarm", kOfficer, "answer NUMBER | test LINE", "make an alarm quiet, or try whether it is heard",
     "  answer NUMBER   quiet until it is over. A message rings until it is acknowledged: `openline ack`\n"
     "  test LINE       rings at the line's desk until somebody answers, as at each change of watch\n"},
    {"watch", kOfficer, "[DESK]", "who is on watch, who is next, and the hand-over; of every desk of yours",
     "Who attends and gives no sign for so long as the desk's plan says is asked, and then not taken for "
     "present.\n"},
    {"here", kOfficer, "[DESK]", "say that you are still there",
     "Every act says so too; reading does not.\n"
     "  DESK   and take the watch there, also after somebody relieved you\n"},
    {"roster", kOfficer, "ACTION DESK [FILE] [--officer NAME]... [--from TIME] [--to TIME]",
     "who is to be on watch when",
     "  list DESK [--from TIME] [--to TIME]                    shifts, from a day ago to two weeks ahead if "
     "left out\n"
     "  add DESK --officer NAME... --from TIME --to TIME       one shift\n"
     "  load DESK FILE [--from TIME --to TIME]                 each line \"FROM TO OFFICER[,OFFICER]\", all "
     "or none; - is\n"
     "                                                         standard input. With times: in the place of "
     "what begins then\n"
     "  clear DESK --from TIME --to TIME                       removes the shifts that begin then\n"
     "TIME is UTC, 2026-12-01T06:00Z, or without the Z as the clocks of the desk show it (`time_zone` of its "
     "plan).\n"
     "Planning is the supervisor's.\n"},
    {"hand-over", kOfficer, "ACTION DESK|NUMBER [ITEM] ...",
     "hand the watch over: both sign for what is open, and it passes",
     "  open DESK --to NAME [--remarks TEXT]                   by who is on watch\n"
     "  show NUMBER                                            the report as it stands, and the checklist\n"
     "  check NUMBER ITEM [--not-done] [--remark TEXT]         an item is done; or is not, and why\n"
     "  sign NUMBER [--version VERSION]                        shows the report, and asks to type its "
     "version. If something\n"
     "                                                         came meanwhile nothing is signed: look again\n"
     "  withdraw NUMBER                                        ends it unsigned\n"
     "  list DESK [--limit N]                                  the last ones\n"
     "At the second signature the alarm is tried.\n"},
    {"release", kReleaser, "NUMBER [--confirm WORDS] [--emergency REASON]",
     "stand behind a draft; it goes out once enough people do",
     "Shows the draft, and asks at the terminal to type what it is, such as \"live flash\". Anything else "
     "releases "
     "nothing.\n"
     "  --confirm WORDS      says so without being asked: \"live flash\", \"exercise JUNE flash\"\n"
     "  --emergency REASON   alone, where the desk's plan allows it; everybody is told, the far end too\n"},
    {"return", kReleaser, "NUMBER --reason TEXT", "give a draft back to its author", ""},
    {"disregard", kReleaser, "LINE ID [--reason TEXT]", "take back an entry of ours, at FLASH", ""},
    {"officer", kSupervisor,
     "ACTION [NAME] [--title TITLE] [--role DESK:ROLE[,ROLE]...]... [--root-key FILE] [--password-file FILE]",
     "who has an account here, and what they may do",
     "  list                                      all of them, and the changes that wait for a second "
     "person\n"
     "  add NAME --title TITLE --role DESK:ROLE   a new officer; DESK * is every desk. The first of all, a "
     "supervisor, gets\n"
     "                                            a password at once\n"
     "  grants NAME --role DESK:ROLE              other roles in place of those held\n"
     "  recover NAME                              a new code, for who lost the password\n"
     "  disable NAME, enable NAME                 disabling is at once and ends the sessions\n"
     "  unlock NAME                               end a lock after wrong passwords before its time\n"
     "  confirm NUMBER, refuse NUMBER             a change that somebody else proposed; also by an officer "
     "or "
     "releaser\n"
     "ROLE is officer, releaser, supervisor, linguist, engineer or auditor. What gives somebody more than "
     "they had "
     "takes two:\n"
     "one proposes, another confirms, and each is shown one half of the code for `openline enrol`.\n"
     "  --root-key FILE        add, grants, recover, enable: signed with the party's root key in the place "
     "of both\n"
     "  --password-file FILE   of the first account: its first line; - is standard input\n"},
    {"init", kEngineer, "DIR --code CODE --name NAME --language LANG --listen PATH...",
     "make a new station: keys, card, settings",
     "  --code CODE           the party, in 2 to 12 of A-Z 0-9 -\n"
     "  --name NAME           the party's name in full\n"
     "  --language LANG       that the party writes, such as en; may be given again\n"
     "  --listen PATH         udp:0.0.0.0:4700, or with a name: fibre=udp:[::]:4700; may be given again. "
     "tcp:none calls out only\n"
     "                        a modem or radio: hf=serial:/dev/ttyUSB0,2400 (device, bit/s; ,hardware for "
     "RTS/CTS)\n"
     "                        a helper program: \"mail=exec:/usr/lib/openline/helper ARGUMENT...\"\n"
     "  --announce PATH       the address that others use for a path, if it is not the one listened on: "
     "udp:198.51.100.7:4700, mail=exec:usa\n"
     "  --station-name NAME   \"primary\" if left out\n"
     "  --offline-root FILE   put the root key there (a medium that is taken away) and not into DIR\n"},
    {"history", kEngineer, "LINE [--hours N]", "how the line did in the last day, and how its tests went",
     "Kept in memory: it begins anew when the station is started. Tests are from the record.\n"},
    {"run", kEngineer, "", "run the station (openlined) in the foreground", ""},
    {"card", kEngineer, "[-o FILE]", "this party's card, to give to others, and its fingerprint", ""},
    {"courier-key", kEngineer, "-o FILE [--generation N]", "make a secret to hand to another party in person",
     "  --generation N   one more than the key that it replaces (1 if left out)\n"},
    {"accept", kEngineer, "CARD [--courier-key FILE] [--yes]",
     "accept another party's card, after comparing its fingerprint aloud",
     "  --courier-key FILE   the secret exchanged by hand with this party\n"
     "  --yes                do not ask: the fingerprint has been compared\n"},
    {"agree", kSupervisor, "AGREEMENT.toml",
     "sign and propose an agreement; signs it if the other side proposed the same", ""},
    {"agreement", kEngineer, "[LINE]",
     "the agreement of a line, or all of them, as a file and with who has signed", ""},
    {"refuse", kSupervisor, "LINE --reason TEXT",
     "refuse what is proposed for a line (LINE may be the proposal's hash)", ""},
    {"amend", kSupervisor, "LINE AGREEMENT.toml [--draft]",
     "propose another agreement for a line, or sign the one proposed", ""},
    {"suspend", kSupervisor, "LINE --reason TEXT", "say on record that the line is suspended; it stays open",
     ""},
    {"resume", kSupervisor, "LINE --reason TEXT", "say on record that it is no longer suspended", ""},
    {"go-on", kSupervisor, "LINE",
     "write on a line again after this station stopped itself over a suspected rollback", ""},
    {"version", kEngineer, "", "the version of this program", ""},
    {"audit", kAuditor, "[--after NUMBER] [--limit N]", "the log of acts: who did what here, and when",
     "  --after NUMBER   those after this one (0 if left out: from the first)\n"
     "  --limit N        how many (100 if left out)\n"},
    {"export", kAuditor, "LINE -o FILE", "write the whole record of a line to a file that anybody can check",
     ""},
    {"publish", kAuditor, "LINE READOUT -o FILE",
     "write one readout, with what proves it and nothing else, to a file for publication", ""},
    {"verify", kAuditor, "FILE [FILE2] --root FINGERPRINT...",
     "check an exported record, or compare two, with no station and no network",
     "Every party of the line needs its fingerprint, as you had it from the party: twelve groups of five "
     "digits, with or\n"
     "without quotes. Each claim is said to be signed by both, one side's claim, or not provable. The exit "
     "code is 0 only\n"
     "if everything holds and, of two files, both say the same up to where both reach.\n"},
};

constexpr std::string_view kEnd =
    "Every command takes -s DIR (or OPENLINE_STATION) for the station's folder, and --json. Times are UTC, "
    "with local time\n"
    "beside them. `openline help COMMAND` says more.\n"
    "\n"
    "Exit codes: 0 done · 1 refused, or a problem was found · 2 the command line is wrong · 3 no station "
    "answers ·\n"
    "4 not found · 5 contradicts what is on record or there already · 6 the station cannot put it on record "
    "now, nothing\n"
    "was lost. `run` ends with openlined's own.\n";

std::string group_text(std::string_view heading, std::string_view group) {
  std::string out = fmt::format("{}\n", heading);
  for (const CommandHelp& command : kCommands) {
    if (command.group == group) out += fmt::format("  {:<12}  {}\n", command.name, command.brief);
  }
  return out + "\n";
}

}  // namespace

Outcome<std::string> help_text(const std::string& command) {
  if (command.empty()) {
    return fmt::format(
        "openline [-s DIR] COMMAND\n\n{}{}{}{}{}{}", group_text("For the officer on watch", kOfficer),
        group_text("For the releaser", kReleaser), group_text("For the supervisor", kSupervisor),
        group_text("For the engineer", kEngineer), group_text("For the auditor", kAuditor), kEnd);
  }
  const auto* const found = std::ranges::find(kCommands, std::string_view(command), &CommandHelp::name);
  if (found == std::end(kCommands)) {
    return failed(ExitCode::kUsage,
                  fmt::format("{}: there is no such command; `openline help` lists them", command));
  }
  return fmt::format("openline {}{}{}\n{}.\n{}{}", found->name, found->use.empty() ? "" : " ", found->use,
                     found->brief, found->more.empty() ? "" : "\n", found->more);
}

}  // namespace openline::cli

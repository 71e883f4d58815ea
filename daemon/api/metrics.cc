// SPDX-License-Identifier: Apache-2.0
// The one file that knows prometheus-cpp: its values and its serializer, none of its servers.
#include "daemon/api/metrics.h"

#include <prometheus/text_serializer.h>

#include <map>
#include <sstream>

#include "daemon/api/path_totals.h"

namespace openline::daemon {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double in_seconds(Microseconds time) { return static_cast<double>(time.count()) / 1e6; }

class Families {
 public:
  void gauge(const std::string& name, const std::string& help, const Labels& labels, double value) {
    add(name, help, MetricType::Gauge, labels).gauge.value = value;
  }
  void counter(const std::string& name, const std::string& help, const Labels& labels, std::uint64_t value) {
    add(name, help, MetricType::Counter, labels).counter.value = static_cast<double>(value);
  }
  template <class T>
  void gauge_if_known(const std::string& name, const std::string& help, const Labels& labels,
                      const std::optional<T>& value) {
    if (value) gauge(name, help, labels, static_cast<double>(*value));
  }
  ClientMetric& add(const std::string& name, const std::string& help, MetricType type, const Labels& labels) {
    const auto [at, is_new] = at_.try_emplace(name, all_.size());
    if (is_new) all_.push_back({"openline_" + name, help, type, {}});
    ClientMetric& metric = all_[at->second].metric.emplace_back();
    metric.label = labels;
    return metric;
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, all_);
    return out.str();
  }

 private:
  std::vector<MetricFamily> all_;
  std::map<std::string, std::size_t> at_;
};

std::optional<double> seconds_of(const std::optional<Microseconds>& time) {
  return time ? std::optional(in_seconds(*time)) : std::nullopt;
}

void add_path(Families& to, const Labels& labels, const PathTotals& path, Now now) {
  to.gauge("path_up", "1 while something is heard by this path.", labels, path.up ? 1 : 0);
  to.gauge_if_known("path_declared_rate_bytes_per_second", "What station.toml says that the path carries.",
                    labels, path.declared_rate);
  to.gauge_if_known("path_measured_rate_bytes_per_second",
                    "What was acknowledged a second while more waited than the path took.", labels,
                    path.measured_rate);
  to.gauge_if_known("path_round_trip_seconds", "Smoothed round trip.", labels, seconds_of(path.round_trip));
  to.gauge_if_known("path_loss_ratio", "Packets lost lately, 0 to 1.", labels, path.loss);
  to.gauge("path_in_flight_bytes", "Sent and not acknowledged.", labels, static_cast<double>(path.in_flight));
  to.gauge("path_queue_bytes", "Of objects that wait and that this path may take.", labels,
           static_cast<double>(path.queued));
  to.gauge_if_known("path_queue_seconds", "Until what waits should be there, an estimate.", labels,
                    seconds_of(path.queue_time));
  to.counter("path_sent_bytes_total", "Bytes of packets sent.", labels, path.bytes_sent);
  to.counter("path_received_bytes_total", "Bytes of authenticated packets received.", labels,
             path.bytes_received);
  to.counter("path_sent_packets_total", "Packets sent.", labels, path.packets_sent);
  to.counter("path_received_packets_total", "Authenticated packets received.", labels, path.packets_received);
  to.counter("path_lost_packets_total", "Packets sent that were lost.", labels, path.packets_lost);
  to.counter("path_repeated_bytes_total", "Bytes sent again before anybody knew that they were lost.", labels,
             path.bytes_repeated);
  to.counter("path_padding_bytes_total", "Bytes that said nothing, for those who watch the path.", labels,
             path.bytes_padded);
  if (path.last_heard)
    to.gauge("path_last_heard_age_seconds", "Since the last authenticated packet.", labels,
             in_seconds(now.monotonic - *path.last_heard));
}

void add_peers(Families& to, const StationStatus& status, Now now) {
  for (const PeerStatus& peer : status.peers) {
    for (std::size_t at = 0; at < peer.links.size(); ++at) {
      const LinkStatus& link = peer.links[at];
      const Labels labels{{"peer", peer.code}, {"station", link.station.hex().substr(0, 8)}};
      to.gauge("link_session", "1 while a session is open and some path is up.", labels,
               link.session ? 1 : 0);
      to.gauge("link_queued_bytes", "Of objects not yet acknowledged.", labels,
               static_cast<double>(link.queued_bytes));
      to.gauge("link_objects_in_flight", "Objects not yet acknowledged.", labels,
               static_cast<double>(link.objects_in_flight));
      for (const auto& [name, path] : path_totals(link, peer.traffic.at(at))) {
        Labels of_path = labels;
        of_path.push_back({"path", name});
        add_path(to, of_path, path, now);
      }
    }
  }
}

void add_line(Families& to, const LineStatus& line) {
  const Labels labels{{"line", line.agreement.agreement.name}, {"id", line.line.hex().substr(0, 8)}};
  for (const auto& [lamp, name] : {std::pair{LineLamp::kOpenAttended, "open-attended"},
                                   {LineLamp::kOpenUnattended, "open-unattended"},
                                   {LineLamp::kDegraded, "degraded"},
                                   {LineLamp::kSilent, "silent"}}) {
    Labels with = labels;
    with.push_back({"lamp", name});
    to.gauge("line_lamp", "1 for the lamp that is lit.", with, line.lamp == lamp ? 1 : 0);
  }
  to.gauge("line_conditions", "Conditions that the status names, without those of the plan.", labels,
           static_cast<double>(line.conditions.size()));
  std::size_t ours = 0;
  for (const OpenItem& item : line.open_items) ours += item.own ? 1 : 0;
  const auto waits = [&](const char* whom, std::size_t count) {
    Labels with = labels;
    with.push_back({"for", whom});
    to.gauge("line_waiting", "Messages that wait for an answer.", with, static_cast<double>(count));
  };
  waits("them", ours);
  waits("us", line.open_items.size() - ours);
  for (const MemberStatus& member : line.members) {
    Labels with = labels;
    with.push_back({"peer", member.code});
    to.gauge("line_not_stored_entries", "Entries of ours that it has not said to have stored.", with,
             static_cast<double>(member.not_stored));
  }
  to.counter("line_entries_total", "Entries of the line held here.", labels, line.entries);
}

void add_dropped(Families& to, const SwitchboardCounters& dropped) {
  for (const auto& [why, count] : {std::pair{"malformed", dropped.malformed},
                                   {"bad_mac", dropped.bad_mac},
                                   {"unknown_caller", dropped.unknown_caller},
                                   {"unknown_session", dropped.unknown_session},
                                   {"failed_authentication", dropped.failed_authentication},
                                   {"replayed", dropped.replayed},
                                   {"cookie_asked", dropped.cookies_asked},
                                   {"over_budget", dropped.over_budget}}) {
    to.counter("dropped_packets_total", "Packets that were dropped, and why.", {{"why", why}}, count);
  }
  to.counter("cookies_sent_total", "Cookies sent in answer to a repeated cookie request.", {},
             dropped.cookies_sent);
}

void add_refused(Families& to, const StationStatus& status) {
  to.counter(
      "refused_objects_total",
      "What authenticated peers sent and was refused: malformed, not theirs to send, or by the record.", {},
      status.refused_objects);
}

void add_store(Families& to, const StationStatus& status, const CommitTimes& times) {
  to.gauge("store_problem", "1 while the store does not take changes.", {}, status.store_problem ? 1 : 0);
  to.gauge("store_uncommitted_bytes", "Of changes that wait for the store.", {},
           static_cast<double>(status.uncommitted_bytes));
  ClientMetric& metric = to.add("store_commit_seconds", "How long commits took.", MetricType::Histogram, {});
  metric.histogram.sample_count = times.count;
  metric.histogram.sample_sum = times.sum;
  for (std::size_t at = 0; at < CommitTimes::kUpTo.size(); ++at)
    metric.histogram.bucket.push_back({times.within[at], CommitTimes::kUpTo[at]});
}

}  // namespace

std::string metrics_text(const StationPort& station) {
  const StationStatus status = station.status();
  Families families;
  for (const PathView& path : station.paths())
    families.gauge("own_path_usable", "1 while this station's own end of the path works.",
                   {{"path", path.name}, {"kind", path.kind}}, path.problem.empty() ? 1 : 0);
  add_peers(families, status, station.now());
  for (const LineStatus& line : status.lines) add_line(families, line);
  add_dropped(families, status.counters);
  add_refused(families, status);
  add_store(families, status, station.commit_times());
  return families.text();
}

}  // namespace openline::daemon

// The story of a run. Times are told by the clock where the run has one, and from time zero always.

#include "tools/output/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/console/humanize.hpp"
#include "tools/console/text_width.hpp"
#include "tools/output/sparkline.hpp"

namespace nines {

namespace {

constexpr std::size_t k_columns_most = 60, k_columns_least = 10;
constexpr int k_remark_width = 22;  // "66.7 % to 100 %"
constexpr std::size_t k_incidents_shown = 5;
constexpr std::size_t k_entries_shown = 12, k_entries_of_study = 3;
constexpr std::size_t k_fault_lines = 4;  // more faults share one line
constexpr int k_label_width = 10;
constexpr double k_day_s = 86'400;

/// Moments of one run, told alike wherever they stand.
class Moments {
public:
    explicit Moments(const Results& results) : known_(!results.start_clock.empty()), start_s_(results.start_clock_s) {
        const auto day_of = [](std::int64_t unix_s) { return human_clock(unix_s, ClockDetail::date); };
        const auto runs = static_cast<double>(std::max<std::uint64_t>(results.replications, 1));
        dated_ = known_ && day_of(start_s_) != day_of(unix_of(results.simulated_s / runs));
    }

    /// "+35:12", from time zero.
    static std::string offset(double at_s) { return (at_s < 0 ? "" : "+") + human_stopwatch(at_s); }

    /// "20:05:12", with the date where the run has more than one; the offset where there is no clock.
    std::string moment(double at_s) const {
        return known_ ? human_clock(unix_of(at_s), dated_ ? ClockDetail::date_and_time : ClockDetail::time_of_day)
                      : offset(at_s);
    }

    /// What stands under an axis that spans `span_s`.
    std::string mark(double at_s, double span_s) const {
        if (!known_) {
            return span_s > 2 * k_day_s ? "+" + human_duration(at_s) : offset(at_s);
        }
        const ClockDetail detail = span_s <= 2 * k_day_s     ? ClockDetail::minute_of_day
                                   : span_s <= 730 * k_day_s ? ClockDetail::date
                                                             : ClockDetail::month;
        return human_clock(unix_of(at_s), detail);
    }

    bool known() const { return known_; }

private:
    std::int64_t unix_of(double at_s) const { return start_s_ + static_cast<std::int64_t>(std::floor(at_s)); }

    bool known_, dated_ = false;
    std::int64_t start_s_;
};

std::uint64_t ended(const SliceRow& s) {
    return s.ok + s.error + s.timeout + s.rejected + s.abandoned;
}

/// What all lines over time share.
struct Axis {
    double begin_s, span_s;
    std::size_t columns;

    double moment(std::size_t column) const {
        return begin_s + span_s * static_cast<double>(column) / static_cast<double>(columns);
    }
};

Axis axis_of(const Results& results, int width) {
    const double begin_s = results.slices.front().begin_s;
    const double span_s = results.slices.back().begin_s + results.slice_s - begin_s;
    const int room = std::max(0, width - 2 - k_label_width - 2 - k_remark_width);
    return {begin_s, span_s, std::clamp(static_cast<std::size_t>(room), k_columns_least, k_columns_most)};
}

/// Samples of all columns, each computed from the slices that it shows.
template <class Compute>
std::vector<Sample> resample(const std::vector<SliceRow>& slices, std::size_t columns, Compute compute) {
    std::vector<Sample> samples;
    for (std::size_t c = 0; c < columns; ++c) {
        const auto [first, last] = slices_of_column(c, columns, slices.size());
        samples.push_back(compute(std::span(slices).subspan(first, last - first)));
    }
    return samples;
}

/// The worst slice of a column, or a short outage would drown in a long run.
Sample ok_share(std::span<const SliceRow> slices) {
    Sample worst;
    for (const SliceRow& s : slices) {
        if (ended(s) > 0) {
            const double share = static_cast<double>(s.ok) / static_cast<double>(ended(s));
            worst = std::min(worst.value_or(1), share);
        }
    }
    return worst;
}

std::uint64_t ok_count(std::span<const SliceRow> slices) {
    return std::accumulate(slices.begin(), slices.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const SliceRow& s) { return sum + s.ok; });
}

Sample latency_mean(std::span<const SliceRow> slices) {
    double weighted = 0;
    for (const SliceRow& s : slices) {
        weighted += s.latency_mean_s * static_cast<double>(s.ok);
    }
    const std::uint64_t count = ok_count(slices);
    return count == 0 ? Sample() : weighted / static_cast<double>(count);
}

std::string padded(std::string text, int width) {
    text.append(static_cast<std::size_t>(std::max(0, width - text_width(text))), ' ');
    return text;
}

void add_sparkline(Page& page, const std::string& label, const std::string& unit, const std::vector<Sample>& samples,
                   bool from_zero) {
    Sample low, high;
    for (const Sample& sample : samples) {
        if (sample) {
            low = std::min(low.value_or(*sample), *sample);
            high = std::max(high.value_or(*sample), *sample);
        }
    }
    if (!low) {
        return;
    }
    const SparklineScale scale{from_zero ? 0 : *low, *high, page.style().unicode};
    const std::string lowest = human_quantity(*low, unit), highest = human_quantity(*high, unit);
    page.line("  " + padded(label, k_label_width) + sparkline(samples, scale) + "  " +
              (lowest == highest ? lowest : lowest + " to " + highest));
}

/// Marks the columns in which one of `faults` is in force.
std::string fault_marks(std::span<const FaultRow> faults, const Axis& axis, bool unicode) {
    std::string marks;
    for (std::size_t c = 0; c < axis.columns; ++c) {
        const double from_s = axis.moment(c), to_s = axis.moment(c + 1);
        const bool in_force = std::any_of(faults.begin(), faults.end(), [&](const FaultRow& f) {
            return f.begin_s < to_s && (f.end_s > from_s || f.begin_s >= from_s);
        });
        marks += !in_force ? " " : unicode ? "━" : "=";
    }
    return marks;
}

void add_faults(Page& page, const Results& results, const Axis& axis) {
    const std::span<const FaultRow> faults(results.faults);
    const auto mark = [&](const char* label, std::span<const FaultRow> marked, const std::string& remark) {
        page.line("  " + padded(label, k_label_width) +
                  page.ink(Ink::red, fault_marks(marked, axis, page.style().unicode)) + "  " + remark);
    };
    if (faults.size() > k_fault_lines) {
        mark("faults", faults, fmt::format("{} faults", faults.size()));
        return;
    }
    for (std::size_t i = 0; i < faults.size(); ++i) {
        mark(i == 0 ? "faults" : "", faults.subspan(i, 1), page.plain(faults[i].name));
    }
}

/// The times at the begin, in the middle and at the end.
void add_times(Page& page, const Moments& moments, const Axis& axis) {
    const std::string first = moments.mark(axis.begin_s, axis.span_s);
    const std::string middle = moments.mark(axis.begin_s + axis.span_s / 2, axis.span_s);
    const std::string last = moments.mark(axis.begin_s + axis.span_s, axis.span_s);
    const int columns = static_cast<int>(axis.columns);
    std::string times = padded(first, columns / 2 - text_width(middle) / 2);
    if (text_width(times + middle + last) + 2 <= columns) {
        times += middle;
    }
    times = padded(times, columns - text_width(last)) + last;
    page.line("  " + padded("time", k_label_width) + page.ink(Ink::dim, times));
}

void add_timeline(Page& page, const Moments& moments, const std::vector<TimelineEntry>& timeline, const char* indent,
                  std::size_t most = k_entries_shown) {
    const std::size_t shown = std::min(timeline.size(), most);
    int offset_width = 0;
    for (std::size_t i = 0; i < shown; ++i) {
        offset_width = std::max(offset_width, text_width(Moments::offset(timeline[i].at_s)));
    }
    for (std::size_t i = 0; i < shown; ++i) {
        const TimelineEntry& entry = timeline[i];
        const std::string offset = padded(Moments::offset(entry.at_s), offset_width);
        const std::string lead = moments.known() ? moments.moment(entry.at_s) + "  " + offset : offset;
        page.paragraph(indent + page.ink(Ink::dim, lead) + "  ", page.plain(entry.text));
    }
    if (shown < timeline.size()) {
        page.line(fmt::format("{}... and {} more", indent, timeline.size() - shown));
    }
}

void add_incident(Page& page, const Moments& moments, const Incident& incident, bool of_study) {
    const std::string end = incident.open ? "still open at the end" : "to " + moments.moment(incident.end_s);
    const std::string owner = incident.owner.empty() ? "" : " (" + incident.owner + ")";
    page.paragraph("  ",
                   fmt::format("{}{} {} ({}), {} requests lost, cause: {}{}",
                               of_study ? fmt::format("replication {}: ", incident.replication) : "",
                               moments.moment(incident.begin_s), end, human_duration(incident.end_s - incident.begin_s),
                               human_number(incident.lost_requests), page.plain(incident.cause), page.plain(owner)));
    add_timeline(page, moments, incident.timeline, "    ", of_study ? k_entries_of_study : k_entries_shown);
}

/// Positions of the incidents that lost most, in order of time.
std::vector<std::size_t> worst_incidents(const std::vector<Incident>& incidents) {
    std::vector<std::size_t> order(incidents.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return incidents[a].lost_requests > incidents[b].lost_requests;
    });
    order.resize(std::min(order.size(), k_incidents_shown));
    std::sort(order.begin(), order.end());
    return order;
}

}  // namespace

void add_course(Page& page, const Results& results) {
    const std::vector<SliceRow>& slices = results.slices;
    if (slices.empty()) {
        return;
    }
    const Axis axis = axis_of(results, page.style().width);
    const double slice_s = axis.span_s / static_cast<double>(slices.size());
    page.section("OVER TIME", fmt::format("ok share of the worst slice of {}, mean latency of ok requests",
                                          human_duration(slice_s)));
    const auto goodput = [&](std::span<const SliceRow> part) -> Sample {
        return static_cast<double>(ok_count(part)) / (slice_s * static_cast<double>(part.size()));
    };
    add_sparkline(page, "ok share", "fraction", resample(slices, axis.columns, ok_share), false);
    add_sparkline(page, "goodput", "1/s", resample(slices, axis.columns, goodput), true);
    add_sparkline(page, "latency", "s", resample(slices, axis.columns, latency_mean), true);
    add_faults(page, results, axis);
    add_times(page, Moments(results), axis);
}

void add_incidents(Page& page, const Results& results) {
    const Moments moments(results);
    if (results.incidents.empty()) {
        if (!results.timeline.empty()) {
            page.section("WHAT HAPPENED", "no incident");
            add_timeline(page, moments, results.timeline, "  ");
        }
        return;
    }
    const std::uint64_t count = std::max<std::uint64_t>(results.incidents_count, results.incidents.size());
    const std::vector<std::size_t> shown = worst_incidents(results.incidents);
    const std::string total = human_number(static_cast<double>(count));
    page.section("INCIDENTS", shown.size() < count ? fmt::format("the worst {} of {}", shown.size(), total) : total);
    for (const std::size_t i : shown) {
        add_incident(page, moments, results.incidents[i], !results.stopped_by.empty());
    }
}

}  // namespace nines

// The profile as tables, the largest first.

#include "tools/output/profile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/console/humanize.hpp"
#include "tools/output/page.hpp"

namespace nines {

namespace {

std::string count_text(std::uint64_t count) {
    return human_number(static_cast<double>(count));
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
    return part == 0 || whole == 0
               ? ""
               : fmt::format("{:.2f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::uint64_t k_million = 1'000'000;
    return human_number(static_cast<double>(bytes)) + (bytes < k_million ? " B" : "B");
}

template <class Row, class Key>
std::vector<Row> largest_first(std::vector<Row> rows, Key key) {
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) > key(b); });
    return rows;
}

void add_events(Page& page, const Profile& profile) {
    Table table({{"event"},
                 {"happened", Align::right},
                 {"share", Align::right},
                 {"per simulated s", Align::right},
                 {"stale", Align::right},
                 {"waiting at the peak", Align::right}});
    for (const Profile::Events& row :
         largest_first(profile.events, [](const Profile::Events& one) { return one.happened; })) {
        const double per_s = profile.simulated_s > 0 ? static_cast<double>(row.happened) / profile.simulated_s : 0;
        table.add({row.kind, count_text(row.happened), share_text(row.happened, profile.events_happened),
                   human_number(per_s), row.stale > 0 ? count_text(row.stale) : "",
                   row.pending_most > 0 ? count_text(row.pending_most) : ""});
    }
    page.section("EVENTS", fmt::format("{} happened, {} of them stale; at most {} were seen waiting, {} of them timers",
                                       count_text(profile.events_happened), count_text(profile.events_stale),
                                       count_text(profile.pending_most), count_text(profile.timers_most)));
    page.table(table);
}

void add_memory(Page& page, const Profile& profile) {
    Table table({{"memory"}, {"most at once", Align::right}, {"bytes each", Align::right}, {"held", Align::right}});
    for (const Profile::Memory& row :
         largest_first(profile.memory, [](const Profile::Memory& one) { return one.bytes_held; })) {
        if (row.most > 0) {
            table.add({row.what, count_text(row.most), row.bytes_each > 0 ? count_text(row.bytes_each) : "",
                       bytes_text(row.bytes_held)});
        }
    }
    page.section("MEMORY", fmt::format("{} bytes for an attempt in flight: its records and pending events",
                                       human_number(profile.bytes_per_attempt)));
    page.table(table);
}

void add_draws(Page& page, const Profile& profile) {
    std::uint64_t all = 0;
    for (const Profile::Draws& row : profile.draws) {
        all += row.words;
    }
    if (all == 0) {
        return;
    }
    Table table({{"random words for"}, {"drawn", Align::right}, {"share", Align::right}});
    for (const Profile::Draws& row :
         largest_first(profile.draws, [](const Profile::Draws& one) { return one.words; })) {
        if (row.words > 0) {
            table.add({row.purpose, count_text(row.words), share_text(row.words, all)});
        }
    }
    page.section("RANDOM WORDS", fmt::format("{} of 64 bits", count_text(all)));
    page.table(table);
}

}  // namespace

std::string format_profile(const Profile& profile, const Style& style) {
    Page page(style);
    add_events(page, profile);
    add_memory(page, profile);
    add_draws(page, profile);
    return page.take();
}

}  // namespace nines

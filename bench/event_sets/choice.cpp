// The choice of the event set, by measurement: the hold model over increment laws and numbers of pending entries, for
// every candidate of this folder, side by side. Prints Markdown.
//   event_set_choice                 all laws, 10 to 10^6 pending
//   event_set_choice 10000000        up to so many pending
//   event_set_choice 1000000 Pareto  only the laws with this word in their title
//   event_set_choice --check         compares each candidate with a reference instead

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/event_sets/calendar_queue.hpp"
#include "bench/event_sets/check.hpp"
#include "bench/event_sets/dary_heap.hpp"
#include "bench/event_sets/hold.hpp"
#include "bench/event_sets/kernel_set.hpp"
#include "bench/event_sets/ladder_queue.hpp"
#include "bench/event_sets/pairing_heap.hpp"
#include "bench/event_sets/radix_ladder.hpp"
#include "bench/event_sets/std_queue.hpp"
#include "bench/event_sets/wheel_heap.hpp"

namespace nines::bench {
namespace {

struct Candidate {
    std::string_view name;
    std::function<Held(std::size_t pending, std::size_t steps, DrawnIncrements&)> hold_drawn;
    std::function<Held(std::size_t pending, std::size_t steps, ExponentialIncrements&)> hold_drawing;
    std::function<bool(std::uint64_t seed)> agrees;
};

template <class Queue>
Candidate candidate(std::string_view name) {
    return {name, hold<Queue, DrawnIncrements>, hold<Queue, ExponentialIncrements>,
            [](std::uint64_t seed) { return agrees_with_reference<Queue>(1'000'000, seed); }};
}

/// The first is the yardstick: the others' times are given as multiples of its speed.
std::vector<Candidate> candidates() {
    return {
        candidate<StdQueue>("std::priority_queue, ties free"),
        candidate<DaryHeap<2, Sift::k_bottom_up, Ties::k_free>>("2-ary heap, bottom-up, ties free"),
        candidate<DaryHeap<4, Sift::k_bottom_up, Ties::k_free>>("4-ary heap, bottom-up, ties free"),
        candidate<DaryHeap<4, Sift::k_top_down, Ties::k_free>>("4-ary heap, ties free"),
        candidate<DaryHeap<8, Sift::k_top_down, Ties::k_free>>("8-ary heap, ties free"),
        candidate<DaryHeap<4, Sift::k_bottom_up, Ties::k_kept>>("4-ary heap, bottom-up"),
        candidate<PairingHeap>("pairing heap (Boost)"),
        candidate<CalendarQueue>("calendar queue"),
        candidate<LadderQueue>("ladder queue"),
        candidate<WheelHeap>("timing wheel before a heap"),
        candidate<RadixLadder>("radix ladder"),
        candidate<KernelSet>("engine/kernel"),
    };
}

/// Best of a few turns, candidates taking turns, so that a disturbance does not fall on one of them alone.
template <class Hold>
std::vector<Held> best_of_turns(std::size_t count, std::size_t pending, Hold hold_one) {
    const std::size_t steps = pending <= 10'000 ? 500'000 : 1'000'000;
    const int turns = pending <= 100'000 ? 3 : 1;
    std::vector<Held> best(count);
    for (int turn = 0; turn < turns; ++turn) {
        for (std::size_t i = 0; i < count; ++i) {
            const Held held = hold_one(i, pending, steps);
            if (turn == 0 || held.ns_per_step < best[i].ns_per_step) {
                best[i] = held;
            }
        }
    }
    return best;
}

/// "12.3 (4.5)": nanoseconds a step, and how many times faster than the yardstick.
std::string cell(const Held& held, const Held& yardstick) {
    if (held.ns_per_step == 0) {
        return "stopped";
    }
    if (held.finished && yardstick.finished && held.fingerprint != yardstick.fingerprint) {
        return "WRONG";
    }
    return fmt::format("{:.1f} ({:.2f}){}", held.ns_per_step, yardstick.ns_per_step / held.ns_per_step,
                       held.finished ? "" : " cut short");
}

template <class Hold>
void print_table(std::string_view title, std::size_t pending_most, const std::vector<Candidate>& all, Hold hold_one) {
    std::vector<std::string> rows;
    for (const Candidate& one : all) {
        rows.push_back(fmt::format("| {} |", one.name));
    }
    std::string head = "| pending |";
    std::string rule = "| --- |";
    for (std::size_t pending = 10; pending <= pending_most; pending *= 10) {
        head += fmt::format(" {} |", pending);
        rule += " --- |";
        const std::vector<Held> best = best_of_turns(all.size(), pending, hold_one);
        for (std::size_t i = 0; i < all.size(); ++i) {
            rows[i] += fmt::format(" {} |", cell(best[i], best[0]));
        }
    }
    fmt::print("### {}\n\n{}\n{}\n", title, head, rule);
    for (const std::string& row : rows) {
        fmt::print("{}\n", row);
    }
    fmt::print("\n");
    std::fflush(stdout);
}

void compare(std::size_t pending_most, std::string_view word) {
    const std::vector<Candidate> all = candidates();
    fmt::print("Nanoseconds a step of the hold model (times faster than the first row).\n\n");
    constexpr std::string_view k_drawing_title = "exponential, mean 1 s, drawn inside the loop";
    if (k_drawing_title.find(word) != std::string_view::npos) {
        ExponentialIncrements drawing;
        print_table(k_drawing_title, pending_most, all, [&](std::size_t i, std::size_t pending, std::size_t steps) {
            return all[i].hold_drawing(pending, steps, drawing);
        });
    }
    for (const Law law : k_laws) {
        if (name(law).find(word) == std::string_view::npos) {
            continue;
        }
        DrawnIncrements drawn(law);
        print_table(name(law), pending_most, all, [&](std::size_t i, std::size_t pending, std::size_t steps) {
            return all[i].hold_drawn(pending, steps, drawn);
        });
    }
}

bool check_all() {
    bool all_agree = true;
    for (const Candidate& one : candidates()) {
        bool agrees = true;
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            agrees = agrees && one.agrees(seed);
        }
        fmt::print("{}: {}\n", one.name, agrees ? "as the reference" : "DIFFERS from the reference");
        all_agree = all_agree && agrees;
    }
    return all_agree;
}

}  // namespace
}  // namespace nines::bench

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "1000000";
    if (argument == "--check") {
        return nines::bench::check_all() ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    nines::bench::compare(std::strtoull(argument.data(), nullptr, 10), argc > 2 ? argv[2] : "");
    return EXIT_SUCCESS;
}

// Problem: how mistakes look on the terminal.

#include "models/language/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "models/language/show.hpp"
#include "models/language/word_distance.hpp"

namespace nines {

namespace {

constexpr std::size_t k_width = 110;       // characters of a source line that are shown
constexpr std::size_t k_choices_all = 12;  // longer lists are cut to their nearest
constexpr std::size_t k_choices_near = 5;
constexpr std::size_t k_choices_ranked = 2'000;  // of more, only their number: ranking them takes long
constexpr std::size_t k_message_most = 1'000;    // characters; more is not read, and a hostile word has millions
constexpr std::size_t k_path_most = 200;

/// The text of one line, without its end; lines count from 1.
std::string_view line_of(std::string_view text, int line) {
    for (int i = 1; i < line; ++i) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

/// A source line as shown, with the caret line below it; both cut to a window around the caret.
struct Excerpt {
    std::string line;
    std::string caret;
};

Excerpt excerpt_of(std::string_view line, int column, int length) {
    const std::size_t total = utf8_length(line);
    const auto begin = std::min(static_cast<std::size_t>(std::max(column, 1) - 1), total);
    std::size_t from = 0;
    if (total > k_width && begin > k_width / 2) {
        from = std::min(begin - k_width / 2, total - k_width);
    }
    const std::size_t to = std::min(total, from + k_width);
    const std::size_t end = std::clamp(begin + static_cast<std::size_t>(std::max(length, 1)), begin, to);
    Excerpt result;
    std::size_t position = 0;
    std::size_t cells_before = 0;
    std::size_t cells_marked = 0;
    for (std::size_t at = 0; at < line.size() && position < to; ++position) {
        const std::size_t bytes = utf8_at(line, at).bytes;
        if (position >= from) {
            const std::string_view character = line.substr(at, bytes);
            const std::string shown = character == "\t" ? "    " : escape_text(character);
            const std::size_t cells = utf8_length(shown);
            cells_before += position < begin ? cells : 0;
            cells_marked += position >= begin && position < end ? cells : 0;
            result.line += shown;
        }
        at += bytes;
    }
    const std::string_view dots = from > 0 ? "..." : "";
    result.line = fmt::format("{}{}{}", dots, result.line, to < total ? "..." : "");
    result.caret = std::string(dots.size() + cells_before, ' ') + '^';
    result.caret.append(cells_marked > 1 ? cells_marked - 1 : 0, '~');
    return result;
}

/// Escaped, and cut where it is too long.
std::string shortened(std::string_view text, std::size_t most) {
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size() && count < most; ++count) {
        end += utf8_at(text, end).bytes;
    }
    return escape_text(text.substr(0, end)) + (end < text.size() ? "..." : "");
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + escape_text(word);
    }
    return text;
}

std::string choices_text(const Problem& problem) {
    if (problem.choices.size() <= k_choices_all) {
        return "one of: " + joined(problem.choices);
    }
    if (problem.choices.size() > k_choices_ranked) {
        return fmt::format("one of {}", problem.choices.size());
    }
    std::vector<std::pair<std::size_t, std::string>> by_distance;
    for (const std::string& choice : problem.choices) {
        by_distance.emplace_back(word_distance(problem.found, choice), choice);
    }
    std::stable_sort(by_distance.begin(), by_distance.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> near;
    for (std::size_t i = 0; i < k_choices_near; ++i) {
        near.push_back(by_distance[i].second);
    }
    return fmt::format("one of {}, such as: {}", problem.choices.size(), joined(near));
}

std::string place_text(const Document& document, const Place& place) {
    const std::string name = place.file < document.files.size() ? escape_text(document.files[place.file].name) : "?";
    return place.line == 0 ? name : fmt::format("{}:{}:{}", name, place.line, place.column);
}

std::string format_problem(const Document& document, const Problem& problem) {
    const Place& place = problem.place;
    std::string text =
        fmt::format("{}: error: {}\n", place_text(document, place), shortened(problem.message, k_message_most));
    const std::string_view near = nearest(problem.found, problem.choices);
    const std::string suggestion = near.empty() ? "" : fmt::format("did you mean `{}`?", escape_text(near));
    if (place.line > 0 && place.file < document.files.size()) {
        const Excerpt excerpt =
            excerpt_of(line_of(document.files[place.file].text, place.line), place.column, place.length);
        const std::string number = fmt::format("{:>5}", place.line);
        text += fmt::format("{} | {}\n", number, excerpt.line);
        text += fmt::format("{:{}} | {}{}{}\n", "", number.size(), excerpt.caret, suggestion.empty() ? "" : " ",
                            suggestion);
    } else if (!suggestion.empty()) {
        text += fmt::format("      = {}\n", suggestion);
    }
    if (!problem.path.empty()) {
        text += fmt::format("      = at: {}\n", shortened(problem.path, k_path_most));
    }
    if (!problem.choices.empty()) {
        text += fmt::format("      = {}\n", choices_text(problem));
    }
    if (!problem.hint.empty()) {
        text += fmt::format("      = hint: {}\n", escape_text(problem.hint));
    }
    // A file includes files that come after it in the list, so the walk to the first file ends.
    std::uint32_t file = place.file;
    while (file < document.files.size() && document.files[file].included_from) {
        const Place& from = *document.files[file].included_from;
        text += fmt::format("      = included from {}\n", place_text(document, from));
        file = from.file < file ? from.file : UINT32_MAX;
    }
    return text;
}

auto order_of(const Problem& problem) {
    return std::make_tuple(problem.place.file, problem.place.line, problem.place.column);
}

}  // namespace

Problem& Problems::add(Place place, std::string path, std::string message) {
    list.push_back({place, std::move(path), std::move(message), {}, {}, {}});
    return list.back();
}

std::string format_problems(const Document& document, const Problems& problems, std::size_t most) {
    std::vector<const Problem*> sorted;
    for (const Problem& problem : problems.list) {
        sorted.push_back(&problem);
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Problem* a, const Problem* b) { return order_of(*a) < order_of(*b); });
    std::vector<const Problem*> unique;
    std::set<std::pair<std::string_view, std::string_view>> here;  // equal ones stand at the same place
    for (const Problem* problem : sorted) {
        if (!unique.empty() && order_of(*unique.back()) != order_of(*problem)) {
            here.clear();
        }
        if (here.emplace(problem->path, problem->message).second) {
            unique.push_back(problem);
        }
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(most, unique.size()); ++i) {
        text += format_problem(document, *unique[i]);
    }
    if (unique.size() > most) {
        text += fmt::format("... and {} more errors\n", unique.size() - most);
    }
    return text;
}

}  // namespace nines

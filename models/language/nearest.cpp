// Nearest: the valid word that a mistyped one most likely meant.

#include <algorithm>
#include <array>
#include <cctype>

#include "models/language/problem.hpp"
#include "models/language/word_distance.hpp"

namespace nines {

namespace {

constexpr std::size_t k_longest_word = 80;  // what is longer is no typing mistake, and would take long to compare

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return result;
}

/// The one choice that `fits`, or nothing when there are several.
template <class Fits>
std::string_view only(const std::vector<std::string>& choices, Fits fits) {
    std::string_view found;
    for (const std::string& choice : choices) {
        if (fits(choice)) {
            if (!found.empty()) {
                return {};
            }
            found = choice;
        }
    }
    return found;
}

}  // namespace

std::size_t word_distance(std::string_view a, std::string_view b) {
    a = a.substr(0, k_longest_word);
    b = b.substr(0, k_longest_word);
    // Three rows of the table of optimal string alignment: two back for transpositions, one back, and the current one.
    std::array<std::size_t, k_longest_word + 1> before{};
    std::array<std::size_t, k_longest_word + 1> above{};
    std::array<std::size_t, k_longest_word + 1> row{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        above[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

std::string_view nearest(std::string_view word, const std::vector<std::string>& choices) {
    if (word.empty() || word.size() > k_longest_word) {
        return {};
    }
    const std::string word_lower = lower(word);
    const std::string_view same = only(choices, [&](const std::string& choice) { return lower(choice) == word_lower; });
    if (!same.empty()) {
        return same;
    }
    // A third of the length: enough for a slip or two, too little to make another word of it.
    const std::size_t most = std::min(std::min<std::size_t>((word.size() + 2) / 3, 4), word.size() - 1);
    std::size_t least = most + 1;
    std::string_view best;
    for (const std::string& choice : choices) {
        const std::size_t longer = std::max(word.size(), choice.size());
        if (longer - std::min(word.size(), choice.size()) >= least) {
            continue;  // each missing letter is one
        }
        const std::size_t distance = word_distance(word, choice);
        if (distance < least) {
            least = distance;
            best = choice;
        }
    }
    if (!best.empty() || word.size() < 2) {
        return best;
    }
    return only(choices, [&](const std::string& choice) { return lower(choice).starts_with(word_lower); });
}

}  // namespace nines

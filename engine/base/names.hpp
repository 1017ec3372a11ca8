#pragma once
// Names: the one table of words for an enum; readers, suggestions, schema and reference all come from it.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nines {

template <class Enum, std::size_t count>
struct Names {
    std::array<std::pair<std::string_view, Enum>, count> entries;

    constexpr std::optional<Enum> find(std::string_view name) const {
        for (const auto& [word, value] : entries) {
            if (word == name) {
                return value;
            }
        }
        return std::nullopt;
    }
    constexpr std::string_view of(Enum wanted) const {
        for (const auto& [word, value] : entries) {
            if (value == wanted) {
                return word;
            }
        }
        return "?";
    }
    std::vector<std::string> all() const {
        std::vector<std::string> words;
        for (const auto& entry : entries) {
            words.emplace_back(entry.first);
        }
        return words;
    }
};

}  // namespace nines

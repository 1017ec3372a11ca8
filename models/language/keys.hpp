#pragma once
// Keys: helpers for whoever reads a mapping of the tree: known keys, unknown keys, and values of each simple type.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/names.hpp"
#include "engine/base/time.hpp"
#include "engine/random/distribution.hpp"
#include "models/language/document.hpp"
#include "models/language/problem.hpp"
#include "models/language/quantity_text.hpp"

namespace nines {

/// What a reader needs to report mistakes at a field.
struct Field {
    const Node* node = nullptr;
    std::string path;

    /// The field under `key`; its node is nullptr where there is none.
    Field child(std::string_view key) const;
    /// The i-th item of a sequence; its node is nullptr where there is none.
    Field item(std::size_t i) const;
};

/// "services" and "web" to "services.web"; an empty parent gives the key alone.
std::string join_path(std::string_view parent, std::string_view key);

/// What stands there, for an error: "`abc`", "nothing", "a list", "a mapping".
std::string found_text(const Node& node);

/// "a time" to "expected a time, found a list", added at the node; the way to report any wrong value.
Problem& add_expected(const Node& node, const std::string& path, std::string_view expected, Problems& problems);

/// Reads one mapping key by key. Whoever uses it asks for each key that the language knows, then calls finish().
class MappingReader {
public:
    /// Adds a problem ("expected a service (a mapping), found a list") when `node` is no mapping; a null node is an
    /// empty mapping. `what` names the thing with its article. The reader keeps references to all but `what`.
    MappingReader(const Node& node, std::string path, Problems& problems, std::string_view what);

    /// The value under `key`, which is from now on known; nullptr when absent or null.
    const Node* optional(std::string_view key);
    /// The same; adds a problem when absent or null.
    const Node* required(std::string_view key);
    /// The key is of the language, but of a later version: when present, "`hedge` is known, not built yet".
    void known_not_built(std::string_view key);
    /// Every key not asked for is a problem that lists the keys asked for.
    void finish();

    bool is_mapping() const { return node_.is_mapping(); }
    const Node& node() const { return node_; }
    const std::string& path() const { return path_; }
    std::string path_of(std::string_view key) const { return join_path(path_, key); }
    Problems& problems() const { return problems_; }
    /// The field under `key` (asked for like optional()), node nullptr when absent or null.
    Field field(std::string_view key) { return {optional(key), path_of(key)}; }

private:
    void know(std::string_view key);

    const Node& node_;
    std::string path_;
    Problems& problems_;
    std::string what_;
    std::vector<std::string> known_;      // in the order asked for: the list of choices
    std::vector<std::string> not_built_;  // known too, but never a choice
};

/// The longest time of a field: a clock of whole nanoseconds ends after 292 years. A time that is drawn may be longer,
/// and then never comes.
inline constexpr double k_time_most_s = 200 * k_hours_per_year * k_seconds_per_hour;

/// The longest time since zero: `flow` counts in microseconds. In `requests` a moment after its horizon never comes.
inline constexpr double k_moment_most_s = 200'000 * k_hours_per_year * k_seconds_per_hour;

// Readers of single values. Each adds a problem and returns nothing when the value is wrong.

std::optional<double> read_quantity(const Node& node, const std::string& path, Dimension dimension, Problems& problems);
/// A time since zero: a horizon, or when something happens.
std::optional<double> read_moment(const Node& node, const std::string& path, Problems& problems);
/// A whole number in [low, high].
std::optional<std::int64_t> read_count(const Node& node, const std::string& path, std::int64_t low, std::int64_t high,
                                       Problems& problems);
/// `true` or `false`, not in quotes.
std::optional<bool> read_bool(const Node& node, const std::string& path, Problems& problems);
/// Any scalar.
std::optional<std::string> read_text(const Node& node, const std::string& path, Problems& problems);
/// A name: letters, digits, `-` and `_`, at most 64 of them.
std::optional<std::string> read_name(const Node& node, const std::string& path, Problems& problems);
/// Whether `text` is a name in the sense of read_name; for keys of mappings.
bool is_name(std::string_view text);
/// Files of `empirical` are looked up in the folder of the file that the node stands in.
std::optional<Distribution> read_distribution(const Node& node, const std::string& path, Dimension dimension,
                                              const Document& document, Problems& problems);

/// The part of read_word that needs no template: the problem "expected WHAT, found `x`", with choices.
void add_wrong_word(const Node& node, const std::string& path, std::string_view what, std::vector<std::string> choices,
                    Problems& problems);

/// One word of a table; `what` has its article: "a balance policy".
template <class Enum, std::size_t count>
std::optional<Enum> read_word(const Node& node, const std::string& path, const Names<Enum, count>& names,
                              std::string_view what, Problems& problems) {
    if (node.is_scalar()) {
        if (const auto found = names.find(node.text)) {
            return *found;
        }
    }
    add_wrong_word(node, path, what, names.all(), problems);
    return std::nullopt;
}

}  // namespace nines

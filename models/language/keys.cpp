// Keys: helpers for whoever reads a mapping of the tree.

#include "models/language/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/language/distribution_text.hpp"
#include "models/language/show.hpp"
#include "models/language/source.hpp"

namespace nines {

namespace {

constexpr std::size_t k_name_longest = 64;

bool contains(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// The scalar at `node`, or nothing after a problem.
const std::string* scalar_of(const Node& node, const std::string& path, std::string_view expected, Problems& problems) {
    if (node.is_scalar()) {
        return &node.text;
    }
    add_expected(node, path, expected, problems);
    return nullptr;
}

}  // namespace

Field Field::child(std::string_view key) const {
    return {node ? node->find(key) : nullptr, join_path(path, key)};
}

Field Field::item(std::size_t i) const {
    const bool exists = node != nullptr && i < node->items.size();
    return {exists ? &node->items[i] : nullptr, fmt::format("{}[{}]", path, i)};
}

std::string join_path(std::string_view parent, std::string_view key) {
    return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string found_text(const Node& node) {
    switch (node.kind) {
        case NodeKind::null:
            return "nothing";
        case NodeKind::scalar:
            return node.text.empty() ? "an empty text" : quote(node.text);
        case NodeKind::sequence:
            return node.items.empty() ? "an empty list" : "a list";
        case NodeKind::mapping:
            return node.entries.empty() ? "an empty mapping" : "a mapping";
    }
    return {};
}

Problem& add_expected(const Node& node, const std::string& path, std::string_view expected, Problems& problems) {
    return problems.add(node.place, path, fmt::format("expected {}, found {}", expected, found_text(node)));
}

MappingReader::MappingReader(const Node& node, std::string path, Problems& problems, std::string_view what)
    : node_(node), path_(std::move(path)), problems_(problems), what_(what) {
    if (!node.is_mapping() && !node.is_null()) {
        add_expected(node, path_, fmt::format("{} (a mapping)", what), problems);
    }
}

void MappingReader::know(std::string_view key) {
    if (!contains(known_, key)) {
        known_.emplace_back(key);
    }
}

const Node* MappingReader::optional(std::string_view key) {
    know(key);
    const Node* value = node_.find(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

const Node* MappingReader::required(std::string_view key) {
    const Node* value = optional(key);
    if (value == nullptr && (node_.is_mapping() || node_.is_null())) {
        const Node* null = node_.find(key);
        problems_.add(null ? null->place : node_.place, path_of(key), fmt::format("{} needs `{}`", what_, key));
    }
    return value;
}

void MappingReader::known_not_built(std::string_view key) {
    if (!contains(not_built_, key)) {
        not_built_.emplace_back(key);
    }
    for (const Entry& entry : node_.entries) {
        if (entry.key == key) {
            problems_.add(entry.key_place, path_of(key), fmt::format("`{}` is known, not built yet", key));
        }
    }
}

void MappingReader::finish() {
    for (const Entry& entry : node_.entries) {
        if (!contains(known_, entry.key) && !contains(not_built_, entry.key)) {
            Problem& problem = problems_.add(entry.key_place, path_of(entry.key),
                                             fmt::format("unknown field {} of {}", quote(entry.key), what_));
            problem.choices = known_;
            problem.found = entry.key;
            if (entry.key == "<<") {
                problem.hint = "YAML 1.2 has no merge keys: an alias stands for a whole value";
            }
        }
    }
}

namespace {

std::optional<double> read_bounded(const Node& node, const std::string& path, Dimension dimension, double time_most_s,
                                   Problems& problems) {
    const std::string* text = scalar_of(node, path, expected_text(dimension), problems);
    if (text == nullptr) {
        return std::nullopt;
    }
    const Result<double> value = parse_quantity(*text, dimension);
    if (!value) {
        problems.add(node.place, path, value.error());
        return std::nullopt;
    }
    if (dimension == Dimension::time && *value > time_most_s) {
        problems.add(node.place, path,
                     fmt::format("expected at most {} yr, found {}", time_most_s == k_time_most_s ? "200" : "200,000",
                                 quote(*text)));
        return std::nullopt;
    }
    return *value;
}

}  // namespace

std::optional<double> read_quantity(const Node& node, const std::string& path, Dimension dimension,
                                    Problems& problems) {
    return read_bounded(node, path, dimension, k_time_most_s, problems);
}

std::optional<double> read_moment(const Node& node, const std::string& path, Problems& problems) {
    return read_bounded(node, path, Dimension::time, k_moment_most_s, problems);
}

std::optional<std::int64_t> read_count(const Node& node, const std::string& path, std::int64_t low, std::int64_t high,
                                       Problems& problems) {
    const std::string* text = scalar_of(node, path, "a whole number such as `3`", problems);
    if (text == nullptr) {
        return std::nullopt;
    }
    const Result<std::int64_t> value = parse_count(*text);
    if (!value) {
        problems.add(node.place, path, value.error());
        return std::nullopt;
    }
    if (*value < low || *value > high) {
        add_expected(node, path, fmt::format("a whole number from {} to {}", low, high), problems);
        return std::nullopt;
    }
    return *value;
}

std::optional<bool> read_bool(const Node& node, const std::string& path, Problems& problems) {
    constexpr std::string_view k_expected = "`true` or `false`";
    if (node.is_scalar() && !node.quoted) {
        // The spellings of the core schema.
        if (node.text == "true" || node.text == "True" || node.text == "TRUE") {
            return true;
        }
        if (node.text == "false" || node.text == "False" || node.text == "FALSE") {
            return false;
        }
    }
    Problem& problem = add_expected(node, path, k_expected, problems);
    if (node.quoted && (node.text == "true" || node.text == "false")) {
        problem.hint = "write it without quotes";
    }
    return std::nullopt;
}

std::optional<std::string> read_text(const Node& node, const std::string& path, Problems& problems) {
    const std::string* text = scalar_of(node, path, "a text", problems);
    return text ? std::optional(*text) : std::nullopt;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= k_name_longest && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::optional<std::string> read_name(const Node& node, const std::string& path, Problems& problems) {
    constexpr std::string_view k_expected = "a name (letters, digits, `-` and `_`, at most 64)";
    if (node.is_scalar() && is_name(node.text)) {
        return node.text;
    }
    add_expected(node, path, k_expected, problems);
    return std::nullopt;
}

std::optional<Distribution> read_distribution(const Node& node, const std::string& path, Dimension dimension,
                                              const Document& document, Problems& problems) {
    const std::string* text = scalar_of(node, path, "a distribution", problems);
    if (text == nullptr) {
        return std::nullopt;
    }
    FileLoader load;
    if (node.place.file < document.files.size()) {
        load = [&](const std::string& file) { return read_data_file(document.files[node.place.file].folder, file); };
    }
    Result<Distribution> value = parse_distribution(*text, dimension, load);
    if (value) {
        return *value;
    }
    Problem& problem = problems.add(node.place, path, value.error());
    if (value.error().starts_with("expected a distribution, found `")) {
        problem.found = text->substr(0, text->find_first_of(" ("));
        problem.choices = distribution_names();
    }
    return std::nullopt;
}

void add_wrong_word(const Node& node, const std::string& path, std::string_view what, std::vector<std::string> choices,
                    Problems& problems) {
    Problem& problem = add_expected(node, path, what, problems);
    problem.choices = std::move(choices);
    problem.found = node.is_scalar() ? node.text : std::string();
}

}  // namespace nines

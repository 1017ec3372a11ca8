// Patch: walks along a path through the tree, makes what may be made, and changes what is at its end.

#include "models/language/patch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "models/language/keys.hpp"
#include "models/language/patch_path.hpp"
#include "models/language/show.hpp"
#include "models/language/yaml_tree.hpp"

namespace nines {

namespace {

/// A position in the tree: the i-th entry of a mapping, or the i-th item of a sequence.
struct Slot {
    Node* owner = nullptr;
    std::size_t index = 0;

    Node& value() const { return owner->is_mapping() ? owner->entries[index].value : owner->items[index]; }
    void erase() const {
        const auto at = static_cast<std::ptrdiff_t>(index);
        if (owner->is_mapping()) {
            owner->entries.erase(owner->entries.begin() + at);
        } else {
            owner->items.erase(owner->items.begin() + at);
        }
    }
};

/// A step that calls something, with its path below the endpoint that was searched.
struct FoundCall {
    Slot slot;
    std::string path;
    std::string target;
};

void find_calls(Node& node, const std::string& path, std::vector<FoundCall>& found) {
    const auto visit = [&](Slot slot, const std::string& at) {
        Node& value = slot.value();
        const Node* target = value.find("call");
        if (target != nullptr && target->is_scalar()) {
            found.push_back({slot, at, target->text});
        }
        find_calls(value, at, found);
    };
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        visit({&node, i}, fmt::format("{}[{}]", path, i));
    }
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
        visit({&node, i}, join_path(path, node.entries[i].key));
    }
}

std::vector<std::string> keys_of(const Node& node) {
    std::vector<std::string> keys;
    for (const Entry& entry : node.entries) {
        keys.push_back(entry.key);
    }
    return keys;
}

/// One patch on its way through the tree.
class Walker {
public:
    Walker(Document& document, const std::string& path, Place path_place, const std::string& path_of_error,
           Problems& problems)
        : document_(document),
          path_(path),
          place_(path_place),
          shown_path_(join_path(path_of_error, path)),
          problems_(problems) {}

    void apply(const Node& value) {
        const Result<std::vector<PathStep>> steps = parse_path(path_);
        if (!steps) {
            problems_.add(place_, shown_path_, steps.error());
            return;
        }
        steps_ = *steps;
        if (document_.root.is_null()) {
            document_.root.kind = NodeKind::mapping;
        }
        node_ = &document_.root;
        while (at_ < steps_.size()) {
            const std::optional<Slot> slot = step(value.is_null());
            if (!slot) {
                return;
            }
            if (at_ == steps_.size()) {
                return change(*slot, value);
            }
            node_ = &slot->value();
        }
    }

private:
    /// Takes one step (or several that make one key) from node_; nothing after a problem.
    std::optional<Slot> step(bool removes) {
        const PathStep& current = steps_[at_];
        switch (current.kind) {
            case PathStep::Kind::name:
                return step_name(removes);
            case PathStep::Kind::index:
                return step_index(current);
            case PathStep::Kind::call:
                return step_call(current);
        }
        return std::nullopt;
    }

    std::optional<Slot> step_name(bool removes) {
        const PathStep& first = steps_[at_];
        if (node_->is_null() && !removes) {
            node_->kind = NodeKind::mapping;  // "retry:" with nothing behind it is an empty mapping
        }
        if (!node_->is_mapping()) {
            const std::string what = node_->is_scalar() ? fmt::format("is {}, which has no fields", quote(node_->text))
                                     : node_->is_null()
                                         ? std::string("is empty")
                                         : std::string("is a list: say which item by its number, such as [0]");
            add(first, fmt::format("no {} here: `{}` {}", quote(first.text), walked(), what));
            return std::nullopt;
        }
        const std::size_t names = names_of_key();
        const std::string key = joined(names);
        for (std::size_t i = 0; i < node_->entries.size(); ++i) {
            if (node_->entries[i].key == key) {
                at_ += names;
                return Slot{node_, i};
            }
        }
        const bool is_last = at_ + names == steps_.size();
        const bool may_be_made = !removes && (is_last || (!holds_named_things() && next_is_name(names)));
        if (!may_be_made) {
            Problem& problem = add(first, fmt::format("there is no {} in {}", quote(key), where()));
            problem.choices = problems_.wants_choices() ? keys_of(*node_) : std::vector<std::string>{};
            problem.found = key;
            return std::nullopt;
        }
        Entry entry{key, place_of(first), {}};
        entry.value.place = entry.key_place;
        node_->entries.push_back(std::move(entry));
        at_ += names;
        return Slot{node_, node_->entries.size() - 1};
    }

    std::optional<Slot> step_index(const PathStep& current) {
        Node* list = node_->is_mapping() ? node_->find("steps") : node_;
        if (list == nullptr || !list->is_sequence()) {
            add(current, fmt::format("{} has no numbered steps", where()));
            return std::nullopt;
        }
        if (current.index >= list->items.size()) {
            add(current, fmt::format("there is no [{}] in {}: it has {} item{}, counted from 0", current.index, where(),
                                     list->items.size(), list->items.size() == 1 ? "" : "s"));
            return std::nullopt;
        }
        ++at_;
        return Slot{list, current.index};
    }

    std::optional<Slot> step_call(const PathStep& current) {
        std::vector<FoundCall> all;
        find_calls(*node_, "", all);
        std::vector<FoundCall> fitting;
        std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
                     [&](const FoundCall& call) { return call.target == current.text; });
        if (fitting.size() == 1) {
            ++at_;
            return fitting.front().slot;
        }
        if (fitting.empty()) {
            Problem& problem =
                add(current, fmt::format("there is no call to {} below {}", quote(current.text), where()));
            for (const FoundCall& call : all) {
                if (std::find(problem.choices.begin(), problem.choices.end(), call.target) == problem.choices.end()) {
                    problem.choices.push_back(call.target);
                }
            }
            problem.found = current.text;
            return std::nullopt;
        }
        std::string places;
        for (const FoundCall& call : fitting) {
            const Place place = call.slot.value().place;
            places += fmt::format("{}{} (line {})", places.empty() ? "" : ", ", call.path, place.line);
        }
        add(current, fmt::format("{} calls to {} below {}: {}", fitting.size(), quote(current.text), where(), places))
            .hint = fmt::format("say which by its number, such as {}.{}", walked(), fitting.front().path);
        return std::nullopt;
    }

    static void change(const Slot& slot, const Node& value) {
        if (value.is_null()) {
            slot.erase();
        } else {
            slot.value() = value;
        }
    }

    /// How many steps make the next key: one, unless a key with dots in it is there, or belongs there.
    std::size_t names_of_key() const {
        std::size_t most = 1;
        while (at_ + most < steps_.size() && next_is_name(most)) {
            ++most;
        }
        if (keys_have_dots()) {
            return most;
        }
        for (std::size_t names = 1; names <= most; ++names) {
            if (node_->find(joined(names)) != nullptr) {
                return names;
            }
        }
        return 1;
    }

    bool next_is_name(std::size_t names) const {
        return at_ + names < steps_.size() && steps_[at_ + names].kind == PathStep::Kind::name;
    }

    std::string joined(std::size_t names) const {
        std::string key;
        for (std::size_t i = 0; i < names; ++i) {
            key += (i == 0 ? "" : ".") + steps_[at_ + i].text;
        }
        return key;
    }

    bool is_at(std::size_t step, std::string_view name) const {
        return step < at_ && steps_[step].kind == PathStep::Kind::name && steps_[step].text == name;
    }

    /// Objectives are named by metrics and the calls of a demand by endpoints: what is left of the path is one key.
    bool keys_have_dots() const {
        return (at_ == 1 && is_at(0, "objectives")) || (at_ == 3 && is_at(0, "demand") && is_at(2, "calls"));
    }

    /// Mappings of things that the user names: a name that is not there is a mistake, not a field to be made.
    bool holds_named_things() const {
        static const std::vector<std::string> k_tops = {"services",   "demand", "faults",   "variants",
                                                        "identities", "alarms", "runbooks", "threats"};
        if (at_ == 1) {
            return std::any_of(k_tops.begin(), k_tops.end(), [&](const std::string& top) { return is_at(0, top); });
        }
        return at_ == 3 && is_at(0, "services") && is_at(2, "endpoints");
    }

    /// The path so far, as written.
    std::string walked() const {
        const std::size_t end = at_ < steps_.size() ? steps_[at_].offset : path_.size();
        std::string_view text = std::string_view(path_).substr(0, end);
        if (text.ends_with('.')) {
            text.remove_suffix(1);
        }
        return escape_text(text);
    }

    std::string where() const { return at_ == 0 ? "the scenario" : fmt::format("`{}`", walked()); }

    /// The place of one step, where the path stands as it is (or in quotes) in the text.
    Place place_of(const PathStep& wanted) const {
        const auto length = static_cast<std::size_t>(place_.length);
        if (length != path_.size() && length != path_.size() + 2) {
            return place_;
        }
        Place place = place_;
        place.column += static_cast<int>(wanted.offset + (length - path_.size()) / 2);
        place.length = static_cast<int>(wanted.length);
        return place;
    }

    Problem& add(const PathStep& wanted, std::string message) {
        return problems_.add(place_of(wanted), shown_path_, std::move(message));
    }

    Document& document_;
    const std::string& path_;
    Place place_;
    std::string shown_path_;
    Problems& problems_;
    std::vector<PathStep> steps_;
    std::size_t at_ = 0;    // steps taken
    Node* node_ = nullptr;  // where they led
};

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The value of a --set: YAML where it begins like YAML, else the text as it stands. So `>= 99 %` needs no quotes
/// beyond those of the shell.
Node read_set_value(const std::string& text, std::size_t begin, std::uint32_t file, Problems& problems) {
    const std::string_view value = trimmed(std::string_view(text).substr(begin));
    const bool is_yaml = value.find_first_of("[{\"'~") == 0 || value == "null";
    if (is_yaml) {
        // Spaces in the place of the path keep the columns of problems right.
        TreeBudget budget;
        return read_yaml(std::string(begin, ' ') + text.substr(begin), file, budget, problems);
    }
    Node node;
    node.kind = NodeKind::scalar;
    node.text = std::string(value);
    const auto offset = static_cast<std::size_t>(value.data() - text.data());
    const auto column = static_cast<int>(utf8_length(std::string_view(text).substr(0, offset)));
    node.place = {file, 1, column + 1, static_cast<int>(utf8_length(value))};
    return node;
}

}  // namespace

void apply_patch(Document& document, const std::string& path, Place path_place, const Node& value,
                 const std::string& path_of_error, Problems& problems) {
    Walker(document, path, path_place, path_of_error, problems).apply(value);
}

void apply_variant(Document& document, const std::string& name, Problems& problems) {
    const Node* variants = document.root.find("variants");
    const Node* found = variants ? variants->find(name) : nullptr;
    if (found == nullptr) {
        Problem& problem = problems.add(variants ? variants->place : Place{}, "variants",
                                        fmt::format("there is no variant {}", quote(name)));
        problem.choices = variants ? keys_of(*variants) : std::vector<std::string>{};
        problem.found = name;
        return;
    }
    const std::string path = join_path("variants", name);
    const Node variant = *found;  // a copy, since the patches may change the tree around it
    if (!variant.is_mapping() && !variant.is_null()) {
        add_expected(variant, path, "a mapping from paths to values", problems);
        return;
    }
    for (const Entry& entry : variant.entries) {
        apply_patch(document, entry.key, entry.key_place, entry.value, path, problems);
    }
}

std::vector<std::string> variant_names(const Document& document) {
    const Node* variants = document.root.find("variants");
    return variants != nullptr && variants->is_mapping() ? keys_of(*variants) : std::vector<std::string>{};
}

void apply_set(Document& document, const std::string& assignment, Problems& problems) {
    const auto file = static_cast<std::uint32_t>(document.files.size());
    const std::string folder = document.files.empty() ? std::string() : document.files.front().folder;
    document.files.push_back({"--set", folder, assignment, std::nullopt});
    const Place whole{file, 1, 1, static_cast<int>(std::max<std::size_t>(utf8_length(assignment), 1))};
    if (const auto why = why_not_text(assignment); why || assignment.find('\n') != std::string::npos) {
        problems.add(whole, "", fmt::format("the value of --set {}", why.value_or("must be one line")));
        return;
    }
    // A `=` inside brackets or behind the path belongs to the value; paths have none.
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || trimmed(assignment.substr(0, equals)).empty()) {
        problems.add(whole, "", fmt::format("expected PATH=VALUE, found {}", quote(assignment))).hint =
            "such as run.seed=7";
        return;
    }
    const std::string path(trimmed(std::string_view(assignment).substr(0, equals)));
    if (trimmed(std::string_view(assignment).substr(equals + 1)).empty()) {
        problems.add(whole, path, "a value is missing after `=`").hint = "write null to take the field away";
        return;
    }
    const std::size_t problems_before = problems.list.size();
    const Node value = read_set_value(assignment, equals + 1, file, problems);
    if (problems.list.size() > problems_before) {
        return;
    }
    const int column = static_cast<int>(assignment.find(path)) + 1;
    apply_patch(document, path, {file, 1, column, static_cast<int>(path.size())}, value, "", problems);
}

}  // namespace nines

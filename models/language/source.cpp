// Reading scenario text: the files of a document, merged in the order of their includes.

#include "models/language/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "models/language/bounded_file.hpp"
#include "models/language/show.hpp"
#include "models/language/yaml_tree.hpp"

namespace nines {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_mebibyte = std::size_t{1} << 20U;
constexpr std::size_t k_file_most = 2 * k_mebibyte;
constexpr std::size_t k_total_most = 8 * k_mebibyte;
constexpr std::size_t k_data_most = 8 * k_mebibyte;
constexpr std::size_t k_files_most = 1'000;
constexpr std::size_t k_includes_deep_most = 32;  // each level stands on the stack
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

/// Adds what `lower` has and `upper` lacks; where both have a mapping, inside it.
void merge_below(Node& upper, Node&& lower) {
    std::map<std::string, std::size_t> positions;  // a search through the entries would be quadratic
    for (std::size_t i = 0; i < upper.entries.size(); ++i) {
        positions.emplace(upper.entries[i].key, i);
    }
    for (Entry& entry : lower.entries) {
        const auto mine = positions.find(entry.key);
        if (mine == positions.end()) {
            upper.entries.push_back(std::move(entry));
        } else if (Node& value = upper.entries[mine->second].value; value.is_mapping() && entry.value.is_mapping()) {
            merge_below(value, std::move(entry.value));
        }
    }
}

class Reader {
public:
    explicit Reader(Problems& problems) : problems_(problems) {}

    Document read(const std::string& path) {
        std::error_code error;
        const fs::path resolved = fs::weakly_canonical(path, error);
        document_.root = read_file(path, error ? fs::path(path) : resolved, std::nullopt);
        return std::move(document_);
    }

    Document read_text(const std::string& name, std::string text) {
        document_.files.push_back({name, fs::current_path().string(), {}, std::nullopt});
        document_.root = parse(0, std::move(text));
        if (const Node* include = document_.root.find("include")) {
            problems_.add(include->place, "include", "an include is possible in a file only");
        }
        return std::move(document_);
    }

private:
    /// Reads one file and what it includes. `path` is the one to open, `name` the one to show.
    Node read_file(const std::string& name, const fs::path& path, std::optional<Place> from) {
        const auto file = static_cast<std::uint32_t>(document_.files.size());
        document_.files.push_back({name, path.parent_path().string(), {}, from});
        Result<std::string> text = read_bounded(path, k_file_most);
        if (!text) {
            add_unreadable(name, text.error(), whole_or(from, file));
            return {};
        }
        bytes_ += text->size();
        if (bytes_ > k_total_most) {
            problems_.add(whole_or(from, file), "", "the file and what it includes are larger than 8 MiB");
            return {};
        }
        Node root = parse(file, std::move(*text));
        chain_.emplace_back(path, name);
        include_all(root, file);
        chain_.pop_back();
        return root;
    }

    /// A file that cannot be read is a mistake of the including line where there is one.
    static Place whole_or(const std::optional<Place>& from, std::uint32_t file) {
        return from ? *from : Place{file, 0, 0, 1};
    }

    void add_unreadable(const std::string& name, const std::string& why, Place place) {
        const std::string path = document_.files.size() > 1 ? "include" : "";
        Problem& problem = problems_.add(place, path, fmt::format("the file {} {}", quote(name), why));
        if (why.starts_with("does not exist")) {
            const std::string near = nearest_file(name);
            if (!near.empty()) {
                problem.hint = fmt::format("did you mean `{}`?", near);
            }
        }
    }

    Node parse(std::uint32_t file, std::string text) {
        const Place whole{file, 0, 0, 1};
        if (text.starts_with(k_byte_order_mark)) {
            text.erase(0, k_byte_order_mark.size());
        }
        if (text.size() > k_file_most) {
            problems_.add(whole, "", "the text is larger than 2 MiB");
            return {};
        }
        if (const auto why = why_not_text(text)) {
            problems_.add(whole, "", fmt::format("the file {}", *why));
            return {};
        }
        document_.files[file].text = std::move(text);
        const std::size_t problems_before = problems_.list.size();
        Node root = read_yaml(document_.files[file].text, file, budget_, problems_);
        if (root.is_null() && problems_.list.size() == problems_before) {
            problems_.add(whole, "", "the file is empty");
        }
        return root;
    }

    /// Merges the included files below `root`; of two of them the later one wins.
    void include_all(Node& root, std::uint32_t file) {
        const auto found = std::find_if(root.entries.begin(), root.entries.end(),
                                        [](const Entry& entry) { return entry.key == "include"; });
        if (found == root.entries.end()) {
            return;
        }
        const Node include = std::move(found->value);
        root.entries.erase(found);
        if (include.is_scalar()) {
            include_one(root, include, file, "include");
        } else if (include.is_sequence()) {
            for (std::size_t i = include.items.size(); i > 0; --i) {
                include_one(root, include.items[i - 1], file, fmt::format("include[{}]", i - 1));
            }
        } else if (!include.is_null()) {
            problems_.add(include.place, "include", "expected a file name or a list of them, found a mapping");
        }
    }

    void include_one(Node& root, const Node& item, std::uint32_t file, const std::string& at) {
        if (!item.is_scalar() || item.text.empty()) {
            problems_.add(item.place, at, "expected a file name");
            return;
        }
        const Result<fs::path> path = path_below(document_.files[file].folder, item.text);
        if (!path) {
            problems_.add(item.place, at, fmt::format("the file {} {}", quote(item.text), path.error()));
            return;
        }
        const std::string name = (fs::path(document_.files[file].name).parent_path() / item.text).string();
        const auto again =
            std::find_if(chain_.begin(), chain_.end(), [&](const auto& including) { return including.first == *path; });
        if (again != chain_.end()) {
            std::string circle;
            for (auto link = again; link != chain_.end(); ++link) {
                circle += link->second + " -> ";
            }
            problems_.add(item.place, at, fmt::format("includes in a circle: {}{}", circle, name));
            return;
        }
        if (chain_.size() >= k_includes_deep_most) {
            problems_.add(item.place, at, fmt::format("includes more than {} deep", k_includes_deep_most));
            return;
        }
        if (document_.files.size() >= k_files_most) {
            problems_.add(item.place, at, fmt::format("more than {} files in one document", k_files_most));
            return;
        }
        Node included = read_file(name, *path, item.place);
        if (included.is_mapping()) {
            merge_below(root, std::move(included));
        } else if (!included.is_null()) {
            problems_.add(included.place, "", "an included file must be a mapping of fields");
        }
    }

    Problems& problems_;
    Document document_;
    TreeBudget budget_;
    std::size_t bytes_ = 0;
    std::vector<std::pair<fs::path, std::string>> chain_;  // files being read, outermost first: path and shown name
};

}  // namespace

Document read_document(const std::string& path, Problems& problems) {
    return Reader(problems).read(path);
}

Document read_document_text(const std::string& name, std::string text, Problems& problems) {
    return Reader(problems).read_text(name, std::move(text));
}

Result<std::string> read_data_file(const std::string& folder, const std::string& path) {
    const Result<fs::path> resolved = path_below(folder, path);
    if (!resolved) {
        return unexpected(fmt::format("the file {} {}", quote(path), resolved.error()));
    }
    Result<std::string> text = read_bounded(*resolved, k_data_most);
    if (text) {
        return text;
    }
    std::string why = fmt::format("the file {} {}", quote(path), text.error());
    if (text.error().starts_with("does not exist")) {
        const std::string near = nearest_file(*resolved);
        why += near.empty() ? "" : fmt::format(", did you mean `{}`?", fs::path(near).filename().string());
    }
    return unexpected(why);
}

}  // namespace nines

#pragma once
// Document: the tree of a scenario as the user wrote it; every node knows its place in a file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nines {

/// A stretch of text in one of the files of a document. Lines and columns count from 1; line 0 is "the whole file".
struct Place {
    std::uint32_t file = 0;
    int line = 0;
    int column = 0;
    int length = 1;
};

enum class NodeKind { null, scalar, sequence, mapping };

struct Entry;

/// A value of the tree. Scalars keep their text; numbers and units are read later, by whoever knows what is meant.
struct Node {
    NodeKind kind = NodeKind::null;
    std::string text;  ///< of a scalar; true, false and null of YAML's core schema stay text when quoted
    bool quoted = false;
    Place place;
    std::vector<Node> items;     ///< of a sequence
    std::vector<Entry> entries;  ///< of a mapping, in the user's order; keys are unique

    bool is_null() const { return kind == NodeKind::null; }
    bool is_scalar() const { return kind == NodeKind::scalar; }
    bool is_sequence() const { return kind == NodeKind::sequence; }
    bool is_mapping() const { return kind == NodeKind::mapping; }

    /// The value under `key`, or nullptr.
    const Node* find(std::string_view key) const;
    Node* find(std::string_view key);
};

struct Entry {
    std::string key;
    Place key_place;
    Node value;
};

/// One text that a document was read from. The text is kept for the caret line of an error.
struct SourceFile {
    std::string name;    ///< as the user would type it; "--set" for a value from the command line
    std::string folder;  ///< absolute folder of the file; relative files are looked up below it
    std::string text;
    std::optional<Place> included_from;  ///< the including line
};

struct Document {
    std::vector<SourceFile> files;
    Node root;
};

}  // namespace nines

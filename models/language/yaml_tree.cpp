// YAML tree: the handler of yaml-cpp's events. Its own tree is not used: it takes 72 bytes for each byte of text,
// lets duplicate keys pass, and has no limits.

#include "models/language/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <vector>

#include "models/language/show.hpp"
#include "models/language/text_places.hpp"

namespace nines {

namespace {

/// Thrown through yaml-cpp, which has no other way to stop it; never leaves this file.
struct Stop {
    Place place;
    std::string message;
    std::string hint;
};

/// A list or mapping that is not complete yet.
struct Frame {
    Node node;
    std::size_t begin = 0;
    YAML::anchor_t anchor = 0;
    std::optional<Entry> key;              // of a mapping: the key whose value comes next
    std::map<std::string, int> key_lines;  // to find keys that are there twice
    std::size_t swallow_until = 0;         // text that a mistake with a comma has used up
    bool drops_value = false;              // the key before was swallowed, so its value is too
};

/// A value that aliases copy, with what a copy costs.
struct Anchor {
    Node node;
    TreeBudget cost;
    std::size_t depth = 0;
};

void measure(const Node& node, std::size_t depth, Anchor& anchor) {
    ++anchor.cost.nodes;
    anchor.cost.text += node.text.size();
    depth += node.is_sequence() || node.is_mapping() ? 1 : 0;
    anchor.depth = std::max(anchor.depth, depth);
    for (const Node& item : node.items) {
        measure(item, depth, anchor);
    }
    for (const Entry& entry : node.entries) {
        anchor.cost.text += entry.key.size();
        measure(entry.value, depth, anchor);
    }
}

/// The length of a quoted text with its quotes; npos when they are not closed, which yaml-cpp 0.7 lets pass.
std::size_t bytes_of_quotes(std::string_view text) {
    const char mark = text[0];
    for (std::size_t at = 1; at < text.size(); ++at) {
        const bool escaped = mark == '"' ? text[at] == '\\' : text.substr(at, 2) == "''";
        if (escaped) {
            ++at;
        } else if (text[at] == mark) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

/// Whether the bracket at the beginning of `text` has its end; good enough for an error, so quotes are not looked at.
bool is_closed(std::string_view text) {
    std::size_t depth = 0;
    for (const char c : text) {
        depth += c == '[' || c == '{' ? 1 : 0;
        if ((c == ']' || c == '}') && --depth == 0) {
            return true;
        }
    }
    return false;
}

class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const TextPlaces& places, TreeBudget& budget, Problems& problems)
        : places_(places), budget_(budget), problems_(problems) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            throw Stop{places_.at(offset_of(mark), 1), "a second YAML document begins here",
                       "one file is one document"};
        }
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        begin(NodeKind::sequence, mark, tag, anchor);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        begin(NodeKind::mapping, mark, tag, anchor);
    }
    void OnMapEnd() override { end(); }

    /// Where the last text in quotes begins that goes on in the next line: behind a mistake, most likely its cause.
    const std::optional<Place>& long_quote() const { return long_quote_; }

    /// The tree; after a Stop, as far as it was complete.
    Node take() {
        while (!stack_.empty()) {
            Frame frame = std::move(stack_.back());
            stack_.pop_back();
            if (frame.key && !frame.drops_value) {
                frame.node.entries.push_back(std::move(*frame.key));
            }
            if (stack_.empty()) {
                root_ = std::move(frame.node);
            } else if (stack_.back().node.is_sequence()) {
                stack_.back().node.items.push_back(std::move(frame.node));
            } else if (stack_.back().key) {
                stack_.back().key->value = std::move(frame.node);
            }
        }
        return std::move(root_);
    }

private:
    static std::size_t offset_of(const YAML::Mark& mark) {
        return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
    }
    std::string_view text_from(std::size_t offset) const {
        return places_.text().substr(std::min(offset, places_.text().size()));
    }
    std::size_t skip_properties(std::size_t offset) const;
    std::size_t bytes_of_scalar(std::size_t offset, const std::string& value, bool quoted);
    bool expects_key() const { return !stack_.empty() && stack_.back().node.is_mapping() && !stack_.back().key; }
    void spend(const TreeBudget& cost, const Place& place);
    void refuse_tag(const std::string& tag, std::size_t offset) const;
    void begin(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
    void end();
    bool is_swallowed(std::size_t offset);
    void add(Node node, std::size_t offset, YAML::anchor_t anchor);
    void add_key(Node node);
    void mend_parenthesis(Node& node, std::size_t offset);

    const TextPlaces& places_;
    TreeBudget& budget_;
    Problems& problems_;
    int documents_ = 0;
    std::optional<Place> long_quote_;
    Node root_;
    std::vector<Frame> stack_;
    std::map<YAML::anchor_t, Anchor> anchors_;
};

/// The mark of a value stands before its anchor and tag; the value itself begins behind them.
std::size_t TreeBuilder::skip_properties(std::size_t offset) const {
    std::string_view text = text_from(offset);
    while (text.starts_with('&') || text.starts_with('!')) {
        text.remove_prefix(std::min(text.find_first_of(" \t\r\n,]}"), text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    }
    return places_.text().size() - text.size();
}

/// How long a scalar is in the text, as far as its first line goes; yaml-cpp tells only where it begins.
std::size_t TreeBuilder::bytes_of_scalar(std::size_t offset, const std::string& value, bool quoted) {
    const std::string_view text = text_from(offset);
    if (!quoted && !value.empty() && text.starts_with(value)) {
        return value.size();
    }
    std::size_t closed = std::string_view::npos;
    if (quoted && (text.starts_with('"') || text.starts_with('\''))) {
        closed = bytes_of_quotes(text);
        if (closed == std::string_view::npos) {
            throw Stop{places_.at(offset, 1), "the quote that begins here is never closed", ""};
        }
    }
    const std::string_view whole = text.substr(0, closed);  // cut first: the line may be long, and full of scalars
    const std::string_view line = whole.substr(0, whole.find_first_of("\r\n"));
    if (quoted && line.size() < whole.size() && closed != std::string_view::npos) {
        long_quote_ = places_.at(offset, 1);
    }
    return line.find_last_not_of(" \t") + 1;
}

void TreeBuilder::spend(const TreeBudget& cost, const Place& place) {
    budget_.nodes += cost.nodes;
    budget_.text += cost.text;
    if (budget_.nodes > k_nodes_most) {
        throw Stop{place, fmt::format("more than {} values in one document", k_nodes_most), ""};
    }
    if (budget_.text > k_text_most) {
        throw Stop{place, "more than 16 MiB of text in one document, aliases expanded", ""};
    }
}

void TreeBuilder::refuse_tag(const std::string& tag, std::size_t offset) const {
    if (!tag.empty() && tag != "!" && tag != "?") {
        const Place place = places_.at(offset, text_from(offset).find_first_of(" \t\r\n"));
        throw Stop{place, fmt::format("the YAML tag {} is not part of the language", quote(tag)),
                   "a text that begins with `!` needs quotes"};
    }
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const std::size_t offset = skip_properties(offset_of(mark));
    const std::string_view text = text_from(offset);
    Node node;
    if (text.starts_with('~')) {
        node.place = places_.at(offset, 1);
    } else if (text.starts_with("null") || text.starts_with("Null") || text.starts_with("NULL")) {
        node.place = places_.at(offset, 4);
    } else if (!stack_.empty() && stack_.back().key) {
        // The mark of a value that is not there is that of whatever comes next: the key is the better place.
        node.place = stack_.back().key->key_place;
    } else {
        node.place = places_.at(offset, 1);
    }
    if (expects_key()) {
        throw Stop{node.place, "a key is missing", "a key that is the word null needs quotes"};
    }
    spend({1, 0}, node.place);
    add(std::move(node), offset, anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const std::size_t offset = offset_of(mark);
    const Place place = places_.at(offset, text_from(offset).find_first_of(" \t\r\n,]}"));
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
        throw Stop{place, "an alias inside the value that it stands for", ""};
    }
    if (stack_.size() + found->second.depth > k_depth_most) {
        throw Stop{place, fmt::format("nested more than {} levels deep", k_depth_most), ""};
    }
    spend(found->second.cost, place);
    if (expects_key() && !found->second.node.is_scalar()) {
        throw Stop{place, "a key must be a text, found an alias of something else", ""};
    }
    add(found->second.node, offset, 0);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    const std::size_t offset = skip_properties(offset_of(mark));
    Node node;
    node.kind = NodeKind::scalar;
    node.text = value;
    node.quoted = tag == "!";
    node.place = places_.at(offset, bytes_of_scalar(offset, value, node.quoted));
    refuse_tag(tag, offset_of(mark));
    spend({1, value.size()}, node.place);
    if (!node.quoted && !is_swallowed(offset)) {
        mend_parenthesis(node, offset);
    }
    add(std::move(node), offset, anchor);
}

void TreeBuilder::begin(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const std::size_t offset = skip_properties(offset_of(mark));
    Frame frame;
    frame.node.kind = kind;
    frame.node.place = places_.at(offset, 1);
    frame.begin = offset;
    frame.anchor = anchor;
    refuse_tag(tag, offset_of(mark));
    if (stack_.size() >= k_depth_most) {
        throw Stop{frame.node.place, fmt::format("nested more than {} levels deep", k_depth_most), ""};
    }
    if (expects_key()) {
        // yaml-cpp also takes a bracket for the beginning of a key when it finds no end of it.
        const std::string_view text = text_from(offset);
        if ((text.starts_with('[') || text.starts_with('{')) && !is_closed(text)) {
            throw Stop{frame.node.place, fmt::format("the `{}` that begins here is never closed", text[0]), ""};
        }
        throw Stop{frame.node.place,
                   fmt::format("a key must be a text, found a {}", kind == NodeKind::sequence ? "list" : "mapping"),
                   "a text that begins with `{` or `[` needs quotes"};
    }
    spend({1, 0}, frame.node.place);
    stack_.push_back(std::move(frame));
}

void TreeBuilder::end() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    add(std::move(frame.node), frame.begin, frame.anchor);
}

/// Whether the node at `offset` is a piece of a text that a comma cut in two, and that was mended already.
bool TreeBuilder::is_swallowed(std::size_t offset) {
    if (stack_.empty()) {
        return false;
    }
    const Frame& frame = stack_.back();
    return frame.drops_value || (offset < frame.swallow_until && !frame.key);
}

void TreeBuilder::add(Node node, std::size_t offset, YAML::anchor_t anchor) {
    if (anchor != 0) {
        Anchor copy{node, {}, 0};
        measure(node, 0, copy);
        spend(copy.cost, node.place);
        anchors_.insert_or_assign(anchor, std::move(copy));
    }
    if (stack_.empty()) {
        root_ = std::move(node);
        return;
    }
    const bool swallowed = is_swallowed(offset);
    Frame& frame = stack_.back();
    if (frame.node.is_sequence()) {
        if (!swallowed) {
            frame.node.items.push_back(std::move(node));
        }
    } else if (!frame.key) {
        frame.drops_value = swallowed;
        add_key(std::move(node));
    } else {
        if (!frame.drops_value) {
            frame.key->value = std::move(node);
            frame.node.entries.push_back(std::move(*frame.key));
        }
        frame.key.reset();
        frame.drops_value = false;
    }
}

void TreeBuilder::add_key(Node node) {
    Frame& frame = stack_.back();
    if (!frame.drops_value) {
        // A block mapping begins at its first key: its place is as long as that.
        if (frame.key_lines.empty() && frame.node.place.line == node.place.line &&
            frame.node.place.column == node.place.column) {
            frame.node.place = node.place;
        }
        const auto [first, is_new] = frame.key_lines.emplace(node.text, node.place.line);
        if (!is_new) {
            const int line = first->second;
            const std::string where = line == node.place.line
                                          ? fmt::format("on line {}", line)
                                          : fmt::format(": on line {} and on line {}", line, node.place.line);
            Problem& problem = problems_.add(node.place, "",
                                             fmt::format("the key {} is here twice{}{}", quote(node.text),
                                                         where.starts_with(':') ? "" : " ", where));
            problem.hint = "take one of them away";
            frame.drops_value = true;
        }
    }
    frame.key = Entry{std::move(node.text), node.place, {}};
    frame.key->value.place = frame.key->key_place;
}

/// A text up to the `)` that closes its first `(`, its commas taken as spaces.
struct Mended {
    std::string text;
    std::size_t bytes = 0;
};

std::optional<Mended> without_commas(std::string_view line) {
    Mended mended;
    int depth = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (c != ',') {
            mended.text += c;
        } else if (line.substr(at + 1, 1) != " ") {
            mended.text += ' ';
        }
        depth += c == '(' ? 1 : 0;
        if (c == ')' && --depth <= 0) {
            mended.bytes = at + 1;
            return depth == 0 ? std::optional(std::move(mended)) : std::nullopt;
        }
    }
    return std::nullopt;
}

/// `{rate: steps(1/s 0 s, 2/s 1 min)}`: YAML ends the value at the comma. Reports it with the text to write, and goes
/// on as if that had been written, so that one mistake is one problem.
void TreeBuilder::mend_parenthesis(Node& node, std::size_t offset) {
    const auto count = [&](char c) { return std::count(node.text.begin(), node.text.end(), c); };
    const std::string_view text = text_from(offset);
    if (stack_.empty() || expects_key() || count('(') <= count(')') || !text.starts_with(node.text)) {
        return;
    }
    const std::string_view rest = text.substr(node.text.size());
    if (!rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size())).starts_with(',')) {
        return;
    }
    Problem& problem =
        problems_.add(node.place, "", fmt::format("unbalanced parenthesis in {}: a `)` is missing", quote(node.text)));
    problem.hint = "inside {...} and [...] YAML ends a value at a comma: separate arguments by spaces";
    constexpr std::size_t k_search_most = 1'000;  // else a hostile line of many `f(a,` would take quadratic time
    const std::string_view search = text.substr(0, k_search_most);
    if (auto mended = without_commas(search.substr(0, search.find_first_of("\r\n")))) {
        problem.hint += fmt::format(": {}", mended->text.substr(0, 200));
        node.text = std::move(mended->text);
        stack_.back().swallow_until = offset + mended->bytes;
    }
}

/// A mistake of syntax, where yaml-cpp noticed it or where the advice knows better.
void add_syntax_problem(const YAML::Exception& error, const TextPlaces& places, const std::optional<Place>& long_quote,
                        Problems& problems) {
    const std::size_t offset = error.mark.pos < 0 ? 0 : static_cast<std::size_t>(error.mark.pos);
    const std::size_t line_begin = places.line_begin(offset);
    const SyntaxAdvice advice = explain_syntax(error.msg, places.line_around(offset), offset - line_begin);
    Problem& problem = problems.add(places.at(line_begin + advice.column, advice.bytes), "", advice.message);
    problem.hint =
        long_quote ? fmt::format("the quote that begins on line {} may lack its end", long_quote->line) : advice.hint;
}

}  // namespace

std::optional<std::string> why_not_text(std::string_view text) {
    int line = 1;
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_at(text, at);
        const bool is_control = step.code < 0x20 && step.code != '\n' && step.code != '\t' && step.code != '\r';
        if (!step.valid || is_control || step.code == 0x7F) {
            return fmt::format("is not text (byte 0x{:02x} on line {}); a scenario is UTF-8",
                               static_cast<unsigned char>(text[at]), line);
        }
        line += step.code == '\n' ? 1 : 0;
        at += step.bytes;
    }
    return std::nullopt;
}

Node read_yaml(const std::string& text, std::uint32_t file, TreeBudget& budget, Problems& problems) {
    const TextPlaces places(text, file);
    TreeBuilder builder(places, budget, problems);
    std::istringstream stream(text);
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop& stop) {
        problems.add(stop.place, "", stop.message).hint = stop.hint;
    } catch (const YAML::Exception& error) {
        add_syntax_problem(error, places, builder.long_quote(), problems);
    }
    return builder.take();
}

}  // namespace nines

// Document: looking up keys in the tree.

#include "models/language/document.hpp"

#include <utility>

namespace nines {

const Node* Node::find(std::string_view key) const {
    for (const Entry& entry : entries) {
        if (entry.key == key) {
            return &entry.value;
        }
    }
    return nullptr;
}

Node* Node::find(std::string_view key) {
    return const_cast<Node*>(std::as_const(*this).find(key));
}

}  // namespace nines

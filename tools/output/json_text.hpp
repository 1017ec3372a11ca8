#pragma once
// JSON as all commands write it: twelve digits, one line for each element, the same bytes for the same values.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace nines {

using Json = nlohmann::ordered_json;

/// A number of twelve significant digits, whole where it is whole; null where there is none or it is not finite.
Json json_real(std::optional<double> value);

/// The document, ended by a newline: it and its lists have a line for each element, and so have the figures of its
/// `variants`; what is deeper stands in one line.
std::string json_text(const Json& document);

/// Each element written by `write`.
template <class T, class Write>
Json json_list(const std::vector<T>& values, Write write) {
    Json array = Json::array();
    for (const T& value : values) {
        array.push_back(write(value));
    }
    return array;
}

}  // namespace nines

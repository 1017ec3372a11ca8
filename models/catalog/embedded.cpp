// Embedded files: look-up by name.

#include "models/catalog/embedded.hpp"

namespace nines {

std::string_view embedded_file(std::string_view name) {
    for (const EmbeddedFile& file : nines_catalog_data_files()) {
        if (file.name == name) {
            return file.text;
        }
    }
    return {};
}

}  // namespace nines

#pragma once
// Embedded files: the data that the build put into the binary (cmake/embed.cmake).

#include <span>
#include <string_view>

namespace nines {

struct EmbeddedFile {
    std::string_view name;  ///< "regions.csv", without its folder
    std::string_view text;
};

/// All files of models/catalog/data, by name. Generated.
std::span<const EmbeddedFile> nines_catalog_data_files();

/// The bytes of one file of the catalogue; empty when there is none of that name.
std::string_view embedded_file(std::string_view name);

}  // namespace nines

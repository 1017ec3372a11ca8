#include "tests/support/nines_folder.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/support/database_dump.hpp"

namespace nines::support {

NinesFolder::NinesFolder(const std::string& name)
    : folder_(std::filesystem::path(testing::TempDir()) / ("nines_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
}

NinesFolder::~NinesFolder() {
    std::filesystem::remove_all(folder_);
}

void NinesFolder::write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
}

std::string NinesFolder::read(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string NinesFolder::results(const std::string& name) const {
    std::ifstream lines(folder_ / name, std::ios::binary);
    std::string kept;
    for (std::string line; std::getline(lines, line);) {
        kept += line.find("\"wall_s\"") == std::string::npos ? line + "\n" : "";
    }
    return kept;
}

std::string NinesFolder::dump(const std::string& name) const {
    return database_dump(file(name));
}

std::string NinesFolder::query(const std::string& name, const std::string& sql) const {
    return database_query(file(name), sql);
}

NinesRun NinesFolder::run_in_folder(std::vector<std::string> first, const std::vector<std::string>& more,
                                    const NinesLimits& limits) const {
    first.insert(first.end(), more.begin(), more.end());
    return run_nines(first, folder_, limits);
}

}  // namespace nines::support

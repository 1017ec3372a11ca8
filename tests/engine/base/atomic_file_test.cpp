// Atomic files: what replaces, what refuses, and that nothing is left behind.

#include "engine/base/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace nines {
namespace {

namespace fs = std::filesystem;

class WriteFile : public testing::Test {
protected:
    WriteFile() : folder_(fs::path(testing::TempDir()) / ("nines_atomic_" + std::to_string(::getpid()))) {
        fs::create_directories(folder_);
    }
    ~WriteFile() override { fs::remove_all(folder_); }

    std::string path(const char* name) const { return (folder_ / name).string(); }
    static std::string read(const std::string& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(folder_), {}); }

    fs::path folder_;
};

TEST_F(WriteFile, WritesAndReplaces) {
    ASSERT_TRUE(write_file(path("a"), "one"));
    ASSERT_TRUE(write_file(path("a"), std::string("two\0zero", 8)));
    EXPECT_EQ(read(path("a")), std::string("two\0zero", 8));
    EXPECT_EQ(files(), 1);
}

TEST_F(WriteFile, ADirectoryIsRefused) {
    fs::create_directory(path("d"));
    const auto written = write_file(path("d"), "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error(), "cannot write " + path("d") + ": Is a directory");
    EXPECT_EQ(files(), 1);
}

TEST_F(WriteFile, AMissingFolderIsASentence) {
    const auto written = write_file(path("nowhere/a"), "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error(), "cannot write " + path("nowhere/a") + ": No such file or directory");
}

TEST_F(WriteFile, AFolderThatIsAFileIsASentence) {
    ASSERT_TRUE(write_file(path("a"), "x"));
    const auto written = write_file(path("a/b"), "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error(), "cannot write " + path("a/b") + ": Not a directory");
}

// Nobody can make a file in /proc, not even root.
TEST_F(WriteFile, AnUnwritableFolderIsASentence) {
    const auto written = write_file("/proc/nines", "x");
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().starts_with("cannot write /proc/nines: ")) << written.error();
}

TEST_F(WriteFile, ADeviceIsWrittenThroughAndStays) {
    const auto full = write_file("/dev/full", "x");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error(), "cannot write /dev/full: No space left on device");
    EXPECT_TRUE(write_file("/dev/null", "x"));
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    EXPECT_FALSE(AtomicFile::begin("/dev/null"));
}

TEST_F(WriteFile, ALinkGoesOnPointing) {
    ASSERT_TRUE(write_file(path("target"), "old"));
    fs::create_symlink("target", path("link"));
    ASSERT_TRUE(write_file(path("link"), "new"));
    EXPECT_TRUE(fs::is_symlink(path("link")));
    EXPECT_EQ(read(path("target")), "new");
}

TEST_F(WriteFile, PermissionsOfTheReplacedFileStay) {
    ASSERT_TRUE(write_file(path("a"), "old"));
    ::chmod(path("a").c_str(), 0640);
    ASSERT_TRUE(write_file(path("a"), "new"));
    struct stat there {};
    ASSERT_EQ(::stat(path("a").c_str(), &there), 0);
    EXPECT_EQ(there.st_mode & 0777U, 0640U);
}

TEST_F(WriteFile, UncommittedLeavesAllAsItWas) {
    ASSERT_TRUE(write_file(path("a"), "old"));
    {
        auto file = AtomicFile::begin(path("a"));
        ASSERT_TRUE(file);
        std::ofstream(file->temporary()) << "new";
        EXPECT_EQ(fs::path(file->temporary()).parent_path(), folder_);
        EXPECT_EQ(files(), 2);
    }
    EXPECT_EQ(files(), 1);
    EXPECT_EQ(read(path("a")), "old");
}

TEST_F(WriteFile, TwoWritersDoNotMeet) {
    auto one = AtomicFile::begin(path("a"));
    auto two = AtomicFile::begin(path("a"));
    ASSERT_TRUE(one && two);
    EXPECT_NE(one->temporary(), two->temporary());
    std::ofstream(one->temporary()) << "one";
    std::ofstream(two->temporary()) << "two";
    ASSERT_TRUE(one->commit());
    ASSERT_TRUE(two->commit());
    EXPECT_EQ(read(path("a")), "two");
    EXPECT_EQ(files(), 1);
}

}  // namespace
}  // namespace nines

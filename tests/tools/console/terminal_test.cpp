// Terminal: colour and encoding by what was asked and what the environment says.

#include "tools/console/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace nines {
namespace {

class LookAtTerminal : public testing::Test {
protected:
    LookAtTerminal() : file_(::open("/dev/null", O_WRONLY)) {
        ::unsetenv("LC_ALL");
        ::unsetenv("LC_CTYPE");
        ::unsetenv("LANG");
    }
    ~LookAtTerminal() override { ::close(file_); }
    int file_;
};

TEST_F(LookAtTerminal, AFileHasColourOnlyWhenAlways) {
    EXPECT_FALSE(look_at_terminal(file_, "auto").color);
    EXPECT_FALSE(look_at_terminal(file_, "never").color);
    EXPECT_TRUE(look_at_terminal(file_, "always").color);
    EXPECT_FALSE(look_at_terminal(file_, "always").interactive);
    EXPECT_EQ(look_at_terminal(file_, "auto").width, k_widest_page);
}

TEST_F(LookAtTerminal, TheFirstLocaleThatIsSetCounts) {
    EXPECT_TRUE(look_at_terminal(file_, "auto").unicode);
    ::setenv("LANG", "C", 1);
    EXPECT_FALSE(look_at_terminal(file_, "auto").unicode);
    ::setenv("LC_ALL", "de_DE.UTF-8", 1);
    EXPECT_TRUE(look_at_terminal(file_, "auto").unicode);
}

}  // namespace
}  // namespace nines

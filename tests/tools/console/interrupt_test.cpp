// Interrupts: the first is noted, the second ends the program.

#include "tools/console/interrupt.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>

namespace nines {
namespace {

TEST(InterruptDeathTest, TheFirstIsNoted) {
    const auto once = [] {
        catch_interrupts();
        const bool before = interrupted();
        raise(SIGTERM);
        std::exit(!before && interrupted() ? 7 : 8);
    };
    EXPECT_EXIT(once(), testing::ExitedWithCode(7), "stopping");
}

TEST(InterruptDeathTest, TheSecondEndsAtOnce) {
    const auto twice = [] {
        catch_interrupts();
        raise(SIGTERM);
        raise(SIGINT);
        std::exit(8);
    };
    EXPECT_EXIT(twice(), testing::ExitedWithCode(130), "stopping");
}

}  // namespace
}  // namespace nines

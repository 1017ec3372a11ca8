#pragma once
// Headers that every test needs, parsed once.

#include <gtest/gtest.h>

#include <string>
#include <vector>

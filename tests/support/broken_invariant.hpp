#pragma once

#include "core/base/error.hpp"

#include <gtest/gtest.h>

/// A check() that does not hold throws in release builds and stops the program in others.
#ifdef NDEBUG
#define EXPECT_BROKEN_INVARIANT(statement) EXPECT_THROW(statement, ::cameo::InternalError)
#else
// In a process of its own: libraries may have started threads, which a plain fork does not take along.
#define EXPECT_BROKEN_INVARIANT(statement)             \
    GTEST_FLAG_SET(death_test_style, "threadsafe");    \
    EXPECT_DEATH(statement, "broken invariant")
#endif

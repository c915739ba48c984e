#pragma once

#include "tests/fuzz/dice.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

namespace cameo {

/// What damaged files must not lead to, in words.
class Finding : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// How far cases came. Sums only, so that processes may add theirs up.
struct Reached {
    std::uint64_t opened = 0, refused = 0;  ///< files
    std::uint64_t answered = 0, failed = 0; ///< calls to what was opened
    std::uint64_t traces = 0, damaged_traces = 0; ///< what was read as a trace, and was refused

    void operator+=(const Reached& other);
};

/// What is damaged, and read.
struct FuzzTarget {
    const char* noun; ///< "sessions"
    std::function<void(const std::filesystem::path& folder)> prepare;                    ///< makes the whole ones, in a folder that stays
    std::function<void(Dice& dice, const std::filesystem::path& at)> damage;             ///< one of them, put at a path that is free
    std::function<Reached(Dice& dice, const std::filesystem::path& at)> use;             ///< @throws Finding
    std::function<void(const std::filesystem::path& at)> take_away;
};

/// Damages and reads as many cases as the arguments say, in processes beside each other: each case must end well or with one sentence that
/// names the file. Not a crash, not a wait, not a memory full of nothing. A case is its number: the same one again with --case.
/// @return exit code
int run_fuzz(int count, char** words, const FuzzTarget& target);

} // namespace cameo

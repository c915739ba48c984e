#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

/// What a window was doing that its session does not have.
struct Unfinished {
    struct Job {
        std::string tag, name; ///< as JobSnapshot has them
        bool operator==(const Job&) const = default;
    };
    std::string query; ///< that was being answered; empty: none
    std::vector<Job> jobs;

    bool operator==(const Unfinished&) const = default;
};

/// What is left of a window that did not end properly.
struct LeftOpen {
    std::int64_t kept_ms = 0; ///< when its last change was kept, milliseconds since 1970, UTC; 0: not known
    Unfinished unfinished;

    bool operator==(const LeftOpen&) const = default;
};

/// "Cameo was not closed properly the last time. Everything up to the last change, on 26 Nov at 21:14:03, is here: …", in local time.
/// @param now_ms the year is told where it is another one
std::string left_open_words(const LeftOpen& left, std::int64_t now_ms);
/// What is not there, in a sentence or two; empty: nothing is missing.
std::string unfinished_words(const Unfinished& unfinished);

/// As a mark beside the session has it (docs/session-format.md).
std::string to_json(const LeftOpen& left, const std::string& machine);
/// What cannot be read is empty.
LeftOpen left_open_from_json(const std::string& text, std::string& machine);

} // namespace cameo

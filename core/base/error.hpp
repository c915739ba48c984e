#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace cameo {

enum class ErrorKind {
    InvalidInput, ///< what a person or a file gave is wrong
    NotFound,     ///< a named thing does not exist
    Environment,  ///< disk, permission, memory, device
    Unsupported,  ///< understood, and refused by name
};

/// Bad input or a failed environment: one sentence that names the place, what was found and what was expected.
/// Whoever catches it shows what() once, unchanged.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& sentence) : std::runtime_error(sentence), m_kind(kind) {}
    ErrorKind kind() const { return m_kind; }

private:
    ErrorKind m_kind;
};

/// A bug in Cameo itself. User input must never reach it.
class InternalError : public std::logic_error {
    using std::logic_error::logic_error;
};

namespace detail {
[[noreturn]] void check_failed(std::string_view message);
}

/// Stops in debug builds and throws InternalError in release builds when the condition does not hold.
inline void check(bool condition, std::string_view message) {
    if (!condition) [[unlikely]]
        detail::check_failed(message);
}

} // namespace cameo

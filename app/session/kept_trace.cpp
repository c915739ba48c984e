#include "app/session/kept_trace.hpp"

#include "core/base/error.hpp"
#include "core/text/in_a_sentence.hpp"

#include <string>

namespace cameo {

std::optional<Trace> kept_trace(const Session& session, std::string_view id) {
    const auto bytes = session.trace(id);
    if (!bytes) return std::nullopt;
    try {
        return trace_from_bytes(*bytes);
    } catch (const Error& error) {
        throw Error(error.kind(), session.path().string() + ": trace " + in_a_sentence(id) + ": " + error.what());
    }
}

} // namespace cameo

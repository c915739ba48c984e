// Damages sessions in every way that it knows and reads them.
#include "tests/fuzz/byte_edits.hpp"
#include "tests/fuzz/fuzz_run.hpp"
#include "tests/fuzz/hostile_sql.hpp"
#include "tests/fuzz/session_bytes.hpp"
#include "tests/fuzz/session_reading.hpp"

namespace cameo {
namespace {

SessionBytes damaged(const std::vector<SessionBytes>& whole, Dice& dice) {
    SessionBytes session = dice.of(whole);
    switch (dice.below(10)) {
    case 0:
    case 1: edit_bytes(session.file, dice); break;
    case 2: splice(session, whole, dice); break;
    case 3: edit_pages(session, dice); break;
    case 4:
    case 5:
    case 6: edit_by_sql(session, dice); break;
    case 7: edit_trace(session, dice); break;
    case 8:
        edit_by_sql(session, dice);
        edit_pages(session, dice);
        break;
    case 9: // what lies beside it is read too
        if (session.log.empty()) session.log = dice.of(whole).log;
        if (session.log.empty() || dice.one_in(4)) session.journal = dice.of(whole).file.substr(dice.below(2000));
        edit_bytes(dice.one_in(3) || session.log.empty() ? session.file : session.log, dice);
        break;
    }
    return session;
}

/// A session is told by its ending.
std::filesystem::path file_of(std::filesystem::path at) { return at += ".cameo"; }

} // namespace
} // namespace cameo

int main(int count, char** words) {
    using namespace cameo;
    std::vector<SessionBytes> whole;
    return run_fuzz(count, words,
                    {.noun = "sessions",
                     .prepare = [&](const std::filesystem::path& folder) { whole = whole_sessions(folder); },
                     .damage = [&](Dice& dice, const std::filesystem::path& at) { put(damaged(whole, dice), file_of(at)); },
                     .use =
                         [](Dice& dice, const std::filesystem::path& at) {
                             const auto access = dice.one_in(2) ? SessionAccess::ReadOnly : SessionAccess::ReadWrite;
                             return use_session(file_of(at), access, dice.one_in(16));
                         },
                     .take_away = [](const std::filesystem::path& at) { take_away(file_of(at)); }});
}

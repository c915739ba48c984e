#include "tests/fuzz/byte_edits.hpp"

#include <algorithm>
#include <cstdint>

namespace cameo {

namespace {

constexpr std::uint32_t kNumbers[] = {0, 1, 2, 5, 10, 13, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
constexpr std::size_t kHeader = 100;

/// Mostly where there is something: a page is empty in its middle.
std::size_t somewhere(const std::string& bytes, Dice& dice) {
    std::size_t at = dice.below(bytes.size());
    for (int again = 0; again < 8 && bytes[at] == 0; ++again) at = dice.below(bytes.size());
    return at;
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t value, std::size_t width) {
    for (std::size_t byte = 0; byte < width && at + byte < bytes.size(); ++byte) bytes[at + byte] = static_cast<char>(value >> 8 * (width - 1 - byte));
}

void edit_once(std::string& bytes, Dice& dice) {
    if (bytes.empty()) return;
    const std::size_t at = somewhere(bytes, dice), length = std::min(bytes.size() - at, 1 + dice.below(dice.one_in(4) ? 4096 : 16));
    switch (dice.below(8)) {
    case 0:
    case 1: bytes[at] = static_cast<char>(bytes[at] ^ 1 << dice.below(8)); break;
    case 2: bytes[at] = static_cast<char>(dice.bits()); break;
    case 3: put_number(bytes, at, dice.of(kNumbers), std::size_t{1} << dice.below(3)); break;
    case 4: bytes.replace(somewhere(bytes, dice), length, bytes, at, length); break;
    case 5: std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length, static_cast<char>(dice.one_in(2) ? 0 : dice.bits())); break;
    case 6:
        if (dice.one_in(3)) bytes.erase(at, length);
        else bytes.insert(at, bytes.substr(somewhere(bytes, dice), length));
        break;
    case 7:
        if (dice.one_in(6)) bytes.resize(at);
        break;
    }
}

std::size_t page_size_of(const std::string& file) {
    if (file.size() < kHeader) return 512;
    const std::size_t stated = static_cast<std::size_t>(static_cast<unsigned char>(file[16])) << 8 | static_cast<unsigned char>(file[17]);
    return stated >= 512 && stated <= 32768 ? stated : 4096;
}

} // namespace

void edit_bytes(std::string& bytes, Dice& dice) {
    for (std::size_t times = 1 + dice.below(dice.one_in(4) ? 32 : 4); times > 0; --times) edit_once(bytes, dice);
}

void splice(SessionBytes& session, const std::vector<SessionBytes>& others, Dice& dice) {
    const std::string& from = dice.of(others).file;
    const std::size_t page = page_size_of(from), at = dice.one_in(2) ? dice.below(from.size()) : dice.below(from.size() / page) * page;
    const std::string part = from.substr(at, dice.one_in(2) ? page : 1 + dice.below(4 * page));
    const std::size_t to = std::min(at, session.file.size());
    session.file.replace(to, std::min(part.size(), session.file.size() - to), part);
    if (dice.one_in(4)) session.log = dice.of(others).log;
    if (dice.one_in(2)) edit_bytes(session.file, dice);
}

void edit_pages(SessionBytes& session, Dice& dice) {
    std::string& file = session.file;
    const std::size_t size = page_size_of(file), pages = file.size() / size;
    if (pages < 2) return edit_bytes(file, dice);
    for (std::size_t times = 1 + dice.below(6); times > 0; --times) {
        const std::size_t page = dice.below(pages), start = page * size, other = dice.below(pages);
        const std::size_t tree = page == 0 ? start + kHeader : start;
        const auto a_page = static_cast<std::uint32_t>(dice.one_in(8) ? dice.of(kNumbers) : 1 + dice.below(pages));
        switch (dice.below(7)) {
        case 0: file.replace(start, size, file, other * size, size); break;
        case 1: std::swap_ranges(file.begin() + static_cast<std::ptrdiff_t>(start), file.begin() + static_cast<std::ptrdiff_t>(start + size), file.begin() + static_cast<std::ptrdiff_t>(other * size)); break;
        case 2: // an inner page of a table or an index, whose children are any pages, itself among them
            file[tree] = static_cast<char>(dice.one_in(2) ? 5 : 2);
            put_number(file, tree + 8, a_page, 4);
            break;
        case 3: put_number(file, tree + dice.below(12), dice.of(kNumbers), 2); break;
        case 4: put_number(file, tree + 8 + 2 * dice.below(16), static_cast<std::uint32_t>(dice.below(size)), 2); break;
        case 5: put_number(file, start + dice.below(size / 4) * 4, a_page, 4); break;
        case 6: { // SQLite's own numbers, behind those that say that it is a session
            constexpr std::size_t kPlaces[] = {16, 18, 19, 20, 21, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 72, 92, 96};
            put_number(file, dice.of(kPlaces), dice.one_in(2) ? a_page : dice.of(kNumbers), dice.one_in(2) ? 1 : 4);
            break;
        }
        }
    }
}

} // namespace cameo

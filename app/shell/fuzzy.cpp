#include "app/shell/fuzzy.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace cameo {

namespace {

constexpr int kMatch = 16, kWordStart = 24, kTextStart = 8, kRun = 20, kGap = -1;
constexpr int kNever = std::numeric_limits<int>::min() / 2;
constexpr std::size_t kLongest = 256;

char lower(char character) { return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character; }

bool starts_word(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    const char before = text[at - 1];
    return before == ' ' || before == '-' || before == '_' || before == '.' || before == ':' || before == '/' || before == '(';
}

} // namespace

std::optional<FuzzyMatch> fuzzy_match(std::string_view pattern, std::string_view text) {
    std::string wanted;
    for (const char character : pattern)
        if (character != ' ') wanted += lower(character);
    if (wanted.empty()) return FuzzyMatch{};
    text = text.substr(0, kLongest);
    const std::size_t rows = wanted.size(), columns = text.size();
    if (rows > columns) return {};

    // best[r][c]: the best score of wanted[0..r] with its last character on text[c].
    std::vector<int> best(rows * columns, kNever);
    std::vector<std::size_t> from(rows * columns, 0);
    for (std::size_t row = 0; row < rows; ++row) {
        int reach = kNever; // the best of the row above left of the column before, less the gap since
        std::size_t reach_at = 0;
        for (std::size_t column = row; column < columns; ++column) {
            if (row > 0 && column >= 2) {
                if (reach > kNever) reach += kGap;
                const int candidate = best[(row - 1) * columns + column - 2];
                if (candidate > kNever && candidate + kGap > reach) {
                    reach = candidate + kGap;
                    reach_at = column - 2;
                }
            }
            if (lower(text[column]) != wanted[row]) continue;
            const int here = kMatch + (starts_word(text, column) ? kWordStart : 0) + (column == 0 ? kTextStart : 0);
            int& cell = best[row * columns + column];
            if (row == 0) {
                cell = here + kGap * static_cast<int>(std::min<std::size_t>(column, 8));
                continue;
            }
            const int run = column > 0 ? best[(row - 1) * columns + column - 1] : kNever;
            if (run > kNever && run + kRun >= reach) {
                cell = run + kRun + here;
                from[row * columns + column] = column - 1;
            } else if (reach > kNever) {
                cell = reach + here;
                from[row * columns + column] = reach_at;
            }
        }
    }
    const auto last = best.begin() + static_cast<std::ptrdiff_t>((rows - 1) * columns);
    const auto top = std::max_element(last, best.end());
    if (*top <= kNever) return {};
    FuzzyMatch match;
    match.score = *top - static_cast<int>(columns) / 8; // of two equal matches the shorter title
    match.positions.resize(rows);
    auto column = static_cast<std::size_t>(top - last);
    for (std::size_t row = rows; row-- > 0;) {
        match.positions[row] = column;
        column = from[row * columns + column];
    }
    return match;
}

} // namespace cameo

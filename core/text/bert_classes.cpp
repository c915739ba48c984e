#include "core/text/bert_classes.hpp"

#include "core/base/error.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <vector>

namespace cameo {

namespace {

struct Range {
    char32_t first, last;
};
struct OrderedRange {
    char32_t first, last;
    int combining_class;
};
struct LowerRange {
    char32_t first, last, lower;
};

#include "core/text/bert_classes.inc"

template <typename Row, std::size_t N>
const Row* find(const Row (&table)[N], char32_t value) {
    const auto* row =
        std::upper_bound(table, table + N, value, [](char32_t v, const Row& r) { return v < r.first; });
    return row != table && value <= (row - 1)->last ? row - 1 : nullptr;
}

std::vector<std::uint8_t> make_classes() {
    std::vector<std::uint8_t> classes(0x110000);
    const auto mark = [&](const auto& table, std::uint8_t bit) {
        for (const auto& range : table)
            for (auto value = range.first; value <= range.last; ++value)
                classes[value] |= bit;
    };
    mark(kDropped, bert_class::kDropped);
    mark(kWhitespace, bert_class::kWhitespace);
    mark(kPunctuation, bert_class::kPunctuation);
    mark(kCjk, bert_class::kCjk);
    mark(kNonspacing, bert_class::kNonspacing);
    return classes;
}

} // namespace

const std::uint8_t* bert_classes() {
    static const auto classes = make_classes();
    return classes.data();
}

int bert_combining_class(char32_t value) {
    if (value < 0x300) return 0;
    if (const auto* row = find(kOrdered, value)) return row->combining_class;
    // Marks that both Unicode versions know have kept their class; those that only newer ones know have none
    // here.
    if (bert_classes()[value] & bert_class::kNonspacing)
        return utf8proc_get_property(static_cast<utf8proc_int32_t>(value))->combining_class;
    return 0;
}

int bert_decompose(char32_t value, char32_t* out) {
    if (value < 0xC0 || find(kUndecomposed, value)) {
        out[0] = value;
        return 1;
    }
    utf8proc_int32_t parts[8];
    int boundary = 0;
    const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(value), parts, 8,
                                               UTF8PROC_DECOMPOSE, &boundary);
    check(count >= 1 && count <= 8, "canonical decomposition of one code point");
    std::copy(parts, parts + count, out);
    return static_cast<int>(count);
}

int bert_lower(char32_t value, char32_t* out) {
    if (value == 0x130) { // the only one that becomes two
        out[0] = U'i';
        out[1] = 0x307;
        return 2;
    }
    if (const auto* row = value < 0x1C89 ? nullptr : find(kRecentLower, value))
        out[0] = row->lower + (value - row->first);
    else
        out[0] = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(value)));
    return 1;
}

bool bert_recent_letter(char32_t value) {
    return std::any_of(std::begin(kRecentLower), std::end(kRecentLower), [&](const LowerRange& row) {
        const auto last_lower = row.lower + (row.last - row.first);
        return (row.first <= value && value <= row.last) || (row.lower <= value && value <= last_lower);
    });
}

} // namespace cameo

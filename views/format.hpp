#pragma once

#include "core/jobs/progress.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Decimals that a column of scores needs: three significant digits of its largest value, and up to two more while
/// two neighbours that differ would read the same. 0 … 8; values that are not finite are ignored.
int score_decimals(std::span<const double> column);

/// "2.41"; "not a number", "∞", "−∞" for what is not finite. A true minus sign (U+2212), and never "−0.00".
std::string format_score(double value, int decimals);
/// With the sign always shown, for parts and differences.
std::string format_signed(double value, int decimals);
/// Every digit that the double carries, for hovers and copies.
std::string format_exact(double value);

/// "3"; "1.5" where ties are averaged.
std::string format_rank(double rank);

/// Six significant digits, for the figures inside a formula that are too many to be given in full.
std::string format_figure(double value);

/// "2.41 = 0.92 + 0.81 + 0.68": as few decimals, from `decimals` up, as make the printed parts add up to the printed
/// total; "≈" instead of "=" when even two more do not.
struct SumText {
    std::string total;
    std::vector<std::string> parts; ///< without signs, see `minus`
    std::vector<bool> minus;
    bool exact = true;
    int decimals = 2;
};
SumText format_sum(double total, std::span<const double> parts, int decimals);
std::string to_string(const SumText& sum);

std::string format_percent(double share);            ///< "84 %", "6.1 %" below a tenth, "–" where there is none
std::string format_count(std::int64_t count);          ///< "10,931"
std::string format_bytes(std::uint64_t bytes);         ///< "15.8 MB", decimal units
std::string format_ms(double milliseconds);            ///< "28 ms", "0.8 ms", "1.2 s"
std::string format_duration(double seconds);           ///< "8 s", "3 min", "1 h 10 min"
/// "2–3 min left", "about 8 s left"; empty when it is not known.
std::string format_eta(std::optional<double> low_s, std::optional<double> high_s);
std::string format_span(double low_s, double high_s);  ///< "2–3 min"
/// "27 documents/s", "3.1 MB/s".
std::string format_rate(double rate, Unit unit);
/// "1,204 documents", "15.8 MB"; the singular for 1.
std::string format_amount(std::int64_t amount, Unit unit);

/// First letter in upper case (ASCII): "lexical" as a heading.
std::string heading(std::string_view name);

} // namespace cameo

#include "views/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace cameo {
namespace {

constexpr int kMaxDecimals = 8;

std::string fixed(double value, int decimals) {
    std::array<char, 512> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", std::clamp(decimals, 0, 20), value);
    return {buffer.data(), static_cast<std::size_t>(std::clamp(length, 0, 511))};
}

/// What is printed, as a whole number of the last decimal.
double printed_units(double value, int decimals) { return std::round(value * std::pow(10.0, decimals)); }

std::string not_finite(double value) {
    if (std::isnan(value)) return "not a number";
    return value > 0 ? "∞" : "\u2212∞";
}

std::string magnitude(double value, int decimals) { return fixed(std::fabs(value), decimals); }

bool prints_as_zero(std::string_view digits) { return digits.find_first_not_of("0.") == std::string_view::npos; }

} // namespace

int score_decimals(std::span<const double> column) {
    double largest = 0;
    for (const double value : column)
        if (std::isfinite(value)) largest = std::max(largest, std::fabs(value));
    if (largest == 0) return 2;
    const int needed = std::clamp(2 - static_cast<int>(std::floor(std::log10(largest))), 0, kMaxDecimals);
    int decimals = needed;
    for (std::size_t row = 1; row < column.size(); ++row) {
        const double above = column[row - 1], here = column[row];
        if (above == here || !std::isfinite(above) || !std::isfinite(here)) continue;
        while (decimals < std::min(needed + 2, kMaxDecimals) &&
               printed_units(above, decimals) == printed_units(here, decimals))
            ++decimals;
    }
    return decimals;
}

std::string format_score(double value, int decimals) {
    if (!std::isfinite(value)) return not_finite(value);
    std::string digits = magnitude(value, decimals);
    return value < 0 && !prints_as_zero(digits) ? "\u2212" + digits : digits;
}

std::string format_signed(double value, int decimals) {
    if (!std::isfinite(value)) return not_finite(value);
    const std::string digits = format_score(value, decimals);
    return value < 0 || prints_as_zero(digits) ? digits : "+" + digits;
}

std::string format_exact(double value) {
    if (!std::isfinite(value)) return not_finite(value);
    std::array<char, 64> buffer{};
    // The shortest text that reads back as the same double.
    for (int digits = 6; digits <= 17; ++digits) {
        std::snprintf(buffer.data(), buffer.size(), "%.*g", digits, value);
        if (std::strtod(buffer.data(), nullptr) == value) break;
    }
    return buffer.data();
}

std::string format_figure(double value) {
    if (!std::isfinite(value)) return not_finite(value);
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.6g", value);
    std::string text;
    for (const char* at = buffer.data(); *at != 0; ++at)
        if (*at == '-')
            text += "\u2212";
        else
            text += *at;
    return text;
}

SumText format_sum(double total, std::span<const double> parts, int decimals) {
    SumText sum;
    for (int tried = decimals; tried <= decimals + 2; ++tried) {
        double units = 0;
        for (const double part : parts)
            units += printed_units(part, tried);
        sum.exact = units == printed_units(total, tried);
        if (sum.exact) {
            sum.decimals = tried;
            break;
        }
        sum.decimals = decimals;
    }
    sum.total = format_score(total, sum.decimals);
    for (const double part : parts) {
        const bool minus = part < 0 && !prints_as_zero(magnitude(part, sum.decimals));
        sum.minus.push_back(minus);
        sum.parts.push_back(std::isfinite(part) ? magnitude(part, sum.decimals) : not_finite(part));
    }
    return sum;
}

std::string to_string(const SumText& sum) {
    std::string text = sum.total + (sum.exact ? " = " : " ≈ ");
    for (std::size_t part_idx = 0; part_idx < sum.parts.size(); ++part_idx) {
        if (part_idx > 0)
            text += sum.minus[part_idx] ? " \u2212 " : " + ";
        else if (sum.minus[part_idx])
            text += "\u2212";
        text += sum.parts[part_idx];
    }
    return text;
}

std::string format_rank(double rank) { return format_score(rank, rank == std::floor(rank) ? 0 : 1); }

std::string format_percent(double share) {
    return std::isfinite(share) ? format_score(100 * share, share < 0.0995 && share > 0 ? 1 : 0) + " %" : "\u2013";
}

std::string format_count(std::int64_t count) {
    std::string digits = std::to_string(count);
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (count < 0 ? 1 : 0); at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string format_bytes(std::uint64_t bytes) {
    constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    return fixed(value, unit == 0 || value >= 99.5 ? 0 : 1) + " " + kUnits[unit];
}

std::string format_ms(double milliseconds) {
    if (!std::isfinite(milliseconds)) return not_finite(milliseconds);
    if (milliseconds >= 999.5) return fixed(milliseconds / 1000, milliseconds < 9950 ? 1 : 0) + " s";
    return fixed(milliseconds, milliseconds < 9.95 ? 1 : 0) + " ms";
}

std::string format_duration(double seconds) {
    if (!std::isfinite(seconds)) return "unknown";
    const auto whole = static_cast<std::int64_t>(std::lround(std::max(seconds, 0.0)));
    if (whole < 90) return std::to_string(whole) + " s";
    const std::int64_t minutes = (whole + 30) / 60;
    if (minutes < 90) return std::to_string(minutes) + " min";
    std::string text = std::to_string(minutes / 60);
    text.append(" h");
    if (const std::int64_t rest = minutes % 60; rest != 0) text.append(" ").append(std::to_string(rest)).append(" min");
    return text;
}

std::string format_span(double low_s, double high_s) {
    const std::string low = format_duration(low_s), high = format_duration(high_s);
    if (low == high) return "about " + high;
    // One unit for both where it is the same one: "2–3 min".
    const auto unit_of = [](std::string_view text) { return text.substr(text.rfind(' ') + 1); };
    const bool simple = low.find(' ') == low.rfind(' ') && high.find(' ') == high.rfind(' ');
    if (simple && unit_of(low) == unit_of(high)) return low.substr(0, low.find(' ')) + "–" + high;
    return low + " – " + high;
}

std::string format_eta(std::optional<double> low_s, std::optional<double> high_s) {
    if (!low_s || !high_s || !std::isfinite(*low_s) || !std::isfinite(*high_s)) return {};
    return format_span(*low_s, *high_s) + " left";
}

std::string format_amount(std::int64_t amount, Unit unit) {
    const auto counted = [&](std::string_view one, std::string_view many) {
        return format_count(amount) + " " + std::string(amount == 1 ? one : many);
    };
    switch (unit) {
    case Unit::Steps: return counted("step", "steps");
    case Unit::Documents: return counted("document", "documents");
    case Unit::Queries: return counted("query", "queries");
    case Unit::Bytes: break;
    }
    return format_bytes(static_cast<std::uint64_t>(std::max<std::int64_t>(amount, 0)));
}

std::string format_rate(double rate, Unit unit) {
    if (!std::isfinite(rate) || rate <= 0) return {};
    if (unit == Unit::Bytes) return format_bytes(static_cast<std::uint64_t>(rate)) + "/s";
    const std::string_view plural = unit == Unit::Documents ? "documents" : unit == Unit::Queries ? "queries" : "steps";
    const std::string figure = rate < 9.95 ? fixed(rate, 1) : format_count(std::llround(rate));
    return figure + " " + std::string(plural) + "/s";
}

std::string heading(std::string_view name) {
    std::string text(name);
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

} // namespace cameo

#pragma once

#include <cstddef>
#include <span>

namespace cameo {

/// Mann's test of a trend (Mann 1945; Kendall 1975) on values in their order: S counts the pairs that rise less those that
/// fall; under no trend it is close to normal, with ties taken off its variance and one taken off |S| for its being whole.
struct Trend {
    double tau = 0;         ///< S over the number of pairs: -1 falls throughout, 1 rises throughout
    double p_falling = 1;   ///< one-sided; 1 with fewer than 4 values
    double p_rising = 1;
};
/// Values that are not finite are left out.
Trend trend(std::span<const double> values);

/// Where a series that rose, or stood, begins to fall.
struct Decline {
    std::size_t begins = 0;  ///< place of the last value before the fall; past the last place where none is found
    double from = 0, to = 0; ///< mean before, from where the series had risen, and after
    double p = 1;
};
/// Pettitt's change-point test (Pettitt 1979, J. R. Stat. Soc. C 28), one-sided, on what follows the rise: on the values from the
/// first one on that comes within a tenth of the range to the top, each taken as the mean with its neighbours for that. It asks for
/// ten values or so before it can be sure at 5 %.
Decline decline(std::span<const double> values);

} // namespace cameo

#pragma once

#include <cstddef>
#include <functional>

namespace cameo {

/// Calls work(begin, end) for pieces of [0, count) of at most `grain`, on as many threads as the machine has
/// and there are pieces; the calling thread is one of them. Starting a thread costs some 30 µs, so a piece
/// should be worth several hundred. Which thread takes which piece is open: work must write to places that
/// depend on the piece alone. The first exception is thrown again here, after all threads have ended.
void parallel_for(std::size_t count, std::size_t grain,
                  const std::function<void(std::size_t, std::size_t)>& work);

} // namespace cameo

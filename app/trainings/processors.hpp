#pragma once

namespace cameo {

/// Processor threads that this one may use.
int usable_processors();
/// Processor threads that leave a window enough to answer at once: all but one, at least one.
int polite_threads();

/// Keeps this thread, and the processes that it starts, to so many processors: the last ones, for the first are where other
/// programs like to be. Libraries read how many there are when they are loaded.
/// @return whether it had more until now
bool keep_to(int threads);

} // namespace cameo

#pragma once

namespace cameo {

/// Empty: nothing asked for yet. Failed: an error beside it says why.
enum class Phase { Empty, Loading, Ready, Failed };

} // namespace cameo

#pragma once

#include <filesystem>

namespace cameo {

/// Where Cameo keeps things. With $CAMEO_HOME set, data, config and state are folders of it; otherwise the XDG
/// base directories apply. The cache (downloads, built parts, weights) is shared by all clones and holds nothing
/// that cannot be fetched or built again. None of these functions creates a folder.
struct Folders {
    std::filesystem::path data;   ///< models/, collections/, indexes/: what a person would miss
    std::filesystem::path config; ///< settings
    std::filesystem::path state;  ///< logs, the running session, crash backups
    std::filesystem::path cache;  ///< $CAMEO_CACHE, or cameo/ under the XDG cache folder
    /// What encoders made of texts, kept from run to run: $CAMEO_VECTORS, or vectors/ in $CAMEO_HOME where that is set, else in
    /// the cache; empty where the variable is "off".
    std::filesystem::path vectors;
    std::filesystem::path assets; ///< what ships: $CAMEO_ASSETS, ../share/cameo beside the program, or the source tree

    std::filesystem::path weights() const; ///< the checkpoints behind the shipped models: weights/ of the assets where Cameo is installed, else the cache's
    std::filesystem::path models() const { return data / "models"; }
    std::filesystem::path shipped_models() const { return assets / "models"; } ///< read only
    std::filesystem::path collections() const { return data / "collections"; }
    std::filesystem::path indexes() const { return data / "indexes"; }
    std::filesystem::path sessions() const { return data / "sessions"; }
};

/// Reads the environment. @throws Error(Environment) when neither $HOME nor the variables above are set.
Folders folders();

} // namespace cameo

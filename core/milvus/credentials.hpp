#pragma once

#include "core/milvus/address.hpp"

#include <string>

namespace cameo {

/// What a server wants to see of whoever asks. Lives in memory only: it is written nowhere, and no message repeats it.
struct MilvusCredentials {
    std::string token; ///< "user:password" or an API key; empty: none
    std::string authorities; ///< PEM of whom to trust beside milvus+tls://; empty: whom the system trusts
};

/// One that somebody has typed in: goes to that server only, before all others, until the program ends. An empty one is forgotten
/// again. Thread-safe.
/// @throws Error(InvalidInput) when it has more than one line
void hold_milvus_token(const MilvusAddress& address, std::string token);
bool holds_milvus_token(const MilvusAddress& address);

/// A token that is held for the server; without one from $CAMEO_MILVUS_TOKEN, which goes to whichever server is asked, else from
/// the line "host:port TOKEN" of the file `milvus-tokens` in Folders::config, which goes to that one only. $CAMEO_MILVUS_CA names
/// a PEM file.
/// @throws Error(Environment) naming the file when others than its owner may read it, or when it cannot be read.
MilvusCredentials milvus_credentials(const MilvusAddress& address);

} // namespace cameo

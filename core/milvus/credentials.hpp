#pragma once

#include "core/milvus/address.hpp"

#include <string>

namespace cameo {

/// What a server wants to see of whoever asks. Lives in memory only: it is written nowhere, and no message repeats it.
struct MilvusCredentials {
    std::string token; ///< "user:password" or an API key; empty: none
    std::string authorities; ///< PEM of whom to trust beside milvus+tls://; empty: whom the system trusts
};

/// From $CAMEO_MILVUS_TOKEN, which goes to whichever server is asked, else from the line "host:port TOKEN" of the file
/// `milvus-tokens` in Folders::config, which goes to that one only. $CAMEO_MILVUS_CA names a PEM file.
/// @throws Error(Environment) naming the file when others than its owner may read it, or when it cannot be read.
MilvusCredentials milvus_credentials(const MilvusAddress& address);

} // namespace cameo

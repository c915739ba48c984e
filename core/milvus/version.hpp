#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cameo {

struct MilvusVersion {
    bool lite = false;
    int major = 0, minor = 0;
    std::string name; ///< "Milvus 2.5.4", "Milvus Lite 3.2.2"

    /// Sparse vectors and hybrid search came with Milvus 2.4; Milvus Lite has them over gRPC since 3.
    bool usable() const { return lite ? major >= 3 : major > 2 || (major == 2 && minor >= 4); }
};

/// Of what a server says: "v2.5.4", "2.4.0-rc.1", "milvus_lite-3.2.2". Nothing: not a version of Milvus.
std::optional<MilvusVersion> parse_milvus_version(std::string_view text);

} // namespace cameo

#include "core/model/default_fusion_field.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/model/assembly/default_fusion.hpp"
#include "core/model/assembly/manifest.hpp"

namespace cameo {

void set_default_fusion(const std::filesystem::path& model_folder, const std::string& fusion) {
    const auto path = model_folder / "model.json";
    Manifest manifest = read_manifest(path);
    // What would be refused when it is read must not be written: an sbmoe model.json, say, has one expert for N + 1.
    if (!known_fusion(fusion, manifest.experts.size()))
        throw Error(ErrorKind::InvalidInput, path.string() + ": field default_fusion cannot be \"" + fusion +
                                                 "\", as the file lists " + std::to_string(manifest.experts.size()) +
                                                 " experts");
    manifest.default_fusion = fusion;
    AtomicFile file(path);
    file.write(to_json(manifest));
    file.commit();
}

} // namespace cameo

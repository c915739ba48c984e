#include "core/train/nccl_group.hpp"

#include "core/train/training_device.hpp"

#include <cstdlib>
#include <dlfcn.h>
#include <fstream>

namespace cameo {

namespace {

using Make = void(const c10::intrusive_ptr<c10d::Store>&, int, int, std::chrono::milliseconds, c10::intrusive_ptr<c10d::Backend>&);

/// Null where the module was not built.
Make* load() {
#ifdef CAMEO_NCCL_MODULE
    // By the program's own side, or where it was built.
    for (const auto& file : {std::filesystem::read_symlink("/proc/self/exe").parent_path() /
                                 std::filesystem::path(CAMEO_NCCL_MODULE).filename(),
                             std::filesystem::path(CAMEO_NCCL_MODULE)})
        if (void* const module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL))
            return reinterpret_cast<Make*>(::dlsym(module, "cameo_make_nccl_group"));
#endif
    return nullptr;
}

Make* module() {
    static Make* const make = load();
    return make;
}

} // namespace

std::string gpu_with_nccl() {
    const auto device = training_device(); // loads libtorch_cuda.so, which the module needs
    if (!device.is_cuda() || !module())
        return "";
    std::string machine;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), machine);
    return machine + ":" + std::to_string(device.index());
}

c10::intrusive_ptr<c10d::Backend> make_nccl_group(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                                  std::chrono::milliseconds patience) {
    ::setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0", 0); // else c10d ends the program by itself when another is lost
    c10::intrusive_ptr<c10d::Backend> group;
    module()(store, rank, size, patience, group);
    return group;
}

} // namespace cameo

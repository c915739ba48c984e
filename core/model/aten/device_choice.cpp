#include "core/model/aten/device_choice.hpp"

#include "core/model/cpu/kernels.hpp"

#include <ATen/Context.h>
#include <cstdlib>
#include <dlfcn.h>
#include <exception>
#include <string_view>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace cameo {

namespace {

bool variable_is(const char* name, std::string_view value) {
    const char* found = std::getenv(name);
    return found && found == value;
}

// The GPU's compute capability, asked of the runtime that libtorch_cuda.so has brought along; its headers would be
// a dependency of the build.
int compute_capability_major() {
    using GetAttribute = int (*)(int*, int, int);
    constexpr int kComputeCapabilityMajor = 75;
    const auto get = reinterpret_cast<GetAttribute>(::dlsym(RTLD_DEFAULT, "cudaDeviceGetAttribute"));
    int major = 0;
    return get && get(&major, kComputeCapabilityMajor, 0) == 0 ? major : 0;
}

std::string try_to_load_cuda() {
    if (!::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_GLOBAL))
        return "no NVIDIA driver";
    if (!::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) {
        const char* why = ::dlerror();
        return std::string("an NVIDIA driver, but libtorch_cuda.so does not load: ") + (why ? why : "unknown") +
               "; a clone's `./cameo setup` fetches what it needs, an installed Cameo computes on the CPU";
    }
    try {
        if (!at::globalContext().hasCUDA() || at::detail::getCUDAHooks().deviceCount() < 1)
            return "libtorch_cuda.so finds no GPU that it can use";
        return "";
    } catch (const std::exception& failed) {
        const std::string_view words = failed.what();
        return "CUDA does not start: " + std::string(words.substr(0, words.find('\n')));
    }
}

} // namespace

// Bits of CPUID leaf 7: without either, half precision on the processor is emulated and hundreds of times slower.
Bf16Support bf16_support() {
    Bf16Support support;
#if defined(__x86_64__)
    unsigned a = 0, b = 0, c = 0, d = 0;
    support.amx = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 22 & 1);
    support.avx512 = __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1) && __builtin_cpu_supports("avx512f");
    support.half_rate = __builtin_cpu_is("intel") && !__builtin_cpu_is("cooperlake");
#endif
    return support;
}

FastBf16 fast_bf16(const Bf16Support& support) {
    if (support.amx)
        return {"AMX-BF16", 0};
    if (support.avx512 && !support.half_rate)
        return {"AVX512-BF16", 256};
    return {};
}

// Asked of the driver: the runtime's structure of properties changes with its version.
std::string gpu_name() {
    using Init = int (*)(unsigned);
    using GetDevice = int (*)(int* device, int ordinal);
    using GetName = int (*)(char* name, int size, int device);
    const auto init = reinterpret_cast<Init>(::dlsym(RTLD_DEFAULT, "cuInit"));
    const auto get_device = reinterpret_cast<GetDevice>(::dlsym(RTLD_DEFAULT, "cuDeviceGet"));
    const auto get_name = reinterpret_cast<GetName>(::dlsym(RTLD_DEFAULT, "cuDeviceGetName"));
    int device = 0;
    char name[256] = {};
    if (!init || !get_device || !get_name || init(0) != 0 || get_device(&device, 0) != 0 ||
        get_name(name, sizeof name - 1, device) != 0)
        return "NVIDIA GPU";
    return name;
}

std::string load_cuda() {
    static const std::string outcome = try_to_load_cuda();
    return outcome;
}

DeviceChoice choose_device() {
    DeviceChoice choice;
    choice.instructions = cpu_kernels().name;
    const bool full = variable_is("CAMEO_PRECISION", "fp32");
    choice.remark = variable_is("CAMEO_DEVICE", "cpu") ? "CAMEO_DEVICE=cpu" : load_cuda();
    if (choice.remark.empty()) {
        choice.cuda = true;
        // float16 has more digits than bfloat16 and is as fast from Volta (7.0) on, where tensor cores begin.
        if (!full && compute_capability_major() >= 7)
            choice.precision = Precision::Fp16;
        return choice;
    }
    const Bf16Support support = bf16_support();
    const FastBf16 fast = fast_bf16(support);
    if (!fast.instructions.empty() && !full) {
        choice.precision = Precision::Bf16;
        choice.from_width = fast.from_width;
        choice.instructions = fast.instructions;
        if (choice.from_width > 0)
            choice.remark += "; bf16 for documents of models of width " + std::to_string(choice.from_width) +
                             " and more, as without AMX it is slower for narrower ones";
    } else if (full) {
        choice.remark += "; CAMEO_PRECISION=fp32";
    } else {
        choice.remark += support.avx512 ? "; AVX512-BF16 without AMX, with which bf16 is slower on this processor"
                                        : "; no AMX or AVX512-BF16, without which bf16 is slower";
    }
    return choice;
}

} // namespace cameo

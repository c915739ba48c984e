#include "core/model/aten/aten_encoder.hpp"
#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/team.hpp"
#include "core/model/model.hpp"

#include <fstream>

namespace cameo {

namespace {

std::string after_colon(const char* path, std::string_view field) {
    std::ifstream info(path);
    for (std::string line; std::getline(info, line);)
        if (line.starts_with(field))
            if (const auto colon = line.find(':'); colon != std::string::npos)
                if (const auto word = line.find_first_not_of(" \t", colon + 1); word != std::string::npos)
                    return line.substr(word);
    return "";
}

} // namespace

DeviceInfo probe_device() {
    const DeviceChoice choice = choose_device();
    DeviceInfo info;
    info.device = choice.cuda ? "cuda:0" : "cpu";
    info.name = choice.cuda ? "NVIDIA GPU" : after_colon("/proc/cpuinfo", "model name");
    info.precision = choice.precision == Precision::Fp16   ? "fp16"
                     : choice.precision == Precision::Bf16 ? "bf16"
                                                           : "fp32";
    info.threads = usable_threads();
    info.instructions = choice.instructions;
    info.remark = choice.remark;
    if (const std::string trouble = device_trouble(); !trouble.empty())
        info.remark += (info.remark.empty() ? "" : "; ") + trouble;
    return info;
}

} // namespace cameo

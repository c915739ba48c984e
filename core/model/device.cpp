#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/team.hpp"
#include "core/model/model.hpp"

#include <fstream>

namespace cameo {

namespace {

std::string processor_name() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name"))
            if (const auto colon = line.find(": "); colon != std::string::npos)
                return line.substr(colon + 2);
    return "unknown processor";
}

} // namespace

DeviceInfo probe_device() {
    DeviceInfo info;
    info.name = processor_name();
    info.threads = usable_threads();
    info.instructions = cpu_kernels().name;
    return info;
}

} // namespace cameo

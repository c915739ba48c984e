#include "core/model/device.hpp"

#include "core/model/aten/aten_encoder.hpp"
#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/team.hpp"

#include <algorithm>
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

const std::string& processor_name() {
    static const std::string name = after_colon("/proc/cpuinfo", "model name"); // every query's trace asks
    return name;
}

// Each once, in the order in which they come.
template <class Word>
std::string each_once(std::span<const EncoderPlaces> encoders, const Word& word) {
    std::vector<std::string> words;
    for (const auto& encoder : encoders)
        if (const std::string next = word(encoder); std::find(words.begin(), words.end(), next) == words.end())
            words.push_back(next);
    std::string text;
    for (const auto& next : words)
        text += (text.empty() ? "" : " and ") + next;
    return text;
}

std::string precision_words(std::span<const EncoderPlaces> encoders) {
    const auto queries = each_once(encoders, [](const auto& encoder) { return name(encoder.queries.precision); });
    const auto documents = each_once(encoders, [](const auto& encoder) { return name(encoder.documents.precision); });
    return queries == documents ? queries : queries + ", documents in " + documents;
}

} // namespace

DeviceInfo describe_device(std::span<const EncoderPlaces> encoders) {
    const DeviceChoice choice = choose_device();
    DeviceInfo info;
    info.device = each_once(encoders, [](const auto& encoder) { return encoder.documents.cuda ? "cuda:0" : "cpu"; });
    info.name = each_once(encoders, [](const auto& encoder) {
        return encoder.documents.cuda ? gpu_name() : processor_name();
    });
    info.precision = precision_words(encoders);
    info.threads = usable_threads();
    info.instructions = choice.instructions;
    info.remark = choice.remark;
    if (const std::string trouble = device_trouble(); !trouble.empty())
        info.remark += (info.remark.empty() ? "" : "; ") + trouble;
    return info;
}

DeviceInfo probe_device() {
    const DeviceChoice choice = choose_device();
    const EncoderPlace documents{choice.cuda, choice.precision};
    const EncoderPlaces wide{choice.cuda ? documents : EncoderPlace{}, documents};
    return describe_device(std::span(&wide, 1));
}

} // namespace cameo

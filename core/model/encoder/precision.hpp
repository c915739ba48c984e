#pragma once

namespace cameo {

enum class Precision { Fp32, Bf16, Fp16 };
constexpr const char* name(Precision precision) {
    return precision == Precision::Fp16 ? "fp16" : precision == Precision::Bf16 ? "bf16" : "fp32";
}

/// Where an encoder computes and in what.
struct EncoderPlace {
    bool cuda = false;
    Precision precision = Precision::Fp32;
    bool operator==(const EncoderPlace&) const = default;
};

} // namespace cameo

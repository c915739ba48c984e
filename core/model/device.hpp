#pragma once

#include "core/model/encoder/precision.hpp"
#include "core/model/model.hpp"

#include <span>

namespace cameo {

/// Where one encoder's texts are encoded now.
struct EncoderPlaces {
    EncoderPlace queries, documents;
};

/// What a model computes with, in words, from where its encoders really are. @pre there is one
DeviceInfo describe_device(std::span<const EncoderPlaces> encoders);

} // namespace cameo

#pragma once

#include "core/model/weights/weights_file.hpp"

#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <string>

namespace cameo {

/// Every tensor of `theirs` is in `ours`, with its shape and its numbers. @param left_out by name
inline void expect_tensors_near(const std::filesystem::path& ours_at, const std::filesystem::path& theirs_at, double tolerance,
                                const std::function<bool(const std::string&)>& left_out) {
    const auto ours = WeightsFile::open(ours_at), theirs = WeightsFile::open(theirs_at);
    for (const auto& tensor : theirs->tensors) {
        const auto* own = ours->find(tensor.name);
        ASSERT_NE(own, nullptr) << tensor.name;
        ASSERT_EQ(own->shape, tensor.shape) << tensor.name;
        const FloatData found(*own, ours->mapping), wanted(tensor, theirs->mapping);
        for (std::size_t i = 0; i < wanted.values().size() && !left_out(tensor.name); ++i)
            ASSERT_NEAR(found.values()[i], wanted.values()[i], tolerance) << tensor.name << " at " << i;
    }
}

} // namespace cameo

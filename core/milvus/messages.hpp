#pragma once

#include "core/milvus/client.hpp"

#include <schema.pb.h>

#include <string>
#include <vector>

namespace cameo {

// Between the structs of client.hpp and the protocol's messages.

inline constexpr const char* kMilvusKey = "id";

milvus::proto::schema::CollectionSchema milvus_schema(const std::string& collection, const std::vector<MilvusField>& fields, const std::string& description);
void add_milvus_rows(const MilvusRows& rows, google::protobuf::RepeatedPtrField<milvus::proto::schema::FieldData>& fields);
/// A search's vector, serialised.
std::string milvus_placeholder(const MilvusSearch& search);
/// @throws Error(InvalidInput) saying which field is not as it was asked for
MilvusRows read_milvus_rows(const google::protobuf::RepeatedPtrField<milvus::proto::schema::FieldData>& data, const std::vector<MilvusField>& fields);

} // namespace cameo

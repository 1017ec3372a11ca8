// BatchBytes: what comes out is what went in, to the bit; what is no batch is refused.

#include "models/study/batch_bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace nines {
namespace {

Batch full_batch() {
    Batch batch;
    batch.heads = {{3, 0xfeedfacecafebeefULL, 12, 3600, 2, 0.1}, {5, 1, 2, 3, 4, 5}};
    batch.metrics = {0.1, std::numeric_limits<double>::quiet_NaN(), -0.0, std::numeric_limits<double>::infinity()};
    batch.sums = {1e-300, 3};
    Incident incident;
    incident.begin_s = 1.5;
    incident.end_s = 2.5;
    incident.open = true;
    incident.objective = "availability";
    incident.cause = "lose-an-az";
    incident.owner = "provider";
    incident.lost_requests = 17;
    incident.timeline = {{1.5, std::string("a zone\0goes", 11)}, {2, ""}};
    incident.replication = 5;
    batch.incidents = {incident, {}};
    batch.notices = {{5, "crowded"}};
    batch.stop = Stop{StopCause::interrupted, "why"};
    return batch;
}

TEST(BatchBytes, EverythingComesBack) {
    const Batch sent = full_batch();
    Batch back;
    back.sums = {9, 9, 9};  // of an earlier one
    ASSERT_TRUE(from_bytes(to_bytes(sent), back));
    ASSERT_EQ(back.heads.size(), 2U);
    EXPECT_EQ(std::memcmp(back.heads.data(), sent.heads.data(), 2 * sizeof(Replication)), 0);
    ASSERT_EQ(back.metrics.size(), 4U);
    EXPECT_EQ(std::memcmp(back.metrics.data(), sent.metrics.data(), 4 * sizeof(double)), 0);
    EXPECT_EQ(back.sums, sent.sums);
    ASSERT_EQ(back.incidents.size(), 2U);
    EXPECT_EQ(back.incidents[0].timeline[0].text, sent.incidents[0].timeline[0].text);
    EXPECT_EQ(back.incidents[0].cause, "lose-an-az");
    EXPECT_TRUE(back.incidents[0].open);
    EXPECT_EQ(back.incidents[0].replication, 5U);
    EXPECT_EQ(back.notices[0].text, "crowded");
    EXPECT_EQ(back.stop->cause, StopCause::interrupted);
    EXPECT_EQ(back.stop->why, "why");
    EXPECT_EQ(to_bytes(back), to_bytes(sent)) << "every member is passed on both ways";
}

TEST(BatchBytes, WhatIsNoBatchIsRefused) {
    const std::string bytes = to_bytes(full_batch());
    Batch batch;
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
        EXPECT_FALSE(from_bytes(bytes.substr(0, size), batch)) << size << " bytes";
    }
    EXPECT_FALSE(from_bytes(std::string(64, '\xff'), batch));
}

}  // namespace
}  // namespace nines

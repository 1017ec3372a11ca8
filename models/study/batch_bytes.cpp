#include "models/study/batch_bytes.hpp"

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/stream.hpp>
#include <boost/serialization/is_bitwise_serializable.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

BOOST_IS_BITWISE_SERIALIZABLE(nines::Replication)

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, nines::TimelineEntry& entry, unsigned /*version*/) {
    archive& entry.at_s& entry.text;
}

template <class Archive>
void serialize(Archive& archive, nines::Incident& incident, unsigned /*version*/) {
    archive& incident.begin_s& incident.end_s& incident.open& incident.objective& incident.cause& incident.owner;
    archive& incident.lost_requests& incident.timeline& incident.replication;
}

template <class Archive>
void serialize(Archive& archive, nines::Notice& notice, unsigned /*version*/) {
    archive& notice.replication& notice.text;
}

template <class Archive>
void serialize(Archive& archive, nines::Stop& stop, unsigned /*version*/) {
    archive& stop.cause& stop.why;
}

}  // namespace boost::serialization

namespace nines {

namespace {

constexpr unsigned k_plain = boost::archive::no_header | boost::archive::no_tracking;

template <class Archive, class SomeBatch>
void pass(Archive& archive, SomeBatch& batch) {
    archive& batch.heads& batch.metrics& batch.controls& batch.sums& batch.incidents& batch.notices;
}

}  // namespace

std::string to_bytes(const Batch& batch) {
    std::string bytes;
    {
        boost::iostreams::stream<boost::iostreams::back_insert_device<std::string>> out(bytes);
        boost::archive::binary_oarchive archive(out, k_plain);
        pass(archive, batch);
        const bool is_stopped = batch.stop.has_value();
        archive << is_stopped;
        if (is_stopped) {
            archive << *batch.stop;
        }
    }
    return bytes;
}

Result<void> from_bytes(const std::string& bytes, Batch& batch) {
    batch.clear();
    try {
        boost::iostreams::stream<boost::iostreams::array_source> in(bytes.data(), bytes.size());
        boost::archive::binary_iarchive archive(in, k_plain);
        pass(archive, batch);
        bool is_stopped = false;
        archive >> is_stopped;
        if (is_stopped) {
            archive >> batch.stop.emplace();
        }
    } catch (const std::exception& broken) {
        return unexpected(std::string(broken.what()));
    }
    return {};
}

}  // namespace nines

#pragma once
// The readers of what is about security, in the order in which they are called.

#include "models/architecture/readers.hpp"

namespace nines {

/// `data`, `backup`, `patch` and `absorb` of a service; `network` names services and so is read once all are known.
void read_service_security(const ReadContext& context, MappingReader& reader, Service& service);
/// `network` of each service of the `services:` part.
void read_networks(const ReadContext& context, const Node* services);
void read_identities(const ReadContext& context, const Node* node);
void read_threats(const ReadContext& context, const Node* node);

/// A service by its name, or a problem at the node that lists them.
ServiceId find_service(const ReadContext& context, const Node& node, const std::string& path);

/// Identities may what their services call, boundaries let callers in, data stands where it may.
void cross_check_security(const ReadContext& context);
/// Data stands where its `residency` lets it; calls that carry it elsewhere are warned of.
void check_residency(const ReadContext& context);

}  // namespace nines

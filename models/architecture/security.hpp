#pragma once
// Security as the user writes it: what a service holds and how it is guarded, who may what, and what threatens it.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/random/distribution.hpp"
#include "models/architecture/ids.hpp"
#include "models/kinds/layers.hpp"
#include "models/language/document.hpp"

namespace nines {

// --- of a service ---------------------------------------------------------------------------------------------------

/// `data`: what a service holds.
struct DataSpec {
    Place place;
    double records = 0;       ///< at time zero
    std::string sensitivity;  ///< `class:`, a free name such as "personal", or "public"; empty: not said
    double bytes = 0;         ///< `size:` at time zero
    double growth_per_s = 0;  ///< bytes; records grow in step with them
    bool encrypted_at_rest = false;
    bool encrypted_in_transit = false;
    std::vector<std::string> residency;  ///< countries, regions or EU where it may be; empty: anywhere
    double usd_per_record = 0;           ///< what one exposed record costs
    std::optional<double> rebuild_s;     ///< to serve again without what is lost; none: as a restore would take

    double growth_bytes_per_month() const { return growth_per_s * k_hours_per_month * k_seconds_per_hour; }
    /// Whoever reads what anybody may read has exposed nothing.
    bool is_public() const { return sensitivity == "public"; }
    /// Records made a second: as fast as bytes grow, all records being of one size.
    double records_per_s() const { return bytes > 0 ? records * growth_per_s / bytes : 0; }
};

/// `backup`: copies of the data at a moment.
struct BackupSpec {
    double every_s = 0;
    double keep_s = std::numeric_limits<double>::infinity();
    double restore_bytes_per_s = 0;
    bool own_credentials = false;  ///< whoever destroys the data cannot reach the backups
};

/// `patch`: rounds in which the hosts of a service get all patches there are.
struct PatchSpec {
    double every_s = 0;
    double takes_s = 0;  ///< of a round: hosts follow each other at even distances
};

/// `network`: who may send the service anything.
struct NetworkSpec {
    bool from_internet = false;
    bool from_any = false;  ///< any service
    std::vector<ServiceId> from;
};

/// `absorb` and `filter`: what stands in front of a service and drops a flood's requests before they cost it anything.
struct FloodGuard {
    double absorb_per_s = 0;  ///< how much it can look at: the capacity of an edge, or of scrubbing
    double filter = 1;        ///< of that, the share that it knows for an attacker's and drops

    /// @param rate_per_s  of all floods of the service together, >= 0
    double absorbed_per_s(double rate_per_s) const { return std::min(rate_per_s, absorb_per_s) * filter; }
};

struct ServiceSecurity {
    std::optional<DataSpec> data;
    std::optional<BackupSpec> backup;
    std::optional<PatchSpec> patch;
    std::optional<NetworkSpec> network;  ///< none: those that call it, by what calls there are
    FloodGuard flood;
};

// --- identities -----------------------------------------------------------------------------------------------------

/// One entry of an identity's `may`.
struct Permission {
    enum class Kind : std::uint8_t {
        call,    ///< one endpoint, or all of a service
        deploy,  ///< run code of one's own in a service
        assume,  ///< act as another identity, as often as wanted
        all,     ///< any endpoint of any service
        admin    ///< anything: deploy any service, act as any identity
    } kind{};
    std::string text;
    Place place;
    ServiceId service;    ///< of call and deploy
    EndpointId endpoint;  ///< of call; none: all endpoints of the service
    IdentityId identity;  ///< of assume
};

struct Identity {
    std::string name;
    Place place;
    ServiceId of;  ///< whose it is; none: a person's or a pipeline's
    std::vector<Permission> may;
    std::optional<double> rotate_s;  ///< none: its credentials stay what they are
};

// --- threats --------------------------------------------------------------------------------------------------------

enum class ThreatKind : std::uint8_t { leak, exploit, insider, ransomware, deletion, theft, tap, flood };
inline constexpr Names<ThreatKind, 8> k_threat_kinds{{{
    {"leak", ThreatKind::leak},
    {"exploit", ThreatKind::exploit},
    {"insider", ThreatKind::insider},
    {"ransomware", ThreatKind::ransomware},
    {"deletion", ThreatKind::deletion},
    {"theft", ThreatKind::theft},
    {"tap", ThreatKind::tap},
    {"flood", ThreatKind::flood},
}}};

constexpr bool destroys(ThreatKind kind) {
    return kind == ThreatKind::ransomware || kind == ThreatKind::deletion;
}

struct Threat {
    std::string name;
    Place place;
    ThreatKind kind{};
    Layer layer{};
    std::optional<double> at_s;  ///< once; else `every`
    Distribution every_s;
    bool overlap = true;  ///< `every` is between beginnings; else from the end of one to the beginning of the next
    std::optional<Distribution> detect_s;  ///< none: nobody ever notices
    Distribution contain_s;                ///< from then on
    Distribution use_s;                    ///< of a leak: until somebody uses the credential
    Distribution to_exploit_s;             ///< of an exploit: from disclosure to the first attack
    Distribution hop_s;                    ///< to get into each further service
    std::optional<double> reads_per_s;     ///< records; none: all at once
    IdentityId identity;                   ///< none: it needs none
    std::vector<ServiceId> of;             ///< hit directly
    std::vector<EndpointId> of_endpoints;  ///< of a flood: of those services, the only ones asked; empty: all users ask
    double rate_per_s = 0;                 ///< of a flood
    Distribution for_s;                    ///< of a flood
};

}  // namespace nines

#pragma once
// SolvedStructure: a structure as one decision diagram, asked for chances and frequencies.

#include <map>
#include <optional>
#include <vector>

#include "engine/analytic/repair_crews.hpp"
#include "models/structure/structure.hpp"

namespace nines {

/// Crews that parts of one fault wait for, with exponential times.
struct Crews {
    std::vector<std::uint32_t> levels;
    double up_mean_s = 0;
    double down_mean_s = 0;
    std::uint32_t crews = 0;
};

class SolvedStructure {
public:
    /// Nothing: the diagram would be too large.
    static std::optional<SolvedStructure> of(const Structure& structure,
                                             std::size_t nodes_max = analytic::Bdd::k_nodes_max);

    /// A function that was compiled, by its place in the list of those.
    using Question = std::size_t;

    const Structure& structure() const { return structure_; }
    Question works(std::size_t request_kind) const { return works_[request_kind]; }
    Question sure_of(std::size_t demand) const { return sure_of_demand_[demand]; }  ///< no kind of its requests fails
    Question sure() const { return sure_; }                                         ///< no kind of request fails
    /// Enough of a service is up; of those that some request needs.
    Question alone(ServiceId service) const { return alone_[service]; }
    /// The distinct functions of requests, each with its share of all requests.
    const std::map<Question, double>& request_shares() const { return request_shares_; }

    analytic::Bdd& bdd() { return compiled_.bdd; }
    analytic::BddNode node(Question question) const { return compiled_.works[question]; }
    std::uint32_t component_at(std::uint32_t level) const { return compiled_.component_of[level]; }
    bool is_part(std::uint32_t level) const { return component_at(level) < structure_.parts.size(); }
    const std::vector<analytic::ComponentRates>& rates() const { return rates_; }  ///< by level, crews free
    const std::vector<Crews>& crews() const { return crews_; }

    // In the long run.
    analytic::Chance chance(Question question) const;
    analytic::SystemRates system(Question question);
    /// The same where one part is perfect: neither it nor its crew is ever busy with it.
    analytic::Chance chance_without_failures_of(Question question, std::uint32_t level) const;
    /// The same while one part is down.
    analytic::Chance chance_if_down(Question question, std::uint32_t level) const;
    /// That all of these are down at once.
    double all_down(const std::vector<std::uint32_t>& levels) const;

    /// Of a state that is known: `up` by level, chances of caches as they are.
    double share_of_requests_lost(const std::vector<bool>& up) const;
    /// With other chances than those of the long run.
    analytic::Chance chance(Question question, std::span<const analytic::ComponentRates> levels,
                            std::span<const analytic::CrewPool> pools) const;

private:
    SolvedStructure() = default;
    void list_questions();
    void add_those_who_keep_crews_busy();
    void find_crews();

    Structure structure_;
    std::vector<analytic::GateId> gates_;
    std::vector<Question> works_, sure_of_demand_;
    Question sure_ = 0;
    Column<ServiceId, Question> alone_;
    std::map<Question, double> request_shares_;
    analytic::CompiledStructure compiled_;
    std::vector<analytic::BddProgram> programs_;  // by question
    std::vector<analytic::ComponentRates> rates_;
    std::vector<Crews> crews_;
    std::vector<analytic::CrewPool> pools_;  // in the long run
};

}  // namespace nines

// Agreements: which of the provider's promises fits a service, and what is paid back where one is broken.

#include <fmt/format.h>

#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

struct AgreementName {
    std::string_view service, scope;
    bool of_each_instance = false;
};

/// Which agreement of AWS fits a service: by its kind, and whether more than one zone holds it.
std::optional<AgreementName> agreement_of(const Plan& plan, ServiceId id, const Service& spec) {
    const ServicePlan& service = plan.services[id];
    const bool on_a_machine = !spec.machine.empty();
    const bool is_container = spec.size && spec.size->kind == SizeSpec::Kind::fargate;
    const bool several_zones = service.has_primary ? !service.replicas.empty() : service.groups.count > 1;
    switch (service.kind) {
        case ServiceKind::fleet:
            if (is_container) {  // the agreement of containers knows no single ones, and no single zone
                return several_zones ? std::optional(AgreementName{"fargate", "multi-AZ (region level)"})
                                     : std::nullopt;
            }
            return !on_a_machine   ? std::nullopt
                   : several_zones ? std::optional(AgreementName{"ec2", "multi-AZ (region level)"})
                                   : std::optional(AgreementName{"ec2", "single instance", true});
        case ServiceKind::database:
            return on_a_machine ? std::optional(AgreementName{is_aurora(spec) ? "aurora" : "rds",
                                                              several_zones     ? "multi-AZ"
                                                              : is_aurora(spec) ? "single-AZ"
                                                                                : "single-AZ (single DB instance)"})
                                : std::nullopt;
        case ServiceKind::cache:
            return on_a_machine ? std::optional(AgreementName{"elasticache", several_zones ? "multi-AZ" : "single-AZ"})
                                : std::nullopt;
        case ServiceKind::cdn:
            return AgreementName{"cloudfront", "global"};
        case ServiceKind::load_balancer:
            return AgreementName{"elb", several_zones ? "multi-AZ" : "single-AZ"};
        case ServiceKind::function:
            return AgreementName{"lambda", "multi-AZ (region level)"};
        case ServiceKind::managed:
            return spec.engine.empty() ? std::nullopt
                                       : std::optional(AgreementName{spec.engine, "multi-AZ (region level)"});
        case ServiceKind::nat:
            break;
    }
    return std::nullopt;
}

}  // namespace

void compile_agreements(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    if (!plan.has_world || plan.world.provider != "aws") {
        return;
    }
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const auto name = agreement_of(plan, id, architecture.services[id]);
        if (!name) {
            continue;
        }
        const auto promise = catalog.sla(name->service, name->scope);
        if (!promise) {
            continue;
        }
        AgreementPlan agreement;
        agreement.service = id;
        agreement.of_each_instance = name->of_each_instance;
        agreement.promise = *promise;
        agreement.steps = catalog.credits(name->service, name->scope);
        agreement.name = fmt::format("{}, {}", name->service, name->scope);
        plan.agreements.push_back(std::move(agreement));
    }
}

}  // namespace nines

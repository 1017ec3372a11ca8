// The AWS-shaped studies, as scenarios that anybody can explain: exact figures of every part, to ten digits; and a
// published study, with its own convention for repairs and corrected.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "engine/stats/nines.hpp"
#include "models/architecture/read_architecture.hpp"
#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"
#include "models/structure/explain.hpp"

namespace nines {
namespace {

constexpr double k_seconds_per_year = 8760 * 3600;

void expect_digits(double found, double exact, const std::string& what) {
    EXPECT_NEAR(found, exact, 1e-10 * std::fabs(exact)) << what;
}

struct Explained {
    Structure structure;
    Explanation answer;
};

/// A scenario of scenarios/reference, one of its variants or (empty) its base.
Explained explained(const std::string& name, const std::string& variant) {
    Problems problems;
    Document document = read_document(std::string(NINES_SOURCE_DIR) + "/scenarios/reference/" + name, problems);
    if (!variant.empty()) {
        apply_variant(document, variant, problems);
    }
    const Catalog catalog;
    const Architecture architecture = read_architecture(document, catalog, problems);
    EXPECT_TRUE(problems.empty()) << format_problems(document, problems);
    const Plan plan = compile(architecture, catalog);
    Explained result{compile_structure(plan), {}};
    result.answer = explain(plan, result.structure);
    EXPECT_TRUE(result.answer.is_solved && result.structure.needs_simulation.empty());
    return result;
}

struct Share {
    const char* part;
    double of_unavailability;  ///< that goes if the part never fails
};

struct Study {
    const char* scenario;
    const char* variant;
    double availability, unavailability, nines, downtime_min, incidents, mean_incident_h;
    std::vector<Share> shares;
};
// Source: enumeration of all states in 40 digits, frequency by Birnbaum importance.
const Study k_studies[] = {
    {"aws-two-az.yaml",
     "",
     0.9992848630257815,
     0.0007151369742185004,
     3.1456107673598432,
     375.8759936492438,
     6.667130246541859,
     0.939624645461729,
     {{"service/alb", 0.13974732639129125},
      {"app@use1-az1/0", 0.0015566705073608719},
      {"app@use1-az2/0", 0.0013971755783279956},
      {"db/primary", 0.6990162664264739},
      {"zone/use1-az1", 0.15951295851444305},
      {"zone/use1-az2", 0.00015933543410384334}}},
    {"aws-two-az.yaml",
     "standby",
     0.9998983951441951,
     0.00010160485580491128,
     3.9930855361575595,
     53.403512211061376,
     1.7980112999202986,
     0.4950238838268019,
     {{"service/alb", 0.9842033503829414},
      {"app@use1-az1/0", 0.010961407440855457},
      {"app@use1-az2/0", 0.010961407440855457},
      {"db/primary", 0.003020717036945414},
      {"db/standby", 0.003020717036945414},
      {"zone/use1-az1", 0.001810785240864763},
      {"zone/use1-az2", 0.001810785240864763}}},
    {"aws-two-az.yaml",
     "queue",
     0.9997987691896385,
     0.0002012308103614686,
     3.6963055238867013,
     105.7669139259879,
     5.2956037245793075,
     0.3328764746094183,
     {{"service/alb", 0.4968914836000702},
      {"app@use1-az1/0", 0.0055343321944648855},
      {"app@use1-az2/0", 0.0055343321944648855},
      {"service/sqs", 0.4968914836000702},
      {"db/primary", 0.0},
      {"zone/use1-az1", 0.0006311413084783585},
      {"zone/use1-az2", 0.0006311413084783585}}},
    {"aws-two-regions.yaml",
     "",
     0.9999994212376242,
     5.787623758082962e-07,
     6.237499709256432,
     0.3041975047248405,
     0.010295803766921689,
     0.49242958848627383,
     {{"domain/alb-east", 0.1313598865683022},
      {"app@use1-az1/0", 0.0014632413123854121},
      {"app@use1-az2/0", 0.0013133190467721526},
      {"db@use1-az1/0", 0.6570622840402469},
      {"domain/alb-west", 0.1313598865683022},
      {"app@usw2-az1/0", 0.0014632413123854121},
      {"app@usw2-az2/0", 0.0013133190467721526},
      {"db@usw2-az1/0", 0.6570622840402469},
      {"zone/use1-az1", 0.14993921299046273},
      {"zone/use1-az2", 0.00014977234334764616},
      {"zone/usw2-az1", 0.14993921299046273},
      {"zone/usw2-az2", 0.00014977234334764616},
      {"region/us-east-1", 0.05997568519618509},
      {"region/us-west-2", 0.05997568519618509}}},
};

TEST(AwsStudies, AreExact) {
    for (const Study& study : k_studies) {
        SCOPED_TRACE(std::string(study.scenario) + " " + study.variant);
        const auto [structure, answer] = explained(study.scenario, study.variant);
        expect_digits(answer.requests.up, study.availability, "availability");
        expect_digits(answer.requests.down, study.unavailability, "unavailability");
        expect_digits(answer.outages.chance.down, study.unavailability, "all requests are of one kind");
        expect_digits(*nines_of(answer.requests.down), study.nines, "nines");
        expect_digits(answer.requests.down * k_seconds_per_year / 60, study.downtime_min, "downtime");
        expect_digits(answer.outages.failures_per_s * k_seconds_per_year, study.incidents, "incidents");
        expect_digits(answer.outages.mean_outage_s() / 3600, study.mean_incident_h, "mean incident");
        for (const Share& share : study.shares) {
            double found = 0;
            for (const PartWorth& part : answer.parts) {
                if (structure.parts[part.part].name == share.part) {
                    found = part.unavailability_saved / answer.requests.down;
                }
            }
            expect_digits(found, share.of_unavailability, share.part);
        }
    }
}

// --- the published study --------------------------------------------------------------------------------------------

/// In hours: how long the parts take to repair in the mean, and what a region event costs. Written down from the
/// study's rules (E. M. Crisostomo, des-examples, aws_des_availability.py), independently of the scenario.
struct Convention {
    double factor;                                 ///< true mean of a repair over what is declared
    double region_with_db_h, region_with_queue_h;  ///< mean time until the last part is back: by quadrature
};
constexpr Convention k_median_for_mean{1.2715371297141405, 1.403098144808362, 0.7554047768817939};
constexpr Convention k_mean{1, 1.103466121452386, 0.5940878636014503};

double down(double up_h, double down_h) {
    return down_h / (up_h + down_h);
}

/// One region: balancer, two servers (failures of their own, and zone events), store, region events; no blips.
double region_down(const Convention& c, double store_up_h, double store_mttr_h, double region_h) {
    const double server = 1 - (1 - down(499.5, 0.5 * c.factor)) * (1 - down(17520, 0.5 * c.factor));
    return 1 - (1 - down(4999.5, 0.5 * c.factor)) * (1 - server * server) *
                   (1 - down(store_up_h, store_mttr_h * c.factor)) * (1 - down(87600, region_h));
}

double blips_up(double store_up_h, double store_blip_s, double regions) {
    const double per_h = 1.0 / 3600;
    return (1 - down(4999.5 / regions, 15 * per_h)) * (1 - down(249.75 / regions, 30 * per_h)) *
           (1 - down(store_up_h / regions, store_blip_s * per_h)) * (1 - down(87600 / regions, 60 * per_h));
}

TEST(AwsStudies, ThePublishedOneWithItsConventionAndCorrected) {
    struct Case {
        const char* scenario;
        const char* variant;
        double unavailability;
        double simulated, standard_error;  ///< by the study's own rules: parts fail at once in a region event, each is
                                           ///< repaired by itself; 12 x 1,500 years
    };
    const auto one_region = [](const Convention& c, bool queue) {
        const double store_up_h = queue ? 2499.75 : 1999;
        return 1 -
               (1 - region_down(c, store_up_h, queue ? 0.25 : 1, queue ? c.region_with_queue_h : c.region_with_db_h)) *
                   blips_up(store_up_h, queue ? 5 : 120, 1);
    };
    const auto two_regions = [](const Convention& c) {
        const double region = region_down(c, 1999, 1, c.region_with_db_h);
        return 1 - (1 - region * region) * blips_up(1999, 120, 2);
    };
    const Case cases[] = {
        {"aws-published-study.yaml", "", one_region(k_median_for_mean, false), 8.3353e-4, 2.9e-6},
        {"aws-published-study.yaml", "mean-repair", one_region(k_mean, false), 6.6366e-4, 2.1e-6},
        {"aws-published-study.yaml", "queue", one_region(k_median_for_mean, true), 2.9951e-4, 1.3e-6},
        {"aws-published-study.yaml", "queue-mean-repair", one_region(k_mean, true), 2.4206e-4, 6.8e-7},
        {"aws-published-two-regions.yaml", "", two_regions(k_median_for_mean), 1.0291e-4, 1.1e-7},
        {"aws-published-two-regions.yaml", "mean-repair", two_regions(k_mean), 1.0242e-4, 1.0e-7},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(std::string(c.scenario) + " " + c.variant);
        const double found = explained(c.scenario, c.variant).answer.requests.down;
        EXPECT_NEAR(found, c.unavailability, 1e-8 * c.unavailability) << "the scenario's figures are rounded";
        EXPECT_NEAR(found, c.simulated, 4.9 * c.standard_error) << "false alarm 1e-6 a case, fixed figures";
    }
}

}  // namespace
}  // namespace nines

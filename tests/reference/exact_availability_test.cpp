// Exact answers for repairable systems against figures computed independently, mostly to 40 digits: to ten digits each.
// Sources of the formulas: Trivedi, Bobbio: Reliability and Availability Engineering (2017); Barlow, Proschan (1975);
// and where a test names another.

#include <gtest/gtest.h>

#include <cmath>

#include "engine/analytic/alternating_renewal.hpp"
#include "engine/analytic/missions.hpp"
#include "engine/analytic/redundancy.hpp"
#include "engine/analytic/sparse_chain.hpp"
#include "engine/analytic/structure_function.hpp"
#include "engine/analytic/switch_over.hpp"

namespace nines::analytic {
namespace {

constexpr double k_year_h = 8760;
constexpr double k_digits = 1e-10;  // relative

void expect_digits(double found, double exact, const char* what) {
    EXPECT_NEAR(found, exact, k_digits * std::fabs(exact)) << what;
}

double nines_of(double unavailability) {
    return -std::log10(unavailability);
}

// --- one component --------------------------------------------------------------------------------------------------

TEST(ExactAvailability, OneComponent) {
    const TwoState one{1000, 10};
    const ComponentRates rates = ComponentRates::of_means(1000, 10);
    expect_digits(rates.chance.up, 0.9900990099009901, "availability");
    expect_digits(rates.chance.down, 0.009900990099009901, "unavailability");
    expect_digits(nines_of(rates.chance.down), 2.0043213737826426, "nines");
    expect_digits(rates.chance.down * k_year_h, 86.73267326732673, "downtime a year");
    expect_digits(rates.failures_per_s * k_year_h, 8.673267326732674, "failures a year");
    expect_digits(1 / rates.failures_per_s, 1010.0, "mtbf");
    expect_digits(1 - one.mean_unavailability_until(720), 0.9902351621300743, "interval availability");
    expect_digits(one.downtime_share_sd(720), 0.016192959583102202, "sd, started up");
    expect_digits(one.downtime_share_sd_stationary(720), 0.016306467690073816, "sd, stationary");
    expect_digits(one.mean_failures_until(720), 0.7129693167336536, "failures");
    expect_digits(one.no_failure_until(720), 0.4867522559599716, "no failure");
    expect_digits(1 - one.unavailability_at(1), 0.9990488419097611, "at 1 h");
    expect_digits(1 - one.unavailability_at(5), 0.9960743126279905, "at 5 h");
    expect_digits(1 - one.unavailability_at(20), 0.991412430347328, "at 20 h");
    expect_digits(1 - one.unavailability_at(100), 0.9900994166292597, "at 100 h");
}

TEST(ExactAvailability, OneComponentOfFourNines) {
    const TwoState one{9999, 1};
    const ComponentRates rates = ComponentRates::of_means(9999, 1);
    expect_digits(rates.chance.up, 0.9999, "availability");
    expect_digits(rates.chance.down, 0.0001, "unavailability");
    expect_digits(nines_of(rates.chance.down), 4.0, "nines");
    expect_digits(rates.chance.down * k_year_h, 0.876, "downtime a year");
    expect_digits(rates.failures_per_s * k_year_h, 0.876, "failures a year");
    expect_digits(1 / rates.failures_per_s, 10000.0, "mtbf");
    expect_digits(1 - one.mean_unavailability_until(8760), 0.9999000114143836, "interval availability");
    expect_digits(one.downtime_share_sd(8760), 0.00015106711545512613, "sd, started up");
    expect_digits(one.downtime_share_sd_stationary(8760), 0.00015107573843642068, "sd, stationary");
    expect_digits(one.mean_failures_until(8760), 0.87600001, "failures");
    expect_digits(one.no_failure_until(8760), 0.4164088833560143, "no failure");
    expect_digits(1 - one.unavailability_at(0.5), 0.9999606500330905, "at 0.5 h");
    expect_digits(1 - one.unavailability_at(1), 0.9999367842651388, "at 1 h");
    expect_digits(1 - one.unavailability_at(4), 0.9999018308313365, "at 4 h");
}

// The closed forms above and the general solver of chains must tell the same, moments too.
TEST(ExactAvailability, OneComponentAsAChain) {
    const TwoState one{1000, 10};
    const std::vector<Transition> transitions{{0, 1, 1.0 / 1000}, {1, 0, 1.0 / 10}};
    const SparseChain chain(2, transitions);
    const auto spent = time_spent(chain, {1, 0}, {false, true}, 720);
    expect_digits(spent->mean / 720, one.mean_unavailability_until(720), "mean");
    expect_digits(std::sqrt(spent->variance) / 720, 0.016192959583102202, "sd");
    const auto failures = mean_crossings(2, transitions, {1, 0}, {true, false}, 720);
    expect_digits(*failures, 0.7129693167336536, "failures");
    const auto course = follow(chain, {1, 0}, 5);
    expect_digits(course->at_end[0], 0.9960743126279905, "at 5 h");
    const auto year = follow(SparseChain(2, std::vector<Transition>{{0, 1, 1.0 / 9999}, {1, 0, 1.0}}), {1, 0}, 8760);
    expect_digits(year->spent[1] / 8760, 1 - 0.9999000114143836, "mean of a year");
}

TEST(ExactAvailability, LognormalRepairByItsMedian) {
    const Distribution repair = Distribution::lognormal_median_sigma(1.5, 1);
    const ComponentRates rates = ComponentRates::of_means(2000, repair.mean());
    expect_digits(repair.mean(), 2.4730819060501923, "mean repair");
    expect_digits(std::sqrt(repair.variance()) / repair.mean(), 1.3108324944320862, "cv");
    expect_digits(rates.chance.up, 0.9987649861921258, "availability");
    expect_digits(rates.chance.down, 0.0012350138078741084, "unavailability");
    expect_digits(nines_of(rates.chance.down), 2.9083281868172635, "nines");
    expect_digits(rates.chance.down * k_year_h, 10.818720956977188, "downtime");
    expect_digits(rates.failures_per_s * k_year_h, 4.374590639521512, "failures");
    const Promotion as_outage{0, 0, repair.mean(), std::sqrt(repair.variance()) / repair.mean()};
    expect_digits(as_outage.outage_quantile_s(0.95), 7.77037740334952, "p95");
    const double variance = asymptotic_downtime_variance(2000, 2000.0 * 2000, repair.mean(), repair.variance());
    expect_digits(variance, 0.008281927278853931, "variance");
    expect_digits(std::sqrt(variance / 8760), 0.0009723299277784496, "sd");
    expect_digits(ComponentRates::of_means(2000, 1.5).chance.up, 0.9992505620784412, "what a mix-up would give");
}

TEST(ExactAvailability, DeclaredAvailability) {
    const Distribution repair = Distribution::lognormal_mean_cv(1, 2);
    const double up = 1 * 0.9995 / (1 - 0.9995);
    expect_digits(up, 1999.0, "up time");
    const ComponentRates rates = ComponentRates::of_means(up, repair.mean());
    expect_digits(rates.failures_per_s * k_year_h, 4.38, "failures");
    expect_digits(rates.chance.up, 0.9995, "availability");
    expect_digits(rates.chance.down * k_year_h, 4.38, "downtime");
    expect_digits(std::exp(repair.a), 0.4472135954999579, "median");
    expect_digits(repair.b, 1.2686362411795196, "sigma");
    const Promotion as_outage{0, 0, 1, 2};
    expect_digits(as_outage.outage_quantile_s(0.95), 3.603847289585009, "p95");
}

// Source: Takacs (1962).
TEST(ExactAvailability, FaultsThatOverlap) {
    const OverlappingOutages outages{100, 10};
    expect_digits(outages.availability(), 0.9048374180359596, "availability");
    expect_digits(outages.unavailability(), 1 - 0.9048374180359596, "unavailability");
    expect_digits(outages.mean_outage(), 10.517091807564762, "mean outage");
    expect_digits(outages.outages_per_time() * k_year_h, 79.26375781995006, "outages");
    const double alternating = ComponentRates::of_means(100, 10).chance.up;
    expect_digits(alternating, 0.9090909090909091, "the other reading");
    expect_digits(alternating, 0.9090909090909091, "the third");
}

// --- like units -----------------------------------------------------------------------------------------------------

struct Units {
    const char* name;
    UnitGroup group;
    double availability, unavailability, nines, failures, up_mean, down_mean, mtbf, units_up, mttf, mttf_without_repair;
};
const Units k_units[] = {
    {"two_of_two",
     {2, 2, 1000, 10, UINT32_MAX},
     0.9802960494069209,
     0.01970395059307911,
     1.7054466901447962,
     17.174786785609253,
     500.0,
     10.05,
     510.05,
     1.9801980198019802,
     500.0,
     500.0},
    {"one_of_two",
     {2, 1, 1000, 10, UINT32_MAX},
     0.9999019703950593,
     9.802960494069208e-05,
     4.008642747565285,
     0.17174786785609253,
     51000.0,
     5.0,
     51005.0,
     1.9801980198019802,
     51500.0,
     1500.0},
    {"two_of_three",
     {3, 2, 1000, 10, UINT32_MAX},
     0.9997078523654738,
     0.000292147634526221,
     3.5343976257540843,
     0.51014218175077,
     17166.666666666668,
     5.016666666666667,
     17171.683333333334,
     2.9702970297029703,
     17500.0,
     833.3333333333334},
    {"two_of_three_one_crew",
     {3, 2, 1000, 10, 1},
     0.9994119964370477,
     0.0005880035629522825,
     3.230620042349325,
     0.509991209055643,
     17166.666666666668,
     10.1,
     17176.766666666666,
     2.969709083781775,
     17500.0,
     833.3333333333334},
    {"eight_of_ten_two_crews",
     {10, 8, 2000, 24, 2},
     0.9997119390270792,
     0.0002880609729207379,
     3.540515576822938,
     0.20150716666601928,
     43459.87654320987,
     12.522701621664925,
     43472.39924483154,
     9.881125960410007,
     45733.950617283954,
     672.2222222222222},
};

TEST(ExactAvailability, LikeUnits) {
    for (const Units& c : k_units) {
        SCOPED_TRACE(c.name);
        const AvailabilityChain chain = chain_of(c.group);
        const auto rates = solve_availability(chain);
        ASSERT_TRUE(rates);
        expect_digits(rates->chance.up, c.availability, "availability");
        expect_digits(rates->chance.down, c.unavailability, "unavailability");
        expect_digits(nines_of(rates->chance.down), c.nines, "nines");
        expect_digits(rates->failures_per_s * k_year_h, c.failures, "failures");
        expect_digits(rates->mean_up_s(), c.up_mean, "mean up");
        expect_digits(rates->mean_outage_s(), c.down_mean, "mean down");
        expect_digits(rates->mtbf_s(), c.mtbf, "mtbf");
        expect_digits(mean_units_up(c.group), c.units_up, "units up");
        expect_digits(*mean_time_to_failure(chain), c.mttf, "mttf");
        UnitGroup unrepaired = c.group;
        unrepaired.down_mean = 0;
        expect_digits(*mean_time_to_failure(chain_of(unrepaired)), c.mttf_without_repair, "mttf without repair");
    }
}

// --- structures -----------------------------------------------------------------------------------------------------

/// What a structure with these minimal cut sets is like: components with exponential times, repaired independently.
struct Solved {
    SystemRates rates;
    std::vector<Importance> importance;
    MinimalSets cut_sets;
    double rare_event_sum = 0, min_cut_bound = 1;
};

Solved solve(const std::vector<ComponentRates>& components, const std::vector<std::vector<std::uint32_t>>& cut_sets) {
    StructureFunction structure;
    std::vector<GateId> cuts;
    Solved solved;
    for (const auto& set : cut_sets) {
        std::vector<GateId> some_up;
        double chance = 1;
        for (const std::uint32_t member : set) {
            some_up.push_back(structure.component(member));
            chance *= components[member].chance.down;
        }
        cuts.push_back(structure.any_of(some_up));
        solved.rare_event_sum += chance;
        solved.min_cut_bound *= 1 - chance;
    }
    solved.min_cut_bound = 1 - solved.min_cut_bound;
    std::vector<std::uint32_t> order(components.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    const std::vector<GateId> gates{structure.all_of(cuts)};
    auto compiled = compile_structure_function(structure, gates, std::vector<std::vector<std::uint32_t>>{order});
    EXPECT_TRUE(compiled && compiled->component_of == order);
    const BddNode works = compiled->works.front();
    solved.rates = solve_system(compiled->bdd, works, components);
    solved.cut_sets = minimal_sets(compiled->bdd, compiled->bdd.dual(works));
    solved.importance = importance_of_all(compiled->bdd, works, components, solved.cut_sets);
    return solved;
}

TEST(ExactAvailability, Bridge) {
    const Solved s =
        solve({ComponentRates::of_means(500, 10), ComponentRates::of_means(800, 20), ComponentRates::of_means(300, 5),
               ComponentRates::of_means(900, 12), ComponentRates::of_means(600, 8)},
              {{0, 1}, {3, 4}, {0, 2, 4}, {1, 2, 3}});
    expect_digits(s.rates.chance.up, 0.9993395504760455, "availability");
    expect_digits(s.rates.chance.down, 0.0006604495239544723, "unavailability");
    expect_digits(nines_of(s.rates.chance.down), 3.180160368519876, "nines");
    expect_digits(s.rates.failures_per_s * k_year_h, 0.9738854716111491, "failures");
    expect_digits(s.rates.mean_up_s(), 8988.956830506577, "mean up");
    expect_digits(s.rates.mean_outage_s(), 5.940675776043627, "mean down");
    EXPECT_EQ(s.cut_sets.count, 4);
    expect_digits(s.rare_event_sum, 0.0006608607982585033, "rare-event sum");
    expect_digits(s.min_cut_bound, 0.0006607717971624364, "min-cut bound");
    const double birnbaum[] = {0.024588502549118856, 0.01980896577331264, 0.0005588851309728675, 0.013534317954964558,
                               0.013455917942420554};
    const double share[] = {0.7299990135148466, 0.7315403965670316, 0.013872447469665582, 0.26963927526224063,
                            0.26807734043602643};
    for (std::size_t i = 0; i < 5; ++i) {
        expect_digits(s.importance[i].birnbaum, birnbaum[i], "birnbaum");
        expect_digits(s.importance[i].criticality, share[i], "risk reduction share");
    }
}

TEST(ExactAvailability, ConsecutiveTwoOfSix) {
    const Solved s = solve(std::vector<ComponentRates>(6, ComponentRates::of_means(400, 10)),
                           {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}});
    expect_digits(s.rates.chance.up, 0.9970846448209556, "availability");
    expect_digits(s.rates.chance.down, 0.002915355179044375, "unavailability");
    expect_digits(nines_of(s.rates.chance.down), 2.535308527387861, "nines");
    expect_digits(s.rates.failures_per_s * k_year_h, 5.055091421518974, "failures");
    expect_digits(s.rates.mean_up_s(), 1727.854307728228, "mean up");
    expect_digits(s.rates.mean_outage_s(), 5.05203748832594, "mean down");
    EXPECT_EQ(s.cut_sets.count, 5);
    expect_digits(s.rare_event_sum, 0.00297441998810232, "rare-event sum");
    expect_digits(s.min_cut_bound, 0.0029708832229869233, "min-cut bound");
    const double birnbaum[] = {0.023767394202749665, 0.04754859862874323, 0.04698237947574338,
                               0.04698237947574338,  0.04754859862874323, 0.023767394202749665};
    const double share[] = {0.19884113801890074, 0.3977978141772663, 0.39306075045920996,
                            0.39306075045920996, 0.3977978141772663, 0.19884113801890074};
    for (std::size_t i = 0; i < 6; ++i) {
        expect_digits(s.importance[i].birnbaum, birnbaum[i], "birnbaum");
        expect_digits(s.importance[i].criticality, share[i], "risk reduction share");
    }
}

// --- standbys, coverage, common causes ------------------------------------------------------------------------------

void expect_standby(const StandbyPair& pair, double availability, double unavailability, double nines, double failures,
                    double down_mean, double mttf) {
    const AvailabilityChain chain = chain_of(pair);
    const auto rates = solve_availability(chain);
    expect_digits(rates->chance.up, availability, "availability");
    expect_digits(rates->chance.down, unavailability, "unavailability");
    expect_digits(nines_of(rates->chance.down), nines, "nines");
    expect_digits(rates->failures_per_s * k_year_h, failures, "failures");
    expect_digits(rates->mean_outage_s(), down_mean, "mean down");
    expect_digits(*mean_time_to_failure(chain), mttf, "mttf");
}

TEST(ExactAvailability, Standbys) {
    expect_standby({1000, 0, 20, 1, 0.95, 0.5}, 0.9995835068721366, 0.00041649312786339027, 3.3803921600570273,
                   0.6009260847196021, 6.071428571428571, 14842.857142857143);
    expect_standby({1000, 0.3, 20, 1, 0.98, 0.25}, 0.9994885657923577, 0.0005114342076422883, 3.291210227241556,
                   0.3925476729743552, 11.41304347826087, 22730.434782608696);
    expect_standby({1000, 1, 20, 2, 0.99, 0.1}, 0.9996145716891852, 0.0003854283108147724, 3.41405638833375,
                   0.4209915215383299, 8.02, 21196.0);
}

// Source: Bouricius, Carter, Schneider (1969).
TEST(ExactAvailability, ImperfectCoverage) {
    CoveredPair pair{2000, 10, 0.95, 0.2};
    const AvailabilityChain chain = chain_of(pair);
    const auto rates = solve_availability(chain);
    const auto weights = stationary(chain.states, chain.transitions);
    expect_digits(rates->chance.down, 5.940241173791656e-05, "unavailability");
    expect_digits(rates->chance.up, 0.999940597588262, "availability");
    expect_digits(nines_of(rates->chance.down), 4.226195922304894, "nines");
    expect_digits((*weights)[3], 9.900401956319427e-06, "uncovered");
    expect_digits((*weights)[2], 4.950200978159713e-05, "exhaustion");
    expect_digits(rates->failures_per_s * k_year_h, 0.47700136625546996, "failures");
    expect_digits(*mean_time_to_failure(chain), 18445.454545454544, "mttf");
    pair.coverage = 1;
    expect_digits(*mean_time_to_failure(chain_of(pair)), 203000.0, "mttf, covered");
}

void expect_common_cause(const UnitGroup& group, double beta, double unavailability, double availability, double nines,
                         double failures, double mttf, double independent, double ratio) {
    const AvailabilityChain chain = chain_with_common_cause(group, beta);
    const auto rates = solve_availability(chain);
    const auto without = solve_availability(chain_of(group));
    expect_digits(rates->chance.down, unavailability, "unavailability");
    expect_digits(rates->chance.up, availability, "availability");
    expect_digits(nines_of(rates->chance.down), nines, "nines");
    expect_digits(rates->failures_per_s * k_year_h, failures, "failures");
    expect_digits(*mean_time_to_failure(chain), mttf, "mttf");
    expect_digits(without->chance.down, independent, "independent");
    expect_digits(rates->chance.down / without->chance.down, ratio, "ratio");
}

// Source: Fleming (1975); NUREG/CR-4780.
TEST(ExactAvailability, CommonCause) {
    expect_common_cause({2, 1, 1000, 10}, 0.05, 0.00034073721806446555, 0.9996592627819355, 3.467580426698536,
                        0.5969716060489436, 14805.755395683453, 9.802960494069208e-05, 3.475860361475613);
    expect_common_cause({3, 2, 2000, 8}, 0.1, 0.00037338711226656923, 0.9996266128877335, 3.42784067612477,
                        0.5251266360524985, 16794.19525065963, 4.7491815566577675e-05, 7.862135987265564);
}

// Source: Marshall, Olkin, JASA 62 (1967) 30.
TEST(ExactAvailability, SharedShock) {
    const MarshallOlkin pair{0.001, 0.002, 0.0005};
    expect_digits(pair.both_alive(300), 0.3499377491111553, "both");
    expect_digits(pair.some_alive(300), 0.7600569552516326, "one");
    expect_digits(pair.first_alive(300), 0.6376281516217733, "first");
    expect_digits(pair.second_alive(300), 0.4723665527410147, "second");
    expect_digits(pair.end_at_once(), 0.14285714285714285, "at once");
    expect_digits(pair.end_at_once(), 0.14285714285714285, "correlation");
    expect_digits(pair.series_mean(), 285.7142857142857, "series");
    expect_digits(pair.parallel_mean(), 780.952380952381, "parallel");
}

// --- zones ----------------------------------------------------------------------------------------------------------

/// Instances in zones in a region, `needed` of them up. Components: the region, zones, instances by zone.
struct Zones {
    std::uint32_t zones, each, needed;
    ComponentRates region, zone, instance;

    GateId works(StructureFunction& s, std::uint32_t first) const {
        std::vector<GateId> up;
        for (std::uint32_t z = 0; z < zones; ++z) {
            for (std::uint32_t i = 0; i < each; ++i) {
                up.push_back(s.all_of(
                    {s.component(first), s.component(first + 1 + z), s.component(first + 1 + zones + z * each + i)}));
            }
        }
        return s.at_least(needed, up);
    }
    std::vector<ComponentRates> rates() const {
        std::vector<ComponentRates> all{region};
        all.insert(all.end(), zones, zone);
        all.insert(all.end(), zones * each, instance);
        return all;
    }
    std::uint32_t size() const { return 1 + zones + zones * each; }
};

Chance chance_of(const StructureFunction& s, GateId gate, const std::vector<ComponentRates>& rates) {
    std::vector<std::uint32_t> order(rates.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    const std::vector<GateId> gates{gate};
    auto compiled = compile_structure_function(s, gates, std::vector<std::vector<std::uint32_t>>{order});
    std::vector<ComponentRates> by_level;
    for (const std::uint32_t component : compiled->component_of) {
        by_level.push_back(rates[component]);
    }
    return compiled->bdd.chance(compiled->works.front(), std::span<const ComponentRates>(by_level));
}

/// Mean share of the demand that is served, where the demand is as much as `needed` instances can serve.
double served_share(const Zones& zones) {
    StructureFunction s;
    double sum = 0;
    for (std::uint32_t j = 1; j <= zones.needed; ++j) {
        Zones fewer = zones;
        fewer.needed = j;
        sum += chance_of(s, fewer.works(s, 0), zones.rates()).up;
    }
    return sum / zones.needed;
}

TEST(ExactAvailability, ThreeZones) {
    const Zones zones{3,
                      4,
                      8,
                      ComponentRates::of_means(87600, 3),
                      ComponentRates::of_means(26280, 2),
                      ComponentRates::of_means(2000, 1)};
    StructureFunction s;
    const Chance chance = chance_of(s, zones.works(s, 0), zones.rates());
    expect_digits(chance.up, 0.9999648262748779, "availability");
    expect_digits(chance.down, 3.517372512209609e-05, "unavailability");
    expect_digits(nines_of(chance.down), 4.4537816346884584, "nines");
    expect_digits(zones.region.chance.up * zones.zone.chance.up * zones.instance.chance.up, 0.9993899645117271,
                  "capacity");
    expect_digits(served_share(zones), 0.9999656318390777, "served");
}

TEST(ExactAvailability, TwoRegions) {
    const Zones zones{3,
                      3,
                      6,
                      ComponentRates::of_means(43800, 4),
                      ComponentRates::of_means(17520, 3),
                      ComponentRates::of_means(1000, 2)};
    StructureFunction s;
    const Chance one = chance_of(s, zones.works(s, 0), zones.rates());
    expect_digits(one.up, 0.9999024764819113, "availability");
    expect_digits(one.down, 9.752351808863232e-05, "unavailability");
    expect_digits(nines_of(one.down), 4.010890640255539, "nines");
    expect_digits(zones.region.chance.up * zones.zone.chance.up * zones.instance.chance.up, 0.9977420121866282,
                  "capacity");
    expect_digits(served_share(zones), 0.9999076150336557, "served");
    std::vector<ComponentRates> both = zones.rates();
    const std::vector<ComponentRates> second = zones.rates();
    both.insert(both.end(), second.begin(), second.end());
    const Chance two = chance_of(s, s.any_of({zones.works(s, 0), zones.works(s, zones.size())}), both);
    expect_digits(two.up, 0.9999999904891634, "two regions");
    expect_digits(two.down, 9.510836580383795e-09, "two regions");
    expect_digits(nines_of(two.down), 8.021781280511078, "two regions");
}

// --- within a time --------------------------------------------------------------------------------------------------

// Source: Takacs (1957); Barlow, Hunter (1961).
TEST(ExactAvailability, DowntimeWithinAMonth) {
    const Downtime month{700, 1.5, 1, 730};
    expect_digits(month.none(), 0.35244625273807656, "none");
    expect_digits(month.quantile(0.5), 0.669039547610492, "p50");
    expect_digits(month.quantile(0.9), 4.470283758614087, "p90");
    expect_digits(month.quantile(0.95), 5.994493605725641, "p95");
    expect_digits(month.quantile(0.99), 9.387999365486218, "p99");
    expect_digits(month.at_most(0.375), 0.4391611849352021, "0.375 h");
    expect_digits(month.at_most(1.5), 0.6417710583305635, "1.5 h");
    expect_digits(month.at_most(4.5), 0.9013212357117553, "4.5 h");
}

TEST(ExactAvailability, DowntimeWithinAYear) {
    const Downtime year{1500, 2, 0.5, 8760};
    expect_digits(year.none(), 0.0029088426258125836, "none");
    expect_digits(year.quantile(0.5), 9.980864154590645, "p50");
    expect_digits(year.quantile(0.9), 22.95565862749416, "p90");
    expect_digits(year.quantile(0.95), 27.68566025154399, "p95");
    expect_digits(year.quantile(0.99), 37.83793259128565, "p99");
    expect_digits(year.at_most(0.5), 0.01954690799682879, "0.5 h");
    expect_digits(year.at_most(2), 0.075360492958566, "2 h");
    expect_digits(year.at_most(6), 0.2834629758320823, "6 h");
}

TEST(ExactAvailability, Mission) {
    const UnitGroup repaired{5, 3, 400, 10};
    UnitGroup unrepaired = repaired;
    unrepaired.down_mean = 0;
    expect_digits(mission_chance(unrepaired, 100)->up, 0.9245026909996529, "without repair");
    const double scale = weibull_scale(400, 2);
    expect_digits(scale, 451.351666838205, "scale");
    expect_digits(at_least_of(5, 3, weibull_alive(scale, 2, 100)).up, 0.9989783000380257, "Weibull");
    expect_digits(mission_chance(repaired, 100)->up, 0.9965804388972862, "with repair");
    expect_digits(mission_chance(repaired, 100)->down, 0.0034195611027137912, "failure");
    expect_digits(*mean_time_to_failure(chain_of(unrepaired)), 313.3333333333333, "mttf");
    expect_digits(*mean_time_to_failure(chain_of(repaired)), 25113.333333333332, "mttf with repair");
}

// Source: Cox: Renewal Theory (1962).
TEST(ExactAvailability, Renewals) {
    const TwoState one{50, 4};
    expect_digits(one.mean_failures_until(10), 0.19030339910705213, "10 h");
    expect_digits(one.mean_failures_until(60), 1.1165980790554952, "60 h");
    expect_digits(one.mean_failures_until(300), 5.561042524005487, "300 h");
    expect_digits(mean_renewals_gamma(50, 2, 10), 0.062332241029305395, "10 h");
    expect_digits(mean_renewals_gamma(50, 2, 60), 0.952057436762255, "60 h");
    expect_digits(mean_renewals_gamma(50, 2, 300), 5.750000000009438, "300 h");
    expect_digits(availability_at_constant_repair(50, 4, 10), 0.9259298370353626, "10 h");
    expect_digits(availability_at_constant_repair(50, 4, 60), 0.9259259259259259, "60 h");
    expect_digits(availability_at_constant_repair(50, 4, 300), 0.9259259259259259, "300 h");
}

// Source: IEC 61508-6; Rausand, Hoyland, chapter 10.
TEST(ExactAvailability, DormantFailures) {
    const DormantFailure standby{20000, 2190};
    expect_digits(standby.unavailability(), 0.05280515399186275, "one");
    expect_digits(standby.pair_tested_together(), 0.003684654314198009, "together");
    expect_digits(standby.pair_staggered(), 0.002340316430148586, "staggered");
    expect_digits(2190.0 / 20000 / 2, 0.05475, "approximation");
    expect_digits(standby.mean_time_to_discovery(), 1114.9797576370913, "discovery");
    // The closed form of the pair agrees where it still has its digits: 1 - 2 m(x) + m(2x) with m(x) = (1 - e^-x)/x.
    const double x = 0.5;
    const double closed = 1 - 2 * -std::expm1(-x) / x - std::expm1(-2 * x) / (2 * x);
    expect_digits((DormantFailure{2, 1}.pair_tested_together()), closed, "closed form");
    expect_digits((DormantFailure{1, 40}.pair_tested_together()), 1 - 2.0 / 40 + 1.0 / 80, "long past all lives");
}

// Source: Esary, Ziehms (1975).
TEST(ExactAvailability, PhasedMission) {
    const std::vector<Phase> phases{{24, 2}, {8, 4}, {100, 1}};
    const double reliability = phased_mission_reliability(4, 0.002, phases);
    expect_digits(reliability, 0.7733061403711647, "mission");
    expect_digits(1 - reliability, 0.2266938596288352, "failure");
    expect_digits(phases_taken_as_independent(4, 0.002, phases), 0.9366200001708377, "the wrong one");
}

void expect_durability(const StoredData& data, double mttdl, double loss, double nines, double approximation) {
    expect_digits(*data.mean_time_to_loss(), mttdl, "mean time to data loss");
    expect_digits(*data.loss_by(8760), loss, "loss in a year");
    expect_digits(nines_of(*data.loss_by(8760)), nines, "nines");
    expect_digits(8760 / *data.mean_time_to_loss(), approximation, "approximation");
}

// Source: Patterson, Gibson, Katz (1988).
TEST(ExactAvailability, Durability) {
    expect_durability({2, 1, 100000, 24}, 208483333.33333334, 4.1901839824799226e-05, 4.37776690762521,
                      4.201774722200016e-05);
    expect_durability({3, 1, 100000, 24}, 579189998148.1482, 1.5062437064252677e-08, 7.822104754700468,
                      1.5124570569257866e-08);
    expect_durability({14, 10, 200000, 12, 1}, 6.4328775435209064e+16, 1.35429149920793e-13, 12.86828784756216,
                      1.3617545088858305e-13);
}

// --- switch-over ----------------------------------------------------------------------------------------------------

TEST(ExactAvailability, Failover) {
    const Promotion failover{4000 * 3600, 30, 45, 0.5};
    expect_digits(failover.availability(), 0.9999947916937932, "availability");
    expect_digits(failover.unavailability(), 5.2083062067385065e-06, "unavailability");
    expect_digits(nines_of(failover.unavailability()), 5.283303490648086, "nines");
    expect_digits(failover.outage_mean_s(), 75.0, "mean");
    expect_digits(failover.outage_sd_s(), 22.5, "sd");
    expect_digits(failover.failures_per_s() * 3600 * k_year_h, 2.189988593809407, "failures");
    expect_digits(failover.unavailability() * 3600 * k_year_h, 164.24914453570554, "downtime");
    expect_digits(failover.outage_quantile_s(0.5), 70.24922359499621, "p50");
    expect_digits(failover.outage_quantile_s(0.95), 117.53930271041494, "p95");
    expect_digits(failover.outage_quantile_s(0.99), 150.78506144121948, "p99");
    expect_digits(failover.outage_mean_with_return_s(3600), 74.15551573734477, "cut short");
}

TEST(ExactAvailability, ActivePassive) {
    const DelayedTakeover regions{20000, 3, 0.25};
    expect_digits(1 - regions.unavailability(), 0.9999880084609253, "availability");
    expect_digits(regions.unavailability(), 1.1991539074740302e-05, "unavailability");
    expect_digits(nines_of(regions.unavailability()), 4.921125073050368, "nines");
    expect_digits(regions.outage_mean() * 60, 14.392005366721815, "mean outage");
    expect_digits(regions.over_before_takeover(), 0.07995558537067675, "over before");
    expect_digits(ComponentRates::of_means(20000, 3).chance.up, 0.9998500224966255, "without");
}

}  // namespace
}  // namespace nines::analytic

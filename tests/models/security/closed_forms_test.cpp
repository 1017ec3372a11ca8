// Threats against closed forms: renewal theory of rounds, leaks, exploits and backups.

#include <cmath>

#include "tests/models/security/course.hpp"

namespace nines {
namespace {

using support::expect_course_mean;
using support::expect_course_rejected;
using support::first;
using support::Shop;

constexpr double k_day_s = 86'400;
constexpr double k_year_days = 365;
constexpr double k_years = 100;

double credential_days(const SecurityCourse& course) {
    return first(course).credential_s / k_day_s;
}

double host_days(const SecurityCourse& course) {
    return first(course).unpatched_s / k_day_s;
}

// --- patches --------------------------------------------------------------------------------------------------------

Shop patched(const std::string& patch) {
    Shop shop;
    shop.web = "patch: " + patch + ",";
    shop.threats = "cve: {layer: operating-system, every: exponential(30 d), to_exploit: 1 yr}";
    return shop;
}

// A disclosure falls anywhere between two rounds: half a round to wait, then hosts one after the other, the i-th of
// ten after i tenths of what a round takes. By stationarity the mean over [0, T) is rate x hosts x mean age.
TEST(PatchExposure, IsHostsTimesMeanAge) {
    const double disclosures = k_years * k_year_days / 30;
    expect_course_mean(patched("{every: 14 d}"), 400, disclosures * 10 * 7, host_days);
    expect_course_mean(patched("{every: 14 d, takes: 10 d}"), 400, disclosures * 10 * (7 + 10 * 11.0 / 20), host_days);
    expect_course_rejected(patched("{every: 15 d}"), 400, disclosures * 10 * 7, host_days);
}

/// The chance that an attack, exponential after the disclosure, comes before the last host is patched.
double chance_of_foothold(double every_d, double takes_d, double attack_d) {
    return 1 - std::exp(-takes_d / attack_d) * attack_d / every_d * (1 - std::exp(-every_d / attack_d));
}

TEST(Exploit, MeetsWhatIsNotPatchedYet) {
    Shop shop = patched("{every: 14 d, takes: 2 d}");
    shop.threats = "cve: {layer: operating-system, every: exponential(30 d), to_exploit: exponential(20 d)}";
    const double disclosures = k_years * k_year_days / 30;
    const auto breaches = [](const SecurityCourse& course) { return first(course).breaches; };
    expect_course_mean(shop, 400, disclosures * chance_of_foothold(14, 2, 20), breaches);
    expect_course_rejected(shop, 400, disclosures * chance_of_foothold(14, 1, 20), breaches);
}

// --- credentials ----------------------------------------------------------------------------------------------------

Shop leaky(const std::string& identity, const std::string& threat) {
    Shop shop;
    shop.identities = "role: {of: web, may: [orders]" + identity + "}";
    shop.threats = "leak: {identity: role, every: exponential(50 d), " + threat + "}";
    return shop;
}

// Leaks at random, each good until it is found (exponential) or rotated (the rest of a round): the least of the two has
// the mean m - m^2 / R (1 - e^(-R/m)).
TEST(CredentialExposure, EndsWithDetectionOrRotation) {
    const double leaks = k_years * k_year_days / 50;
    const double m = 40;
    const double r = 90;
    const double least = m - m * m / r * (1 - std::exp(-r / m));
    expect_course_mean(leaky(", rotate: 90 d", "detect: exponential(40 d)"), 400, leaks * least, credential_days);
    expect_course_mean(leaky(", rotate: 90 d", ""), 400, leaks * 45, credential_days);
    expect_course_mean(leaky("", "detect: exponential(30 d), contain: 10 d"), 400, leaks * 40, credential_days);
    expect_course_rejected(leaky(", rotate: 85 d", "detect: exponential(40 d)"), 400, leaks * least, credential_days);
}

// One at a time: good and no good alternate, and the share of time is m / (m + e). The warm-up of 4 yr leaves e^-65 of
// the beginning.
TEST(CredentialExposure, IsAnAlternatingRenewal) {
    Shop shop = leaky("", "detect: exponential(40 d), overlap: false");
    shop.run = "warmup: 4 yr, horizon: 100 yr";
    expect_course_mean(shop, 400, k_years * k_year_days * 40 / 90, credential_days);
    expect_course_rejected(leaky("", "detect: exponential(40 d)"), 600, k_years * k_year_days * 40 / 90,
                           credential_days);
}

// What began in the warm-up still counts: at any moment rate x mean are good, from the first on.
TEST(CredentialExposure, IsSteadyAfterTheWarmUp) {
    Shop shop = leaky("", "");
    shop.threats = "leak: {identity: role, every: exponential(1 d), detect: exponential(40 d)}";
    shop.run = "warmup: 2 yr, horizon: 50 d";
    expect_course_mean(shop, 2000, 50 * 40, credential_days);
    shop.run = "horizon: 50 d";
    expect_course_rejected(shop, 2000, 50 * 40, credential_days);
}

// --- data -----------------------------------------------------------------------------------------------------------

constexpr double k_records = 1e6;
constexpr double k_records_a_day = 1000;  // 24 GB a day of 24 TB

Shop ransomed(const std::string& backup, const std::string& threat, const std::string& growth = "growth: 24 GB/d") {
    Shop shop;
    shop.orders = "data: {records: 1000000, size: 24 TB, " + growth + "}, backup: {" + backup + "},";
    shop.threats = "ransom: {kind: ransomware, of: orders, every: exponential(1 yr), " + threat + "}";
    return shop;
}

double destroyed(const SecurityCourse& course) {
    return first(course).destroyed;
}

// Attacks fall anywhere between two backups: half a round of records is lost, and those made until it is noticed.
TEST(Ransomware, LosesWhatIsNewerThanTheBackup) {
    const std::string backup = "every: 4 d, restore: 1 GB/s, own-credentials: true";
    expect_course_mean(ransomed(backup, ""), 1000, k_years * 2 * k_records_a_day, destroyed);
    expect_course_mean(ransomed(backup, "detect: exponential(3 d)"), 1000, k_years * 5 * k_records_a_day, destroyed);
    expect_course_rejected(ransomed(backup, "detect: 2 d"), 1000, k_years * 5 * k_records_a_day, destroyed);
}

// Backups under the credentials of the data go with it; so does what is noticed too late for those that are kept. All
// is lost then: what there was at the beginning, and on average half of what came in a century.
TEST(Ransomware, LosesAllWithoutACleanBackup) {
    const double all = k_years * (k_records + k_records_a_day * (k_years * k_year_days / 2));
    expect_course_mean(ransomed("every: 4 d, restore: 1 GB/s", ""), 2000, all, destroyed);
    expect_course_mean(ransomed("every: 4 d, restore: 1 GB/s, keep: 4 d, own-credentials: true", "detect: 5 d"), 2000,
                       all + k_years * 5 * k_records_a_day, destroyed);
    Shop by_mistake = ransomed("every: 4 d, restore: 1 GB/s", "");
    by_mistake.threats = "mistake: {kind: deletion, of: orders, every: exponential(1 yr)}";
    expect_course_mean(by_mistake, 1000, k_years * 2 * k_records_a_day, destroyed);
}

TEST(Ransomware, RestoresAtTheRateOfTheBackup) {
    const Shop shop = ransomed("every: 4 d, restore: 1 GB/s, own-credentials: true", "contain: 1 h", "growth: 0 GB/d");
    const auto restore_s = [](const SecurityCourse& course) {
        return first(course).restores > 0 ? first(course).restore_s / first(course).restores : 0;
    };
    const Plan plan = support::plan_of(support::text_of(shop));
    const SecurityCourse course = SecuritySimulation(plan).run({1, 0}, plan.run.horizon_s);
    EXPECT_GT(first(course).restores, 50);
    EXPECT_DOUBLE_EQ(restore_s(course), 3600 + 24e12 / 1e9);
    EXPECT_LE(first(course).restore_point_s, 4 * k_day_s);
    EXPECT_GT(first(course).restore_point_s, 3 * k_day_s);
}

// --- what needs no luck ---------------------------------------------------------------------------------------------

SecurityCourse course_of(const Shop& shop) {
    const Plan plan = support::plan_of(support::text_of(shop));
    return SecuritySimulation(plan).run({1, 0}, plan.run.horizon_s);
}

Shop with_data(const std::string& encrypted, const std::string& threat) {
    Shop shop;
    shop.orders = "data: {records: 5000, usd_per_record: 2 USD, encrypted: {" + encrypted + "}},";
    shop.threats = threat;
    shop.run = "horizon: 1 yr";
    return shop;
}

TEST(Theft, IsWorthlessWhereDataIsEncryptedAtRest) {
    const std::string threat = "disk: {kind: theft, of: orders, at: 10 d}";
    EXPECT_EQ(first(course_of(with_data("rest: false", threat))).records, 5000);
    EXPECT_EQ(first(course_of(with_data("rest: false", threat))).usd, 10'000);
    EXPECT_EQ(first(course_of(with_data("rest: true", threat))).records, 0);
    EXPECT_EQ(first(course_of(with_data("transit: true", threat))).records, 5000);
}

TEST(Tap, ReadsWhatGoesByUntilItIsFound) {
    const std::string threat = "tap: {kind: tap, of: orders, at: 10 d, reads: 1000/d, detect: 2 d, contain: 1 d}";
    EXPECT_NEAR(first(course_of(with_data("rest: true", threat))).records, 3000, 1e-6);
    EXPECT_EQ(first(course_of(with_data("transit: true", threat))).records, 0);
    const std::string never = "tap: {kind: tap, of: orders, at: 10 d, reads: 1000/d}";
    EXPECT_EQ(first(course_of(with_data("rest: true", never))).records, 5000) << "a record counts once";
}

TEST(Leak, LeadsAsFarAsThereIsTime) {
    const auto records = [](const std::string& detect) {
        Shop shop = with_data("rest: true", "leak: {identity: role, at: 10 d, hop: 10 d, detect: " + detect + "}");
        shop.identities = "role: {of: web, may: [orders]}";
        return first(course_of(shop)).records;
    };
    EXPECT_EQ(records("9 d"), 0);
    EXPECT_EQ(records("11 d"), 5000);
}

TEST(Exploit, BeginsWhereTheInternetReaches) {
    const auto breaches = [](const std::string& network) {
        Shop shop;
        shop.orders = network;
        shop.threats = "cve: {layer: runtime, of: orders, at: 10 d, to_exploit: 1 d}";
        shop.run = "horizon: 1 yr";
        return first(course_of(shop)).breaches;
    };
    EXPECT_EQ(breaches(""), 0) << "only web calls it";
    EXPECT_EQ(breaches("network: {from: [internet, web]},"), 1);
}

TEST(Flood, IsAbsorbedAsFarAsDeclared) {
    Shop shop;
    shop.web = "absorb: 30000/s,";
    shop.threats = "ddos: {rate: 50000/s, at: 10 d, for: 30 min}";
    shop.run = "horizon: 1 yr";
    const SecurityCourse course = course_of(shop);
    EXPECT_DOUBLE_EQ(first(course).flood_requests, 50'000.0 * 1800);
    EXPECT_DOUBLE_EQ(first(course).absorbed_requests, 30'000.0 * 1800);
    shop.threats = "ddos: {rate: 50000/s, at: 10 d, for: 30 min, of: [web, orders]}";
    shop.orders = "network: {from: [internet, web]},";
    EXPECT_DOUBLE_EQ(first(course_of(shop)).absorbed_requests, 25'000.0 * 1800) << "half goes to each";
}

TEST(Flood, IsFilteredUpToWhatIsAbsorbed) {
    Shop shop;
    shop.web = "absorb: 30000/s, filter: 80 %,";
    shop.threats = "ddos: {rate: 50000/s, at: 10 d, for: 30 min}";
    shop.run = "horizon: 1 yr";
    EXPECT_DOUBLE_EQ(first(course_of(shop)).absorbed_requests, 24'000.0 * 1800);
    shop.threats = "ddos: {rate: 10000/s, at: 10 d, for: 30 min}";
    EXPECT_DOUBLE_EQ(first(course_of(shop)).absorbed_requests, 8'000.0 * 1800);
}

// Two floods, the second half an hour into the first: 20,000/s, 40,000/s and 20,000/s for half an hour each. Of
// 30,000/s absorbed at most, both have half while both last.
TEST(Flood, OverlappingOnesShareWhatIsAbsorbed) {
    Shop shop;
    shop.web = "absorb: 30000/s,";
    shop.threats = "a: {rate: 20000/s, at: 10 d, for: 1 h}, b: {rate: 20000/s, at: 240.5 h, for: 1 h}";
    shop.run = "horizon: 1 yr";
    const SecurityCourse course = course_of(shop);
    for (const ThreatTally& tally : course.threats) {
        EXPECT_DOUBLE_EQ(tally.flood_requests, 20'000.0 * 3600);
        EXPECT_DOUBLE_EQ(tally.absorbed_requests, 20'000.0 * 1800 + 15'000.0 * 1800);
    }
}

}  // namespace
}  // namespace nines

#include "tools/output/comparison_tables.hpp"

#include <fmt/format.h>

#include "tools/output/result_tables.hpp"
#include "tools/output/rows.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

// The base stands in `variants` too, so that a query over it needs no union; `position` 0 is its.
constexpr const char* k_schema = R"sql(
    CREATE TABLE variants (position INTEGER PRIMARY KEY, name TEXT, fingerprint TEXT, fidelity TEXT, events INTEGER,
                           incidents_count INTEGER, dominated_by TEXT, pareto_sure INTEGER);
    CREATE TABLE variant_metrics (variant TEXT, name TEXT, unit TEXT, mean REAL, lo REAL, hi REAL, confidence REAL,
                                  n INTEGER, no_interval TEXT);
    CREATE TABLE variant_objectives (variant TEXT, metric TEXT, wanted TEXT, unit TEXT, mean REAL, lo REAL, hi REAL,
                                     verdict TEXT, note TEXT);
    CREATE TABLE versus (variant TEXT, metric TEXT, unit TEXT, difference REAL, lo REAL, hi REAL, confidence REAL,
                         n INTEGER, base_mean REAL, variant_mean REAL, better_is TEXT, decision TEXT, note TEXT,
                         chance_better REAL, chance_lo REAL, chance_hi REAL, equal REAL, correlation REAL,
                         saving REAL);
)sql";

void insert_variants(Database& database, const ComparisonResults& results) {
    Rows variants(database, "variants", 8);
    Rows metrics(database, "variant_metrics", 9);
    Rows objectives(database, "variant_objectives", 9);
    for (std::size_t i = 0; i < results.contestants.size(); ++i) {
        const VariantResults& one = results.contestants[i];
        const Results& r = one.results;
        variants.row(static_cast<std::int64_t>(i), one.name, fmt::format("{:016x}", r.fingerprint), r.fidelity,
                     r.events, r.incidents_count, results.pareto[i].dominated_by, results.pareto[i].sure);
        for (const Metric& m : r.metrics) {
            metrics.row(one.name, m.name, m.unit, m.mean, m.lo, m.hi, m.confidence, m.n,
                        m.estimator ? m.estimator->no_interval : std::string());
        }
        for (const ObjectiveResult& o : r.objectives) {
            objectives.row(one.name, o.metric, o.wanted, o.unit, o.mean, o.lo, o.hi, k_verdicts.of(o.verdict), o.note);
        }
    }
}

void insert_versus(Database& database, const ComparisonResults& results) {
    Rows rows(database, "versus", 19);
    for (const VariantResults& one : results.contestants) {
        for (const Versus& v : one.versus) {
            const auto chance = [&](double ChanceFigure::*part) {
                return v.chance_better ? std::optional((*v.chance_better).*part) : std::nullopt;
            };
            rows.row(one.name, v.metric, v.unit, v.difference, v.lo, v.hi, v.confidence, v.n, v.base, v.variant,
                     k_betters.of(v.better), k_decisions.of(v.decision), v.note, chance(&ChanceFigure::probability),
                     chance(&ChanceFigure::lo), chance(&ChanceFigure::hi), v.equal, v.correlation, v.saving);
        }
    }
}

}  // namespace

void create_comparison_tables(Database& database) {
    create_result_tables(database);
    database.execute(k_schema);
}

void drop_comparison_tables(Database& database) {
    drop_result_tables(database);
    for (const char* table : {"variants", "variant_metrics", "variant_objectives", "versus"}) {
        database.execute(fmt::format("DROP TABLE IF EXISTS {}", table));
    }
}

void insert_comparison(Database& database, const ComparisonResults& results) {
    insert_results(database, results.base());
    insert_variants(database, results);
    insert_versus(database, results);
}

}  // namespace nines

#pragma once
// Ledger: what the benchmarks found. Figures are held against a floor and an aim; curves show how cost grows.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nines::bench {

enum class Better : std::uint8_t { higher, lower };

/// What is asked of a figure. A floor is the least, or, where lower is better, a ceiling: the most.
struct Goal {
    std::string_view name;
    std::string_view unit;
    Better better;
    double floor;
    double aim;
    std::string_view what;   ///< one line for the reader of the page
    std::string_view bound;  ///< what keeps it from being better

    bool meets(double value, double mark) const { return better == Better::higher ? value >= mark : value <= mark; }
};

/// All figures, in the order in which they are shown. One table: the terminal, the JSON and the page come from it.
std::span<const Goal> goals();

/// How a cost grows with a size: one row for each size, in the order of the columns.
struct Curve {
    std::string title;
    std::string explanation;  ///< what bounds it
    std::vector<std::string> columns;
    std::vector<std::vector<double>> rows;
};

class Ledger {
public:
    struct Figure {
        std::optional<double> value;
        std::string remark;  ///< what it is made of; where there is no value, why
    };

    /// `name` must be one of goals().
    void record(std::string_view name, double value, std::string remark = {});
    /// There is no value, for this reason.
    void leave_out(std::string_view name, std::string why);
    /// What was found of it; nothing when its benchmark did not run.
    const Figure* find(std::string_view name) const;

    /// The curve of that title, begun by the first who asks for it.
    Curve& curve(const std::string& title, std::vector<std::string> columns, std::string explanation);
    const std::vector<Curve>& curves() const { return curves_; }

private:
    std::map<std::string, Figure, std::less<>> figures_;
    std::vector<Curve> curves_;
};

/// The one ledger of this process: Google Benchmark's registry is global too.
Ledger& ledger();

}  // namespace nines::bench

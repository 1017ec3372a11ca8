#include "models/study/part_summary.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

namespace {

Shape shape_of(const JointMoments::Combination& values, std::uint64_t count) {
    const auto n = static_cast<double>(count);
    const double squared = values.variance * (n - 1) / n;  // as the cubed distance: not corrected for being a sample
    return {count, values.variance > 0, squared > 0 ? values.cubed / (squared * std::sqrt(squared)) : 0};
}

/// Around a mean that is known not to be below 0.
Spread spread_around(double mean, double variance, std::uint64_t count, IntervalKind kind, double confidence) {
    std::optional<Interval> interval;
    if (kind == IntervalKind::student) {
        interval = mean_interval(mean, variance, static_cast<double>(count), confidence);
    } else if (kind == IntervalKind::chebyshev) {
        interval = chebyshev_interval(mean, variance, static_cast<double>(count), confidence);
    }
    return interval ? Spread{std::max(0.0, interval->lo), interval->hi, kind} : Spread{{}, {}, kind};
}

IntervalRules rules_of(const IntervalRules& study, bool of_incidents) {
    IntervalRules rules = study;
    rules.of_incidents = of_incidents;
    return rules;
}

}  // namespace

PartSummary::PartSummary(const StudyFrame& frame) : items_(frame.attribution.size()), lines_(frame.bill.size()) {
    std::size_t wholes = 0;
    for (std::size_t i = 0; i < items_; ++i) {
        const AttributionItem& item = frame.attribution[i];
        wholes += i == 0 || item.metric != frame.attribution[i - 1].metric ? 1 : 0;
        parts_.push_back({wholes - 1, item.metric == "downtime"});
        sums_of_item_.push_back({sum_of(item, item.layer), sum_of(item, "")});
    }
    parts_.resize(items_ + sums_.size());
    for (std::size_t i = 0; i < items_; ++i) {
        for (const std::size_t sum : sums_of_item_[i]) {
            parts_[items_ + sum] = parts_[i];
        }
    }
    parts_.resize(parts_.size() + lines_, Part{wholes});
    nothing_.resize(wholes + 1);
}

std::size_t PartSummary::sum_of(const AttributionItem& item, const std::string& layer) {
    const auto known = std::find_if(sums_.begin(), sums_.end(), [&](const AttributedSum& sum) {
        return sum.metric == item.metric && sum.layer == layer && sum.owner == item.owner;
    });
    const auto at = static_cast<std::size_t>(known - sums_.begin());
    if (known == sums_.end()) {
        sums_.push_back({item.metric, layer, item.owner, {}});
    }
    return at;
}

void PartSummary::add(std::span<const double> row) {
    values_.assign(parts_.size(), 0);
    wholes_.assign(nothing_.size(), 0);
    for (std::size_t i = 0; i < items_; ++i) {
        values_[i] = row[i];
        for (const std::size_t sum : sums_of_item_[i]) {
            values_[items_ + sum] += row[i];
        }
        wholes_[parts_[i].whole] += row[i];
    }
    for (std::size_t line = 0; line < lines_; ++line) {
        const double usd = row[items_ + line * StudyFrame::k_bill_figures + StudyFrame::k_bill_usd];
        values_[items_ + sums_.size() + line] = usd;
        wholes_.back() += usd;
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        Part& part = parts_[i];
        if (!part.seen && values_[i] == 0) {
            continue;
        }
        if (!part.seen) {
            part.seen = true;
            part.with_whole = nothing_[part.whole];
        }
        part.with_whole.add(values_[i], wholes_[part.whole]);
    }
    for (std::size_t whole = 0; whole < nothing_.size(); ++whole) {
        nothing_[whole].add(0, wholes_[whole]);
    }
}

Spread PartSummary::mean_of(const Part& part, const IntervalRules& rules) const {
    const JointMoments& both = moments(part);
    const JointMoments::Combination values = both.less(0);
    const IntervalKind kind = kind_of(shape_of(values, both.count()), rules_of(rules, part.of_incidents));
    return spread_around(values.mean, values.variance, both.count(), kind, rules.confidence);
}

Spread PartSummary::share_of(const Part& part, const IntervalRules& rules) const {
    const JointMoments& both = moments(part);
    const double whole = both.mean_of_second();
    if (!(whole > 0)) {
        return {};
    }
    const double share = both.less(0).mean / whole;
    const JointMoments::Combination rest = both.less(share);
    const IntervalRules own = rules_of(rules, part.of_incidents);
    IntervalKind kind = kind_of(shape_of(rest, both.count()), own);
    // The whole, as minus one times it beside nothing: the ratio is only as well-behaved as what it is divided by.
    if (kind == IntervalKind::student &&
        kind_of(shape_of(nothing_[part.whole].less(-1), both.count()), own) == IntervalKind::chebyshev) {
        kind = IntervalKind::chebyshev;
    }
    Spread spread = spread_around(share, rest.variance / (whole * whole), both.count(), kind, rules.confidence);
    if (spread.hi) {
        spread.hi = std::min(1.0, *spread.hi);
    }
    return spread;
}

std::vector<PartSpread> PartSummary::of_attribution(const IntervalRules& rules) const {
    std::vector<PartSpread> spreads;
    for (std::size_t i = 0; i < items_; ++i) {
        spreads.push_back({share_of(parts_[i], rules), mean_of(parts_[i], rules)});
    }
    return spreads;
}

std::vector<AttributedSum> PartSummary::sums(const IntervalRules& rules) const {
    std::vector<AttributedSum> sums = sums_;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i].spread = mean_of(parts_[items_ + i], rules);
    }
    return sums;
}

std::vector<PartSpread> PartSummary::of_bill(const IntervalRules& rules) const {
    std::vector<PartSpread> spreads;
    for (std::size_t i = items_ + sums_.size(); i < parts_.size(); ++i) {
        PartSpread spread{share_of(parts_[i], rules), mean_of(parts_[i], rules)};
        for (Spread* const one : {&spread.share, &spread.value}) {
            one->kind = one->kind == IntervalKind::alike ? IntervalKind::exact : one->kind;
        }
        spreads.push_back(spread);
    }
    return spreads;
}

}  // namespace nines

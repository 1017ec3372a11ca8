#pragma once
// Switch-over: outages that end when something else takes over, after a detection and a promotion.

namespace nines::analytic {

/// Each outage lasts a fixed detection and a lognormal promotion; then all is as before it. Source: renewal reward.
struct Promotion {
    double up_mean_s = 0;  ///< from the end of a promotion to the next failure
    double detect_s = 0;
    double promote_mean_s = 0;
    double promote_cv = 0;

    double outage_mean_s() const { return detect_s + promote_mean_s; }
    double outage_sd_s() const { return promote_mean_s * promote_cv; }
    double outage_quantile_s(double p) const;
    double unavailability() const { return outage_mean_s() / (up_mean_s + outage_mean_s()); }
    double availability() const { return up_mean_s / (up_mean_s + outage_mean_s()); }
    double failures_per_s() const { return 1 / (up_mean_s + outage_mean_s()); }
    /// Mean outage where what failed may return by itself, after an exponential time.
    double outage_mean_with_return_s(double repair_mean_s) const;
};

/// A primary with exponential outages; something that never fails takes over a fixed time after each begins, and gives
/// back without loss. Source: renewal reward.
struct DelayedTakeover {
    double up_mean = 0;
    double down_mean = 0;
    double takeover_after = 0;

    double outage_mean() const;
    double unavailability() const { return outage_mean() / (up_mean + down_mean); }
    double over_before_takeover() const;  ///< share of outages
};

}  // namespace nines::analytic

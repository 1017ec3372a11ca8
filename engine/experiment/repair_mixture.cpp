// RepairMixture: moments, and the length-biased laws in closed form.

#include "engine/experiment/repair_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

double power(double base, std::uint32_t k) {
    double product = 1;
    for (std::uint32_t i = 0; i < k; ++i) {
        product *= base;
    }
    return product;
}

/// Gamma(shape + k) / Gamma(shape).
double rising(double shape, std::uint32_t k) {
    double product = 1;
    for (std::uint32_t i = 0; i < k; ++i) {
        product *= shape + i;
    }
    return product;
}

Distribution gamma_of(double shape, double scale) {
    return {.law = Law::gamma, .a = scale, .b = shape};
}

/// Whether x^k f(x) has a form here that can be drawn; constant, uniform and empirical laws have not.
bool has_tilts(const Distribution& law) {
    switch (law.law) {
        case Law::constant:
        case Law::uniform:
        case Law::empirical:
            return false;
        case Law::mixture: {
            const auto& parts = law.parts();
            return std::all_of(parts.begin(), parts.end(), has_tilts);
        }
        case Law::exponential:
        case Law::erlang:
        case Law::gamma:
        case Law::lognormal:
        case Law::weibull:
        case Law::pareto:
        case Law::hyperexponential:
            return true;
    }
    return false;
}

}  // namespace

double raw_moment(const Distribution& law, std::uint32_t k) {
    switch (law.law) {
        case Law::constant:
            return power(law.a, k);
        case Law::exponential:
            return power(law.a, k) * rising(1, k);
        case Law::erlang:
            return power(law.a / law.stages, k) * rising(law.stages, k);
        case Law::gamma:
            return power(law.a, k) * rising(law.b, k);
        case Law::lognormal:
            return portable::exp(k * law.a + k * law.b * k * law.b / 2);
        case Law::weibull:
            return 1 + k / law.b < 170 ? power(law.a, k) * portable::gamma(1 + k / law.b) : k_infinity;
        case Law::pareto:
            return law.b > k ? power(law.a, k) * law.b / (law.b - k) : k_infinity;
        case Law::uniform: {
            double sum =
                0;  // of low^i high^(k - i): the difference of powers over that of the ends, without cancelling
            for (std::uint32_t i = 0; i <= k; ++i) {
                sum += power(law.a, i) * power(law.b, k - i);
            }
            return sum / (k + 1);
        }
        case Law::hyperexponential:
            return rising(1, k) * (law.b * power(law.a, k) + (1 - law.b) * power(law.c, k));
        case Law::empirical: {
            const auto& values = law.values();
            if (values.size() == 1) {
                return power(values[0], k);
            }
            double sum = 0;
            for (std::size_t i = 0; i + 1 < values.size(); ++i) {
                sum += raw_moment(Distribution::uniform(values[i], values[i + 1]), k);
            }
            return sum / static_cast<double>(values.size() - 1);
        }
        case Law::mixture: {
            double sum = 0;
            double before = 0;
            for (std::size_t i = 0; i < law.parts().size(); ++i) {
                const double share = law.values()[i] - before;
                sum += share > 0 ? share * raw_moment(law.parts()[i], k) : 0.0;
                before = law.values()[i];
            }
            return sum;
        }
    }
    return k_infinity;
}

RepairMixture::RepairMixture(const Distribution& law, std::uint32_t tilts) : law_(law) {
    if (!has_tilts(law)) {
        return;
    }
    for (std::uint32_t k = 1; k < tilts; ++k) {
        const double moment = raw_moment(law, k);
        if (!(moment > 0 && moment < k_infinity)) {
            break;
        }
        moments_.push_back(moment);
    }
    for (std::uint32_t k = 0; k < moments_.size() && moments_.size() > 1; ++k) {
        add_tilted(law, k, 1.0 / static_cast<double>(moments_.size()));
        parts_of_first_tilt_ = k == 0 ? parts_.size() : parts_of_first_tilt_;
        parts_of_two_tilts_ = k <= 1 ? parts_.size() : parts_of_two_tilts_;
    }
}

void RepairMixture::add_tilted(const Distribution& law, std::uint32_t k, double probability) {
    const auto add = [&](double share, Distribution draw, double scale = 1, double exponent = 1) {
        const double before = parts_.empty() ? 0.0 : parts_.back().until;
        parts_.push_back({before + share, std::move(draw), scale, exponent});
    };
    switch (law.law) {
        case Law::exponential:
            return add(probability, gamma_of(1 + k, law.a));
        case Law::erlang:
            return add(probability, gamma_of(law.stages + k, law.a / law.stages));
        case Law::gamma:
            return add(probability, gamma_of(law.b + k, law.a));
        case Law::lognormal:  // completing the square: the log-mean moves by k sigma^2
            return add(probability, {.law = Law::lognormal, .a = law.a + k * law.b * law.b, .b = law.b});
        case Law::weibull:  // (R / scale)^shape is exponential; biased k times it is gamma of shape 1 + k / shape
            return add(probability, gamma_of(1 + k / law.b, 1), law.a, 1 / law.b);
        case Law::pareto:
            return add(probability, Distribution::pareto(law.a, law.b - k));
        case Law::hyperexponential: {
            const double often = law.b * power(law.a, k);
            const double seldom = (1 - law.b) * power(law.c, k);
            add(probability * often / (often + seldom), gamma_of(1 + k, law.a));
            return add(probability * seldom / (often + seldom), gamma_of(1 + k, law.c));
        }
        case Law::mixture: {
            const double all = raw_moment(law, k);
            double before = 0;
            for (std::size_t i = 0; i < law.parts().size(); ++i) {
                const double share = law.values()[i] - before;
                before = law.values()[i];
                if (share > 0) {
                    add_tilted(law.parts()[i], k, probability * share * raw_moment(law.parts()[i], k) / all);
                }
            }
            return;
        }
        case Law::constant:
        case Law::uniform:
        case Law::empirical:
            return;
    }
}

double RepairMixture::draw(const Part& part, BlockStream& stream) const {
    const double drawn = part.draw.sample(stream);
    return part.power == 1 ? drawn : part.scale * portable::pow(drawn, part.power);
}

double RepairMixture::left(BlockStream& stream) const {
    const double share = stream.uniform();
    if (parts_.empty()) {
        return share * natural(stream);
    }
    const double before = parts_[parts_of_first_tilt_ - 1].until;
    const double place = before + stream.uniform() * (parts_[parts_of_two_tilts_ - 1].until - before);
    std::size_t part = parts_of_first_tilt_;
    while (part + 1 < parts_of_two_tilts_ && place >= parts_[part].until) {
        ++part;
    }
    return share * draw(parts_[part], stream);
}

WeightedDraw RepairMixture::biased(BlockStream& stream) const {
    if (parts_.empty()) {
        return {natural(stream), 1};
    }
    const double place = stream.uniform();
    auto part = parts_.begin();
    while (part + 1 != parts_.end() && place >= part->until) {
        ++part;
    }
    const double value = draw(*part, stream);
    double densities = 0;  // of each tilt over the natural one
    double raised = 1;
    for (const double moment : moments_) {
        densities += raised / moment;
        raised *= value;
    }
    return {value, static_cast<double>(moments_.size()) / densities};
}

}  // namespace nines

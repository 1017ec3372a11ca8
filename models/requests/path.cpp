#include "models/requests/path.hpp"

#include "models/requests/requests.hpp"

namespace nines {

RequestsPath::RequestsPath(const Plan& plan, std::uint64_t key)
    : requests_(std::make_shared<Requests>(plan, Luck{key, 0}, Books::none)), key_(key) {
}

bool RequestsPath::step(std::uint64_t key) {
    if (key != key_ || requests_.use_count() > 1) [[unlikely]] {
        requests_ = requests_->clone();
        if (key != key_) {
            requests_->renew_luck(key);
            key_ = key;
        }
    }
    return requests_->step();
}

Nanoseconds RequestsPath::now() const {
    return requests_->now();
}

std::uint64_t RequestsPath::waiting_at(ServiceId service) const {
    return requests_->waiting_at(service);
}

std::uint64_t RequestsPath::inside_of(ServiceId service) const {
    return requests_->inside_of(service);
}

std::uint64_t RequestsPath::attempts_in_flight() const {
    return requests_->attempts_in_flight();
}

std::uint64_t RequestsPath::clients_in_flight() const {
    return requests_->clients_in_flight();
}

std::uint64_t RequestsPath::failures() const {
    return requests_->failures_off_books();
}

std::uint64_t RequestsPath::bytes() const {
    return requests_->bytes_held();
}

}  // namespace nines

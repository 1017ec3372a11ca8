#pragma once
// ExecutorMpi: numbered work over the ranks of an MPI job. The root deals, every rank produces, the root takes the
// results in the order of the numbers. MPI is spoken by one thread of each rank, the one that calls.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/experiment/deal_worker.hpp"

namespace nines {

/// Of this process in its job; 0 of 1 where it was started without mpirun.
struct MpiPlace {
    std::size_t rank = 0;
    std::size_t ranks = 1;
};
MpiPlace mpi_place();

/// All ranks call these.
/// The root's text, on every rank.
std::string mpi_from_root(const std::string& text);
/// By rank at the root, nothing elsewhere.
std::vector<std::string> mpi_to_root(const std::string& text);

/// Messages of the root, and what they cost it.
struct MpiTraffic {
    std::uint64_t messages_in = 0, bytes_in = 0;
    std::uint64_t messages_out = 0, bytes_out = 0;
    std::uint64_t indexes = 0;  ///< of the results that came, from the root itself too
    double busy_s = 0;          ///< processor time of its talking thread: receiving, and taking results
    double elapsed_s = 0;       ///< of the whole
};

struct MpiClocks {
    ClockSeconds wall_s;
    ClockSeconds busy_s;  ///< processor time of the calling thread
};

/// What a rank does for the root.
struct ServeWork {
    ProduceBytes produce;
    std::function<void(double)> hint = {};  ///< the root's number has come
    std::function<void()> stop = {};        ///< produce() should end as soon as it can
};

/// What the root does with results. All functions are called by the thread that runs.
struct RootWork {
    enum class Wanted : std::uint8_t {
        more,
        enough,  ///< the rest is dropped
        later    ///< the rest is kept for another time
    };
    /// Takes the next result in order.
    std::function<Wanted(const Parcel&)> consume;
    /// A number that producers should know; each rank learns it with each deal.
    std::function<double()> hint;
    /// True: the run ends, and what is finished by then is taken or kept.
    std::function<bool()> interrupted;
    /// Keeps what waits for lower numbers, so that it is not lost with the process. Called every second, and last
    /// where the run ends early.
    std::function<void(const std::map<std::uint64_t, Parcel>&)> keep;
};

/// The root's side. One for a job; when it goes, the serve_root() of all other ranks ends.
class MpiRoot {
public:
    /// With up to so many ranks the root produces too, on the executor; with more it has enough to do with dealing.
    static constexpr std::size_t k_ranks_most_to_work = 32;

    MpiRoot(const Executor& executor, ServeWork own, MpiClocks clocks);
    ~MpiRoot();
    MpiRoot(const MpiRoot&) = delete;
    MpiRoot& operator=(const MpiRoot&) = delete;

    /// Works through [first, end); once. `known` are results that are there already.
    void run(std::uint64_t first, std::uint64_t end, std::vector<Parcel> known, const RootWork& work);
    const MpiTraffic& traffic() const { return traffic_; }

private:
    class Post;
    bool receive(Dealer* dealer);
    RootWork::Wanted consume(Dealer& dealer, const RootWork& work);
    void send_deals(Dealer& dealer, double hint);
    void stop();
    void wait_for_all(Dealer* dealer, double seconds_most);
    void rest();

    std::unique_ptr<Post> post_;
    ServeWork own_work_;
    std::unique_ptr<DealWorker> own_;  // where the root produces too
    MpiClocks clocks_;
    std::size_t first_rank_ = 0;  // that of worker 0
    double interval_s_ = 0;
    double rest_s_ = 0;
    bool stopped_ = false;
    MpiTraffic traffic_;
};

/// In the place of an MpiRoot, where there is nothing to do: the serve_root() of all other ranks ends.
void release_ranks();

/// Serves until the root has enough.
void serve_root(const Executor& executor, const ServeWork& work, const ClockSeconds& clock_s);

}  // namespace nines

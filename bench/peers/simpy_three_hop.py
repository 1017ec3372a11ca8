#!/usr/bin/python3
"""The chain of bench/scenarios/three-hop.yaml in SimPy 3 by callbacks on timeouts, the fastest way that it has.

client -> edge -> web -> db: workers and queue of each instance, held while the attempt waits for the hop below; a timeout
that races the answer of each attempt; a second attempt on another instance; the better of two instances by what their
caller has outstanding there. simpy_three_hop_processes.py does the same by processes and resources.
"""
import json
import random
import sys
import time
from collections import deque

import simpy

RATE_PER_S = 1000.0
ONE_WAY_S = 0.00025
TIMEOUT_S = 1.0
ATTEMPTS = 2


class Tier:
    """A service: alike instances with their free workers, their queues, and what their caller has outstanding there."""

    def __init__(self, instances, workers, work_mean_s, below=None):
        self.free = [workers] * instances
        self.queues = [deque() for _ in range(instances)]
        self.outstanding = [0] * instances
        self.works_per_s = 1 / work_mean_s
        self.below = below
        self.attempts = 0


def simulate(requests, seed):
    """Returns the sum of latencies in seconds, attempts at all tiers, and the processor time of the event loop."""
    env = simpy.Environment()
    timeout = env.timeout
    draw = random.Random(seed).random
    work = random.Random(seed + 1_000_000).expovariate
    gap = random.Random(seed + 2_000_000).expovariate
    latency_sum = 0.0
    arrived = 0

    def better_of_two(outstanding, avoid):
        count = len(outstanding)
        one = int(draw() * count)
        two = int(draw() * (count - 1))
        if two >= one:
            two += 1
        if one == avoid:
            return two
        if two == avoid or outstanding[one] < outstanding[two]:
            return one
        if outstanding[two] < outstanding[one]:
            return two
        return one if draw() < 0.5 else two

    class Attempt:
        """One try of a call; `settled(ok)` is called when the call is over."""

        __slots__ = ("tier", "settled", "number", "instance", "open")

        def __init__(self, tier, settled, number=1, avoid=-1):
            self.tier = tier
            self.settled = settled
            self.number = number
            self.open = True
            self.instance = better_of_two(tier.outstanding, avoid)
            tier.attempts += 1
            tier.outstanding[self.instance] += 1
            timeout(TIMEOUT_S).callbacks.append(self.expire)
            timeout(ONE_WAY_S).callbacks.append(self.arrive)

        def expire(self, _):
            if self.open:
                self.end(False)

        def answer(self, event):
            if self.open:
                self.end(event.value)

        def end(self, ok):
            self.open = False
            self.tier.outstanding[self.instance] -= 1
            if ok or self.number == ATTEMPTS:
                self.settled(ok)
            else:
                Attempt(self.tier, self.settled, self.number + 1, self.instance)

        # At the instance; a timeout frees the caller, not this.

        def arrive(self, _):
            if self.tier.free[self.instance]:
                self.tier.free[self.instance] -= 1
                self.begin()
            else:
                self.tier.queues[self.instance].append(self)

        def begin(self):
            timeout(work(self.tier.works_per_s)).callbacks.append(self.worked)

        def worked(self, _):
            if self.tier.below is None:
                self.leave(True)
            else:
                Attempt(self.tier.below, self.leave)

        def leave(self, ok):
            queue = self.tier.queues[self.instance]
            if queue:
                queue.popleft().begin()
            else:
                self.tier.free[self.instance] += 1
            timeout(ONE_WAY_S, ok).callbacks.append(self.answer)

    db = Tier(7, 1, 0.004)
    web = Tier(8, 3, 0.008, db)
    edge = Tier(9, 3, 0.001, web)

    def arrival(_):
        nonlocal arrived
        arrived += 1
        if arrived < requests:
            timeout(gap(RATE_PER_S)).callbacks.append(arrival)
        wanted = env.now

        def settled(_):
            nonlocal latency_sum
            latency_sum += env.now - wanted

        Attempt(edge, settled)

    timeout(gap(RATE_PER_S)).callbacks.append(arrival)
    began = time.process_time()
    env.run()
    return latency_sum, edge.attempts + web.attempts + db.attempts, time.process_time() - began


n = int(sys.argv[1])
latencies, hops, seconds = simulate(n, int(sys.argv[2]))
print(json.dumps({"requests": n, "hops": hops, "mean_latency_s": latencies / n, "seconds": seconds}))

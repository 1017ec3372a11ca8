#!/usr/bin/python3
"""The chain of bench/scenarios/three-hop.yaml in SimPy 3 by processes, as its manual would have it.

client -> edge -> web -> db: a Resource for the workers of each instance; a process for each attempt, which holds its
worker while it waits for the hop below; a timeout that races the answer of each attempt (an event that either sets: a
little cheaper than `answer | timeout`); a second attempt on another instance; the better of two instances by what their
caller has outstanding there. simpy_three_hop.py does the same by callbacks, in a third of the time.
"""
import json
import random
import sys
import time

import simpy

RATE_PER_S = 1000.0
ONE_WAY_S = 0.00025
TIMEOUT_S = 1.0
ATTEMPTS = 2


class Tier:
    """A service: alike instances with their workers, and how many attempts each has been sent and not yet answered."""

    def __init__(self, env, instances, workers, work_mean_s, below=None):
        self.workers = [simpy.Resource(env, workers) for _ in range(instances)]
        self.outstanding = [0] * instances
        self.works_per_s = 1 / work_mean_s
        self.below = below
        self.attempts = 0


def better_of_two(tier, draw, avoid):
    outstanding = tier.outstanding
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


def simulate(requests, seed):
    """Returns the sum of latencies in seconds, attempts at all tiers, and the processor time of the event loop."""
    env = simpy.Environment()
    timeout = env.timeout
    process = env.process
    event = env.event
    draw = random.Random(seed).random
    work = random.Random(seed + 1_000_000).expovariate
    gap = random.Random(seed + 2_000_000).expovariate
    latency_sum = 0.0

    def serve(tier, instance, answer):
        """One attempt at an instance, from its caller and back; a timeout frees the caller, not this."""
        yield timeout(ONE_WAY_S)
        with tier.workers[instance].request() as worker:
            yield worker
            yield timeout(work(tier.works_per_s))
            ok = True
            if tier.below is not None:
                ok = yield from call(tier.below)
        yield timeout(ONE_WAY_S)
        if not answer.triggered:
            answer.succeed(ok)

    def call(tier):
        """All attempts of a call: whether one was answered well in time."""
        previous = -1
        for _ in range(ATTEMPTS):
            tier.attempts += 1
            instance = better_of_two(tier, draw, previous)
            tier.outstanding[instance] += 1
            answer = event()

            def expire(_, answer=answer):
                if not answer.triggered:
                    answer.succeed(False)

            timeout(TIMEOUT_S).callbacks.append(expire)
            process(serve(tier, instance, answer))
            ok = yield answer
            tier.outstanding[instance] -= 1
            if ok:
                return True
            previous = instance
        return False

    def request(tier):
        nonlocal latency_sum
        began = env.now
        yield from call(tier)
        latency_sum += env.now - began

    def clients(tier):
        for _ in range(requests):
            yield timeout(gap(RATE_PER_S))
            process(request(tier))

    db = Tier(env, 7, 1, 0.004)
    web = Tier(env, 8, 3, 0.008, db)
    edge = Tier(env, 9, 3, 0.001, web)
    process(clients(edge))
    began = time.process_time()
    env.run()
    return latency_sum, edge.attempts + web.attempts + db.attempts, time.process_time() - began


n = int(sys.argv[1])
latencies, hops, seconds = simulate(n, int(sys.argv[2]))
print(json.dumps({"requests": n, "hops": hops, "mean_latency_s": latencies / n, "seconds": seconds}))

#!/usr/bin/python3
"""M/M/1 in SimPy 3 as its manual would have it: a Resource for the server, a process for each customer. simpy_mm1.py
does the same by callbacks, in a fifth of the time."""
import json
import random
import sys
import time

import simpy

ARRIVALS_PER_S = 0.9
SERVICES_PER_S = 1.0


def simulate(customers, seed):
    """Returns the sum of waits in seconds and the processor time of the event loop."""
    env = simpy.Environment()
    server = simpy.Resource(env, 1)
    gap = random.Random(seed).expovariate
    work = random.Random(~seed).expovariate
    wait_sum = 0.0

    def customer():
        nonlocal wait_sum
        came = env.now
        with server.request() as turn:
            yield turn
            wait_sum += env.now - came
            yield env.timeout(work(SERVICES_PER_S))

    def source():
        for _ in range(customers):
            yield env.timeout(gap(ARRIVALS_PER_S))
            env.process(customer())

    env.process(source())
    began = time.process_time()
    env.run()
    return wait_sum, time.process_time() - began


n = int(sys.argv[1])
waits, seconds = simulate(n, int(sys.argv[2]))
print(json.dumps({"customers": n, "mean_wait_s": waits / n, "seconds": seconds}))

#pragma once
// Token bucket: how many of Poisson arrivals find no token.

namespace nines::analytic {

/// The share of Poisson arrivals that find no whole token in a bucket that fills evenly and is not in the middle of
/// being emptied. Seen upside down, the tokens that are missing are the work in an M/D/1 queue with room for `burst`:
/// who would find it full finds no token. Up to 5,000 tokens exact, by the chain at departures, of which each state
/// follows from those below it by counting crossings (sums of positive terms alone); between whole bursts in a straight
/// line. Beyond that by reflected Brownian motion with the same drift and variance (a relative error of about 1 over
/// the burst).
/// @param load   arrivals over tokens per second, >= 0
/// @param burst  tokens that the bucket holds, >= 1
/// Source: Berger, Performance analysis of a rate-control throttle, IEEE Trans. Automatic Control 36 (1991) 956; Gross,
/// Shortle, Thompson, Harris: Fundamentals of Queueing Theory, 4th ed., section 5.1 (M/G/1/K).
double token_bucket_loss(double load, double burst);

}  // namespace nines::analytic

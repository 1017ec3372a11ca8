// Quantities: exact values of every unit, and the way there and back.

#include "models/language/quantity_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace nines {
namespace {

struct Case {
    Dimension dimension;
    const char* text;
    double value;
};

// Exact comparison on purpose: a unit is applied by one correctly rounded operation where one suffices.
const Case k_cases[] = {
    {Dimension::number, "1.5", 1.5},
    {Dimension::number, " 1e3 ", 1000},
    {Dimension::number, ".5", 0.5},
    {Dimension::number, "+2", 2},
    {Dimension::number, "0", 0},
    {Dimension::fraction, "70 %", 0.7},
    {Dimension::fraction, "70%", 0.7},
    {Dimension::fraction, "250 %", 2.5},
    {Dimension::fraction, "99.95 %", 0.9995},
    {Dimension::fraction, "0", 0},
    {Dimension::fraction, "1", 1},
    {Dimension::time, "250 ms", 0.25},
    {Dimension::time, "250ms", 0.25},
    {Dimension::time, "+30 ms", 0.03},
    {Dimension::time, "1 ns", 1e-9},
    {Dimension::time, "500 us", 500e-6},
    {Dimension::time, "500 µs", 500e-6},
    {Dimension::time, "3 s", 3},
    {Dimension::time, "10 min", 600},
    {Dimension::time, "2 h", 7200},
    {Dimension::time, "1 d", 86'400},
    {Dimension::time, "1 wk", 604'800},
    {Dimension::time, "1 mo", 730 * 3600},
    {Dimension::time, "3 yr", 3.0 * 8760 * 3600},
    {Dimension::time, "1000000 yr", 1e6 * 8760 * 3600},
    {Dimension::time, "0", 0},
    {Dimension::rate, "800/s", 800},
    {Dimension::rate, "800 /s", 800},
    {Dimension::rate, "800 / s", 800},
    {Dimension::rate, "1e3/s", 1000},
    {Dimension::rate, "60/min", 1},
    {Dimension::rate, "1800/h", 0.5},
    {Dimension::rate, "86400/d", 1},
    {Dimension::bytes, "60 kB", 60'000},
    {Dimension::bytes, "64 GiB", 64.0 * 1024 * 1024 * 1024},
    {Dimension::bytes, "2 TB", 2e12},
    {Dimension::bytes_per_time, "1 GB/s", 1e9},
    {Dimension::bytes_per_time, "10 Gbit/s", 1.25e9},
    {Dimension::bytes_per_time, "730 GB/month", 1e9 / 3600},
    {Dimension::power, "1.5 kW", 1500},
    {Dimension::money, "15000 USD", 15'000},
    {Dimension::money_per_time, "0.1 USD/h", 0.1},
    {Dimension::money_per_time, "73 USD/month", 0.1},
    {Dimension::money_per_time, "1 USD/s", 3600},
    {Dimension::money_per_bytes, "0.09 USD/GB", 0.09 / 1e9},
    {Dimension::energy, "5 kWh", 5},
    {Dimension::energy, "500 Wh", 0.5},
    {Dimension::mass, "1 t", 1000},
    {Dimension::mass, "250 g", 0.25},
};

TEST(QuantityText, EveryUnitIsExact) {
    for (const auto& [dimension, text, value] : k_cases) {
        const Result<double> parsed = parse_quantity(text, dimension);
        ASSERT_TRUE(parsed) << text << ": " << parsed.error();
        EXPECT_EQ(*parsed, value) << text;
    }
}

TEST(QuantityText, CountsAreWholeNumbers) {
    EXPECT_EQ(parse_count("3").value(), 3);
    EXPECT_EQ(parse_count(" 0 ").value(), 0);
    EXPECT_EQ(parse_count("1000000000").value(), 1'000'000'000);
    EXPECT_FALSE(parse_count("1000000001"));
}

TEST(QuantityText, FormatsAsOneWouldWrite) {
    const Case cases[] = {
        {Dimension::time, "250 ms", 0.25},
        {Dimension::time, "90 s", 90},
        {Dimension::time, "1 h", 3600},
        {Dimension::time, "2 d", 172'800},
        {Dimension::time, "1 yr", 8760.0 * 3600},
        {Dimension::time, "0 s", 0},
        {Dimension::time, "0.5 ns", 0.5e-9},
        {Dimension::fraction, "99.95 %", 0.9995},
        {Dimension::rate, "800/s", 800},
        {Dimension::rate, "1/min", 1.0 / 60},
        {Dimension::rate, "0.25/yr", 0.25 / (8760.0 * 3600)},
        {Dimension::bytes, "60 kB", 60'000},
        {Dimension::bytes, "64 GiB", 64.0 * 1024 * 1024 * 1024},
        {Dimension::bytes_per_time, "1.25 GB/s", 1.25e9},
        {Dimension::bytes_per_time, "40 GB/month", 40e9 / (730.0 * 3600)},
        {Dimension::money, "15000 USD", 15'000},
        {Dimension::money_per_time, "0.0816 USD/h", 0.0816},
        {Dimension::money_per_bytes, "0.09 USD/GB", 0.09 / 1e9},
        {Dimension::power, "1.5 kW", 1500},
        {Dimension::energy, "5 kWh", 5},
        {Dimension::mass, "250 g", 0.25},
        {Dimension::number, "1.5", 1.5},
    };
    for (const auto& [dimension, text, value] : cases) {
        EXPECT_EQ(format_quantity(value, dimension), text);
    }
}

TEST(QuantityText, WhatIsFormattedIsReadAgain) {
    std::mt19937_64 random(11);
    for (int round = 0; round < 20'000; ++round) {
        const auto dimension = static_cast<Dimension>(random() % 12);
        const double magnitude = static_cast<double>(random() % 200) / 10.0 - 9.0;
        const double value = std::pow(10.0, magnitude) * (round % 2 == 0 ? 1 : 1 + static_cast<double>(random() % 97));
        const std::string text = format_quantity(value, dimension);
        const Result<double> parsed = parse_quantity(text, dimension);
        ASSERT_TRUE(parsed) << parsed.error();
        ASSERT_NEAR(*parsed / value, 1, 2e-11) << text;
    }
}

TEST(QuantityText, RandomBytesNeverCrashAndAreNeverNegative) {
    std::mt19937 random(13);
    const std::string alphabet = "0123456789.eE+- %/smhdGMKkBiUSDWn,_";
    for (int round = 0; round < 100'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 12; i > 0; --i) {
            text += round % 5 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
        }
        const Result<double> value = parse_quantity(text, static_cast<Dimension>(random() % 12));
        ASSERT_TRUE(!value || (*value >= 0 && std::isfinite(*value))) << text;
        parse_count(text);
    }
}

}  // namespace
}  // namespace nines

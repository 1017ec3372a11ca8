// Patches: what paths reach, what they make, and what they refuse.

#include "models/language/patch.hpp"

#include <gtest/gtest.h>

#include "models/language/source.hpp"

namespace nines {
namespace {

constexpr const char* k_scenario = R"(services:
  web:
    in: {zones: 3}
    retry:
    endpoints:
      page:
        steps:
          - work: 1 ms
          - parallel:
              - {call: session.get, timeout: 1 s}
              - call: items.read
                retry: {attempts: 3}
          - call: session.get
  twice:
    in: [{region: a}, {region: b}]
demand:
  shoppers:
    calls: {edge.page: 95 %, web.checkout: 5 %}
objectives:
  latency.p99: "<= 400 ms"
variants:
  thin: {services.web.in.each: 2, "services.web.endpoints.page[call items.read].retry": null}
  wrong: {services.wbe.in.each: 2}
  odd: 3
)";

/// The tree as text in one line, so that a whole result can be compared.
std::string show(const Node& node) {
    std::string text;
    for (const Node& item : node.items) {
        text += (text.empty() ? "" : ", ") + show(item);
    }
    for (const Entry& entry : node.entries) {
        text += (text.empty() ? "" : ", ") + entry.key + ": " + show(entry.value);
    }
    return node.is_sequence() ? "[" + text + "]" : node.is_mapping() ? "{" + text + "}" : node.text;
}

class Patch : public testing::Test {
protected:
    Patch() { document = read_document_text("shop.yaml", k_scenario, problems); }

    const Node& at(std::initializer_list<const char*> keys) {
        const Node* node = &document.root;
        for (const char* key : keys) {
            node = node ? node->find(key) : nullptr;
        }
        static const Node k_nothing;
        return node ? *node : k_nothing;
    }
    /// The first error of one --set, with the column it points at.
    std::string error_of(const std::string& assignment) {
        problems = {};
        apply_set(document, assignment, problems);
        if (problems.empty()) {
            return "no problem";
        }
        const Problem& first = problems.list.front();
        return std::to_string(first.place.column) + ": " + first.message;
    }

    Problems problems;
    Document document;
};

TEST_F(Patch, SetsFieldsMakesFieldsAndTakesThemAway) {
    for (const char* assignment : {"services.web.in.zones=2", "services.web.in.each=4", "services.web.scale={min: 3}",
                                   "services.web.scale.max=9", "services.web.retry.attempts=2",
                                   "services.twice.in[1].region=c", "run.seed=7", "services.web.in.zones=null"}) {
        EXPECT_EQ(error_of(assignment), "no problem") << assignment;
    }
    EXPECT_EQ(show(at({"services", "web", "in"})), "{each: 4}");
    EXPECT_EQ(show(at({"services", "web", "scale"})), "{min: 3, max: 9}");
    EXPECT_EQ(show(at({"services", "web", "retry"})), "{attempts: 2}");
    EXPECT_EQ(show(at({"services", "twice", "in"})), "[{region: a}, {region: c}]");
    EXPECT_EQ(show(at({"run"})), "{seed: 7}");
}

TEST_F(Patch, ReachesStepsByNumberAndByCall) {
    EXPECT_EQ(error_of("services.web.endpoints.page.steps[0].work=2 ms"), "no problem");
    EXPECT_EQ(error_of("services.web.endpoints.page[1].parallel[0].timeout=5 s"), "no problem");
    EXPECT_EQ(error_of("services.web.endpoints.page[call items.read].retry.attempts=5"), "no problem");
    EXPECT_EQ(error_of("services.web.endpoints.page[2]=null"), "no problem");
    EXPECT_EQ(
        show(at({"services", "web", "endpoints", "page", "steps"})),
        "[{work: 2 ms}, {parallel: [{call: session.get, timeout: 5 s}, {call: items.read, retry: {attempts: 5}}]}]");
    EXPECT_EQ(error_of("services.web.endpoints.page[call items.read]=null"), "no problem");
    EXPECT_EQ(show(at({"services", "web", "endpoints", "page", "steps"})),
              "[{work: 2 ms}, {parallel: [{call: session.get, timeout: 5 s}]}]");
}

TEST_F(Patch, KeysWithDotsAreOneKey) {
    EXPECT_EQ(error_of("objectives.latency.p99=>= 3 ms"), "no problem");
    EXPECT_EQ(error_of("objectives.cost.per_month=<= 5 USD"), "no problem");
    EXPECT_EQ(show(at({"objectives"})), "{latency.p99: >= 3 ms, cost.per_month: <= 5 USD}");
    EXPECT_EQ(error_of("demand.shoppers.calls.edge.page=100 %"), "no problem");
    EXPECT_EQ(error_of("demand.shoppers.calls.web.checkout=null"), "no problem");
    EXPECT_EQ(show(at({"demand", "shoppers", "calls"})), "{edge.page: 100 %}");
}

TEST_F(Patch, MistakesPointIntoThePath) {
    EXPECT_EQ(error_of("services.wbe.in.each=2"), "10: there is no `wbe` in `services`");
    EXPECT_EQ(problems.list[0].choices, (std::vector<std::string>{"web", "twice"}));
    EXPECT_EQ(problems.list[0].path, "services.wbe.in.each");
    EXPECT_EQ(error_of("services.web.endpoints.pgae.request=2 kB"),
              "24: there is no `pgae` in `services.web.endpoints`");
    EXPECT_EQ(error_of("services.web.in.zones.x=2"),
              "23: no `x` here: `services.web.in.zones` is `3`, which has no fields");
    EXPECT_EQ(error_of("services.twice.in.zones=2"),
              "19: no `zones` here: `services.twice.in` is a list: say which item by its number, such as [0]");
    EXPECT_EQ(error_of("services.web.hedge=null"), "14: there is no `hedge` in `services.web`");
    EXPECT_EQ(error_of("services.web.endpoints.page[3]=null"),
              "28: there is no [3] in `services.web.endpoints.page`: it has 3 items, counted from 0");
    EXPECT_EQ(error_of("services.web[3].x=1"), "13: `services.web` has no numbered steps");
    EXPECT_EQ(error_of("services.web.endpoints.page[call items.raed].retry=null"),
              "28: there is no call to `items.raed` below `services.web.endpoints.page`");
    EXPECT_EQ(problems.list[0].choices, (std::vector<std::string>{"session.get", "items.read"}));
    EXPECT_EQ(error_of("services.web.endpoints.page[call session.get].retry=null"),
              "28: 2 calls to `session.get` below `services.web.endpoints.page`: "
              "steps[1].parallel[0] (line 10), steps[2] (line 13)");
    EXPECT_EQ(problems.list[0].hint,
              "say which by its number, such as services.web.endpoints.page.steps[1].parallel[0]");
}

TEST_F(Patch, AssignmentsAndPathsMustBeWellFormed) {
    EXPECT_EQ(error_of("seed"), "1: expected PATH=VALUE, found `seed`");
    EXPECT_EQ(error_of("=7"), "1: expected PATH=VALUE, found `=7`");
    EXPECT_EQ(error_of(""), "1: expected PATH=VALUE, found nothing");
    EXPECT_EQ(error_of("run.seed="), "1: a value is missing after `=`");
    EXPECT_EQ(error_of("run..seed=7"), "1: the path `run..seed` has an empty name in it");
    EXPECT_EQ(error_of(".run=7"), "1: the path `.run` has an empty name in it");
    EXPECT_EQ(error_of("run.=7"), "1: the path `run.` ends with a dot");
    EXPECT_EQ(error_of("a[b]=7"), "1: expected [call SERVICE.ENDPOINT] or a number such as [0], found [b]");
    EXPECT_EQ(error_of("a[0=7"), "1: the path `a[0` has a `[` without its `]`");
    EXPECT_EQ(error_of("[0]=7"), "1: the path `[0]` has a `[` without a name before it");
    EXPECT_EQ(error_of("a[0]b=7"), "1: the path `a[0]b` needs a `.` or `[` after `]`");
    EXPECT_EQ(error_of("run={seed: 1"), "5: the `{` that begins here is never closed");
    EXPECT_EQ(error_of("run={a: 1, a: 2}"), "12: the key `a` is here twice on line 1");
    EXPECT_EQ(error_of("a=\x1b"), "1: the value of --set is not text (byte 0x1b on line 1); a scenario is UTF-8");
    std::string deep = "a";
    for (int i = 0; i < 100; ++i) {
        deep += ".a";
    }
    EXPECT_TRUE(error_of(deep + "=1").ends_with("has more than 32 steps"));
}

TEST_F(Patch, ValuesPointAtTheCommandLine) {
    EXPECT_EQ(error_of("run.seed = 7 "), "no problem");
    const Node& seed = at({"run", "seed"});
    EXPECT_EQ(seed.text, "7");
    EXPECT_EQ(document.files[seed.place.file].name, "--set");
    EXPECT_EQ(seed.place.column, 12);
    EXPECT_EQ(error_of("run.other={a: [x, \"y\"]}"), "no problem");
    EXPECT_EQ(at({"run", "other", "a"}).items[1].place.column, 19);
    EXPECT_TRUE(at({"run", "other", "a"}).items[1].quoted);
}

TEST_F(Patch, VariantsApplyAtTheirOwnLines) {
    apply_variant(document, "thin", problems);
    ASSERT_TRUE(problems.empty()) << format_problems(document, problems);
    EXPECT_EQ(show(at({"services", "web", "in"})), "{zones: 3, each: 2}");
    EXPECT_EQ(at({"services", "web", "in", "each"}).place.line, 22);
    EXPECT_EQ(show(at({"services", "web", "endpoints", "page", "steps"}).items[1]),
              "{parallel: [{call: session.get, timeout: 1 s}, {call: items.read}]}");
}

TEST_F(Patch, WrongVariantsAreProblems) {
    apply_variant(document, "thn", problems);
    apply_variant(document, "wrong", problems);
    apply_variant(document, "odd", problems);
    const std::string text = format_problems(document, problems);
    EXPECT_EQ(problems.list.size(), 3U);
    EXPECT_NE(text.find("there is no variant `thn`"), std::string::npos) << text;
    EXPECT_NE(text.find("did you mean `thin`?"), std::string::npos) << text;
    EXPECT_NE(text.find("shop.yaml:23:20: error: there is no `wbe` in `services`"), std::string::npos) << text;
    EXPECT_NE(text.find("= at: variants.wrong.services.wbe.in.each"), std::string::npos) << text;
    EXPECT_NE(text.find("expected a mapping from paths to values, found `3`"), std::string::npos) << text;
}

TEST(PatchAlone, AScenarioWithoutVariantsOrRoot) {
    Document document;
    Problems problems;
    apply_variant(document, "x", problems);
    EXPECT_EQ(problems.list.size(), 1U);
    problems = {};
    apply_set(document, "run.seed=7", problems);
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(show(document.root), "{run: {seed: 7}}");
}

}  // namespace
}  // namespace nines

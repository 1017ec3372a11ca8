// nines catalog WHAT: the tables that are built in, with their sources.

#include "models/catalog/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <limits>
#include <optional>
#include <set>

#include "models/catalog/csv_table.hpp"
#include "models/language/problem.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/console/options.hpp"
#include "tools/console/table.hpp"
#include "tools/console/terminal.hpp"
#include "tools/console/text_width.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines catalog: the real data that is built in, with its sources\n\n"
    "  nines catalog                                what there is\n"
    "  nines catalog zones eu-west-1                the zones of a region\n"
    "  nines catalog prices us-east-1 m7g.large     rows in which each word is a cell, or begins one\n"
    "  nines catalog latencies us-east-1 --csv      the rows as they are built in, with all columns\n"
    "  nines catalog where --help                   which regions suit given users\n"
    "  nines catalog sources                        where the figures come from\n"
    "  nines catalog notice                         under which licences\n\n";

// The ODbL asks for this sentence where data derived from Electricity Maps is shown.
constexpr std::string_view k_hourly_notice = "contains information from Electricity Maps, ODbL 1.0";

constexpr std::size_t k_most_arguments = 17;  // the table and its filter

/// How a table is called and shown. Columns are those of the file, with a heading of their own after a `=`.
struct View {
    std::string_view word;
    std::string_view file;
    std::string_view holds;
    std::string_view columns;
    bool hourly_carbon = false;
};

constexpr auto k_views = std::to_array<View>({
    {"regions", "regions", "regions of the providers: where they are, how many zones they have",
     "provider,region,city,country_code=in,latitude_deg=latitude,longitude_deg=longitude,az_count=zones,"
     "launch_year=since,source"},
    {"zones", "zones", "availability zones, local zones and Wavelength zones",
     "zone_id=zone,zone_name=name,kind,parent_region=region,city,source"},
    {"edges", "edges", "edge locations of the content network, and regional caches",
     "edge_id=edge,city,country_code=in,kind,price_geography=priced as,nearest_region=nearest,source"},
    {"country-groups", "country_groups", "which countries a residency names by one word: EU, EEA, ADEQUATE",
     "group,country_code=code,country,note,source"},
    {"instances", "instances", "instance types: vCPUs, memory, watts, embodied carbon of the server",
     "instance_type=type,arch,vcpu=vCPU,memory_gib=GiB,network_baseline_gbps=Gbit/s,"
     "on_demand_us_east_1_usd_per_h=USD/h,spot_discount=spot -,watts_idle=idle W,watts_100pct=full W,"
     "embodied_kgco2e_per_server=kg,source"},
    {"servers", "servers", "servers below instance types: their vCPUs, which share their making",
     "family,vcpus=vCPU,kind,note,source"},
    {"reserved-nodes", "reserved_discounts", "database and cache nodes: what a year's reservation takes off",
     "service,family,discount,kind,note,source"},
    {"prices", "instance_prices", "instances on demand, by region",
     "instance_type=type,region,on_demand_usd_per_h=USD/h,as_of=as of,source"},
    {"node-prices", "managed_instance_prices", "database and cache nodes on demand, by engine and region",
     "engine,instance_type=type,region,deployment,storage_mode=storage,on_demand_usd_per_h=USD/h,source"},
    {"service-prices", "service_prices", "everything else that is priced: bytes, requests, storage, managed services",
     "service,component,tier,region,price,unit,source"},
    {"allowances", "allowances", "what every account has free each month",
     "service,component,units_per_month=a month,unit,note,source"},
    {"transfer-prices", "inter_region_transfer_prices", "bytes between regions",
     "from_region=from,to_region=to,usd_per_gb=USD/GB,kind,as_of=as of,source"},
    {"spot", "spot_interruptions", "spot instances: how often they are taken back, what they save",
     "instance_type=type,region,interruption_percent_per_month_low=% a month from,"
     "interruption_percent_per_month_high=to,saving_percent_vs_on_demand=saves %,source"},
    {"latencies", "latency", "round trips between regions",
     "from_region=from,to_region=to,distance_km=km,rtt_p50_ms=median ms,rtt_sd_2024_ms=sd ms,ols_fit_ms=fit ms,kind,"
     "source"},
    {"carbon", "carbon", "grams of CO2e per kWh by region, and the overhead of data centres (PUE)",
     "provider,region,grid_gco2e_per_kwh=g/kWh,grid_marginal_gco2e_per_kwh=marginal,carbon_free_fraction=carbon-free,"
     "pue=PUE,wue_l_per_kwh=water,grid_year=year,kind,source"},
    {"carbon-hourly", "carbon_hourly", "grams of CO2e per kWh by month and hour of the day",
     "aws_regions=regions,month,hour_utc=hour UTC,gco2e_per_kwh_mean=g/kWh,gco2e_per_kwh_p10=p10,"
     "gco2e_per_kwh_p90=p90,gco2_direct_per_kwh_mean=direct,source",
     true},
    {"carbon-2024", "carbon_hourly_2024", "grams of CO2e per kWh in ten grids, each hour of 2024",
     "hour_utc=hour UTC,us_mida_pjm_gco2e_per_kwh=us-mida,us_cal_ciso_gco2e_per_kwh=us-cal,de_gco2e_per_kwh=de,"
     "gb_gco2e_per_kwh=gb,br_cs_gco2e_per_kwh=br-cs,jp_tk_gco2e_per_kwh=jp-tk,sg_gco2e_per_kwh=sg,"
     "au_nsw_gco2e_per_kwh=au-nsw,in_we_gco2e_per_kwh=in-we,za_gco2e_per_kwh=za",
     true},
    {"energy", "energy", "what disks and networks draw, and how many copies storage keeps",
     "what,value,unit,note,source"},
    {"slas", "slas", "service level agreements and their credits",
     "service,scope,metric,commitment_percent=promised %,below_percent=below %,at_least_percent=from %,"
     "credit_percent=credit %,source"},
    {"incidents", "incidents", "outages of the providers that were reported in public",
     "start_utc=start UTC,provider,duration_min=min,scope,region,trigger,summary,source"},
    {"failures", "failure_rates", "how often parts fail, how long repairs take",
     "component,metric,value,low,high,unit,source"},
    {"cold-starts", "lambda_cold_starts", "how long functions take to start",
     "runtime,package,arch,memory_mb=MB,init_ms_p50=median ms,init_ms_min=least,init_ms_max=most,samples,source"},
});

std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string lower(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return small;
}

/// "a,b,c" to its parts.
std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> parts;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = text.find(mark);
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

// --- rows -----------------------------------------------------------------------------------------------------------

/// A line of a table, and its cells.
struct Line {
    std::string_view text;
    CsvRow row;
};

/// What the rows of one table hold, and which of them the user wants.
struct Selection {
    std::string_view header;
    std::vector<Line> lines;
    std::optional<std::string> unknown_word;  ///< a word of the filter that no row has
    std::string nearest_cell;                 ///< ... and what may have been meant
};

/// Whether one cell begins with `word`. A cell such as "us-east-1;us-east-2" is a list.
bool has_cell(const std::vector<std::string>& cells, const std::string& word) {
    return std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
        const auto parts = split(cell, ';');
        return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return part.starts_with(word); });
    });
}

std::vector<std::string> lower_cells(const Line& line, const std::vector<std::string_view>& columns) {
    std::vector<std::string> cells;
    for (const std::string_view column : columns) {
        cells.push_back(lower(line.row.text(column)));
    }
    return cells;
}

/// The rows in which each word of the filter is a cell, or begins one.
Selection select(std::string_view file, const std::vector<std::string>& filter) {
    std::string_view rest = Catalog::table_text(file);
    Selection selection;
    selection.header = next_line(rest);
    const auto columns = split(selection.header, ',');
    std::vector<std::string> words;
    std::transform(filter.begin(), filter.end(), std::back_inserter(words), lower);
    std::vector<bool> seen(words.size(), false);
    std::set<std::string> all_cells;
    while (!rest.empty()) {
        const std::string_view text = next_line(rest);
        if (text.empty()) {
            continue;
        }
        Line line{text, CsvRow(selection.header, text)};
        bool wanted = true;
        if (!words.empty()) {
            const std::vector<std::string> cells = lower_cells(line, columns);
            for (std::size_t i = 0; i < words.size(); ++i) {
                const bool has = has_cell(cells, words[i]);
                seen[i] = seen[i] || has;
                wanted = wanted && has;
            }
            all_cells.insert(cells.begin(), cells.end());
        }
        if (wanted) {
            selection.lines.push_back(std::move(line));
        }
    }
    const auto unseen = std::find(seen.begin(), seen.end(), false);
    if (unseen != seen.end()) {
        const auto at = static_cast<std::size_t>(unseen - seen.begin());
        selection.unknown_word = filter[at];
        selection.nearest_cell = nearest(words[at], {all_cells.begin(), all_cells.end()});
    }
    return selection;
}

// --- showing --------------------------------------------------------------------------------------------------------

bool is_number(std::string_view text) {
    return text.find_first_not_of("0123456789.-") == std::string_view::npos;
}

/// The columns of a view as (column, heading).
std::vector<std::pair<std::string_view, std::string_view>> columns_of(const View& view) {
    std::vector<std::pair<std::string_view, std::string_view>> columns;
    for (const std::string_view one : split(view.columns, ',')) {
        const auto parts = split(one, '=');
        columns.emplace_back(parts.front(), parts.back());
    }
    return columns;
}

/// What is shown of a selection: names and figures whole, the source in the room that is left.
class Shown {
public:
    Shown(const View& view, const Selection& selection, const Terminal& terminal) : terminal_(terminal) {
        for (const auto& [column, heading] : columns_of(view)) {
            add_column(selection.lines, column, std::string(heading));
        }
    }

    std::string text() const {
        Table table(columns_);
        for (const auto& cells : rows_) {
            table.add(cells);
        }
        TableLook look;
        look.width = std::numeric_limits<int>::max() / 2;  // the clipping is done
        look.unicode = terminal_.unicode;
        return table.format(look);
    }

private:
    static constexpr int k_widest_cell = 28;  // all names are shorter; longer is prose
    static constexpr int k_least_of_source = 12;
    static constexpr int k_gap = 2;

    /// Columns in which all that is known are numbers stand to the right.
    void add_column(const std::vector<Line>& lines, std::string_view column, const std::string& heading) {
        const bool numbers =
            std::all_of(lines.begin(), lines.end(), [&](const Line& line) { return is_number(line.row.text(column)); });
        const int room = column == "source" ? std::max(k_least_of_source, terminal_.width - used_) : k_widest_cell;
        int widest = text_width(heading);
        rows_.resize(lines.size());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string cell = printable(lines[i].row.text(column), terminal_.unicode);
            rows_[i].push_back(numbers ? cell : clip(cell, room, terminal_.unicode));
            widest = std::max(widest, text_width(rows_[i].back()));
        }
        columns_.push_back({heading, numbers ? Align::right : Align::left, 0});
        used_ += widest + k_gap;
    }

    const Terminal& terminal_;
    std::vector<TableColumn> columns_;
    std::vector<std::vector<std::string>> rows_;
    int used_ = k_gap;  // the indent is as wide as a gap
};

ExitCode show_overview(const Terminal& terminal) {
    Table table({{"nines catalog", Align::left, 0}, {"rows", Align::right, 0}, {"what", Align::left, 0}});
    for (const View& view : k_views) {
        const std::string_view text = Catalog::table_text(view.file);
        const auto lines = std::count(text.begin(), text.end(), '\n');
        table.add({std::string(view.word), std::to_string(lines - 1), std::string(view.holds)});
    }
    table.add({"where", "", "which regions suit given users, by latency, residency, carbon and price"});
    table.add({"sources", "", "where the figures come from"});
    table.add({"notice", "", "under which licences, and what they ask for"});
    TableLook look;
    look.width = terminal.width;
    look.unicode = terminal.unicode;
    std::cout << table.format(look);
    return ExitCode::done;
}

ExitCode show_table(const View& view, const std::vector<std::string>& filter, bool csv, const Terminal& terminal) {
    const Selection selection = select(view.file, filter);
    if (selection.unknown_word) {
        fmt::print(stderr, "nines catalog: no cell of `{}` is or begins with `{}`{}\n", view.word,
                   printable(*selection.unknown_word),
                   selection.nearest_cell.empty() ? "" : fmt::format(": did you mean `{}`?", selection.nearest_cell));
        return ExitCode::bad_input;
    }
    if (csv) {
        std::cout << selection.header << "\n";
        for (const Line& line : selection.lines) {
            std::cout << line.text << "\n";
        }
        if (view.hourly_carbon) {
            fmt::print(stderr, "{}\n", k_hourly_notice);  // beside the data, not in them
        }
        return ExitCode::done;
    }
    if (selection.lines.empty()) {
        std::cout << fmt::format("  no row of `{}` has all of these\n", view.word);
        return ExitCode::done;
    }
    std::cout << Shown(view, selection, terminal).text();
    if (view.hourly_carbon) {
        std::cout << "\n  " << k_hourly_notice << "\n";
    }
    return ExitCode::done;
}

ExitCode unknown_table(const std::string& word) {
    std::vector<std::string> words = {"where", "sources", "notice"};
    for (const View& view : k_views) {
        words.emplace_back(view.word);
    }
    std::sort(words.begin(), words.end());
    const std::string_view near = nearest(lower(word), words);
    fmt::print(stderr, "nines catalog: the catalogue has no `{}`{}\n  one of: {}\n", printable(word),
               near.empty() ? "" : fmt::format(": did you mean `{}`?", near), fmt::join(words, ", "));
    return ExitCode::bad_input;
}

}  // namespace

ExitCode catalog_command(const Words& words) {
    if (!words.empty() && words.front() == "where") {
        return catalog_where_command({words.begin() + 1, words.end()});
    }
    boost::program_options::options_description description("Options");
    auto add = description.add_options();
    add("help,h", "say what the command does, and its options");
    add("csv", "the table as it is built in: all columns, values between commas");
    add("color", boost::program_options::value<std::string>()->value_name("WHEN"), "auto, always or never");
    const auto line = read_words({"catalog", k_help}, words, description, k_most_arguments);
    if (!line) {
        return line.error();
    }
    const Terminal terminal = look_at_terminal(1, line->common.color);
    if (line->arguments.empty()) {
        return show_overview(terminal);
    }
    const std::string& what = line->arguments.front();
    const std::vector<std::string> filter(line->arguments.begin() + 1, line->arguments.end());
    if (what == "sources" || what == "notice") {
        std::cout << (what == "sources" ? Catalog::sources_text() : Catalog::notice_text());
        return ExitCode::done;
    }
    for (const View& view : k_views) {
        if (what == view.word || what == view.file) {
            return show_table(view, filter, line->options.count("csv") > 0, terminal);
        }
    }
    return unknown_table(what);
}

}  // namespace nines

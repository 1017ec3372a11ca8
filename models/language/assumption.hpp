#pragma once
// Assumption: a figure that neither the user nor a measured row of the catalogue gave.

#include <string>

namespace nines {

struct Assumption {
    std::string path;    ///< where it is used: "services.web.on", "world.link.use1-az1--use1-az2"
    std::string value;   ///< "0.0816 USD/h"
    std::string why;     ///< "no price for m7g.large in eu-north-1: us-east-1 price times the region's m5.large ratio"
    std::string source;  ///< the catalogue row or the page of the language that the rule comes from
};

}  // namespace nines

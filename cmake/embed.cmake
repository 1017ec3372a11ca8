# Embeds data files into a library, so that bin/nines needs none at run time.

# embed_files(<target> <folder> <pattern>...) makes the static library <target> from the files of <folder> (sub-folders
# left out) of these patterns. The assembler copies the bytes (.incbin), which costs the compiler nothing. Read them by
# std::span<const nines::EmbeddedFile> nines::<target>_files(), as models/catalog/embedded.hpp shows.
function(embed_files target folder)
  get_filename_component(root ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/.. ABSOLUTE)
  get_filename_component(folder ${folder} ABSOLUTE BASE_DIR ${root})
  list(TRANSFORM ARGN PREPEND ${folder}/ OUTPUT_VARIABLE patterns)
  file(GLOB files CONFIGURE_DEPENDS ${patterns})
  list(SORT files)

  set(assembly "")
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    string(MAKE_C_IDENTIFIER ${target}_${name} symbol)
    string(APPEND assembly
      "asm(\".pushsection .rodata\\n\"\n    \".balign 16\\n\"\n"
      "    \".global ${symbol}_begin\\n${symbol}_begin:\\n\"\n    \".incbin \\\"${file}\\\"\\n\"\n"
      "    \".global ${symbol}_end\\n${symbol}_end:\\n\"\n    \".byte 0\\n.popsection\\n\");\n")
    string(APPEND declarations "extern const char ${symbol}_begin[];\nextern const char ${symbol}_end[];\n")
    string(APPEND entries
      "        {\"${name}\", {${symbol}_begin, static_cast<std::size_t>(${symbol}_end - ${symbol}_begin)}},\n")
  endforeach()

  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${target}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT [=[
// Made by cmake/embed.cmake: the bytes of the files of @folder@.

#include "models/catalog/embedded.hpp"

@assembly@
extern "C" {
@declarations@}

namespace nines {

std::span<const EmbeddedFile> @target@_files() {
    static const EmbeddedFile files[] = {
@entries@    };
    return files;
}

}  // namespace nines
]=] @ONLY)
  # The compiler does not report what .incbin reads: a changed file must rebuild the object all the same.
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${files}" SKIP_PRECOMPILE_HEADERS ON)
  add_library(${target} STATIC ${source})
  target_include_directories(${target} PRIVATE ${root})
endfunction()

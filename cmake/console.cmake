# SPDX-License-Identifier: Apache-2.0
# The officers' screen: built by its own tools from console/, and taken into the daemon's program as it is.
set(OPENLINE_CONSOLE_FILES "${CMAKE_BINARY_DIR}/console/console_files.cc")
if(OPENLINE_CONSOLE)
  file(GLOB_RECURSE console_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/console/src/*" "${CMAKE_SOURCE_DIR}/console/words/*")
  add_custom_command(
    OUTPUT "${OPENLINE_CONSOLE_FILES}"
    COMMAND "${CMAKE_SOURCE_DIR}/console/build" "${CMAKE_BINARY_DIR}/console/dist"
    COMMAND "${CMAKE_SOURCE_DIR}/console/pack" "${CMAKE_BINARY_DIR}/console/dist" "${OPENLINE_CONSOLE_FILES}"
    DEPENDS ${console_sources} "${CMAKE_SOURCE_DIR}/console/build" "${CMAKE_SOURCE_DIR}/console/pack"
            "${CMAKE_SOURCE_DIR}/console/package-lock.json" "${CMAKE_SOURCE_DIR}/console/index.html"
            "${CMAKE_SOURCE_DIR}/console/vite.config.ts"
    COMMENT "Building the console" VERBATIM)
else()
  file(WRITE "${OPENLINE_CONSOLE_FILES}" "#include \"daemon/web/console_files.h\"\n
namespace openline::daemon {
std::span<const ConsoleFile> console_files() { return {}; }
}\n")
endif()
target_sources(openline_web PRIVATE "${OPENLINE_CONSOLE_FILES}")

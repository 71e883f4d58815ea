# SPDX-License-Identifier: Apache-2.0
# Language, flags, warnings, linker and compiler cache for every target of ours.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "Openline needs GCC 12 or newer (std::expected); this is ${CMAKE_CXX_COMPILER_VERSION}")
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# No NDEBUG anywhere: a broken invariant stops the program in the field too.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g0")
set(CMAKE_CXX_FLAGS_CHECK "-O1 -g1")

add_compile_definitions(_GLIBCXX_ASSERTIONS)
# Builds in different folders give the same bytes, so they also share the compiler cache.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

if(OPENLINE_SANITIZE)
  add_compile_options(-fsanitize=${OPENLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  string(REPLACE "fuzzer-no-link," "" OPENLINE_LINK_SANITIZE "${OPENLINE_SANITIZE}")
  add_link_options(-fsanitize=${OPENLINE_LINK_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong "$<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>")
endif()

# Linked to by our own targets only, so that others' headers are not judged by our rules.
add_library(openline_warnings INTERFACE)
target_compile_options(openline_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -Wrestrict: GCC bug 105651 reports std::string's own operator+.
  target_compile_options(openline_warnings INTERFACE -Werror -Wno-restrict)
  if(OPENLINE_SANITIZE)
    # GCC's manual: these guess from flow that the sanitizers' checks distort.
    target_compile_options(openline_warnings INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow
                           -Wno-stringop-overread -Wno-array-bounds -Wno-null-dereference -Wno-nonnull)
  endif()
  if(OPENLINE_SANITIZE STREQUAL "thread")
    # Asio's fences; its own locking is visible to TSan without them.
    target_compile_options(openline_warnings INTERFACE -Wno-tsan)
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# SPDX-License-Identifier: Apache-2.0
# Others' libraries, by their Debian names in packaging/apt-packages.txt.
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-uc icu-i18n)
pkg_check_modules(ical REQUIRED IMPORTED_TARGET libical)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(openssl REQUIRED IMPORTED_TARGET openssl)
pkg_check_modules(fido2 REQUIRED IMPORTED_TARGET libfido2)
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.81 REQUIRED)

find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
add_library(tomlplusplus_headers INTERFACE)
target_include_directories(tomlplusplus_headers SYSTEM INTERFACE "${TOMLPLUSPLUS_INCLUDE_DIR}")
target_compile_definitions(tomlplusplus_headers INTERFACE TOML_HEADER_ONLY=1)
# Some malformed texts, such as "[:", meet an assertion of its parser instead of an error: they are no reason to end.
# (In its functions that let no exception out they still are.)
target_compile_options(tomlplusplus_headers INTERFACE -Wno-terminate
                       "-DTOML_ASSERT(holds)=((holds)?void():throw std::logic_error(\"malformed\"))")

# Asio and Beast compiled once: their headers alone cost half a minute a file.
add_library(openline_boost STATIC "${CMAKE_CURRENT_LIST_DIR}/boost_separate_compilation.cc")
target_compile_definitions(openline_boost PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                           BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(openline_boost PUBLIC Boost::headers Threads::Threads)

if(OPENLINE_BENCH)
  find_package(benchmark REQUIRED)
endif()

if(OPENLINE_TESTS OR OPENLINE_FUZZ)
  find_package(GTest REQUIRED)
endif()
if(OPENLINE_TESTS)
  include(GoogleTest)
  include(vectors)
  find_path(RAPIDCHECK_INCLUDE_DIR rapidcheck/gtest.h REQUIRED)
  find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)

  add_library(openline_test_libraries INTERFACE)
  target_include_directories(openline_test_libraries SYSTEM INTERFACE "${RAPIDCHECK_INCLUDE_DIR}")
  target_link_libraries(openline_test_libraries INTERFACE GTest::gtest GTest::gtest_main "${RAPIDCHECK_LIBRARY}"
                        openline_vectors nlohmann_json::nlohmann_json Threads::Threads)
  target_compile_definitions(openline_test_libraries INTERFACE
                             "OPENLINE_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\""
                             "OPENLINE_BIN_DIR=\"${CMAKE_BINARY_DIR}/bin\"")
  # Tests themselves are compiled once and run once: what they test is optimised, they are not.
  if(OPENLINE_SANITIZE)
    target_compile_options(openline_test_libraries INTERFACE -O0)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(openline_test_libraries INTERFACE -fpch-preprocess)  # lets ccache see through the PCH
  endif()

  # GoogleTest and RapidCheck parsed once for every test binary. An executable, because a precompiled header is
  # valid only for the same -fPIE or -fPIC.
  add_executable(openline_test_pch "${CMAKE_CURRENT_LIST_DIR}/test_pch.cc")
  target_link_libraries(openline_test_pch PRIVATE openline_test_libraries openline_warnings)
  target_precompile_headers(openline_test_pch PRIVATE <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h>)
endif()

# SPDX-License-Identifier: Apache-2.0
# The library openline_vectors: the files of tests/vectors/, and the document that some of them stand in, as texts: core's
# tests read no file.
set(vectors_source "${CMAKE_BINARY_DIR}/generated/vectors.cc")
file(GLOB vector_files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/vectors/*.json")
list(APPEND vector_files "${CMAKE_SOURCE_DIR}/docs/protocol.md")
set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${vector_files})
set(VECTOR_TEXTS "")
foreach(file IN LISTS vector_files)
  cmake_path(GET file FILENAME name)
  file(READ "${file}" text)
  string(APPEND VECTOR_TEXTS "      {\"${name}\", R\"vectors(${text})vectors\"},\n")
endforeach()
configure_file("${CMAKE_CURRENT_LIST_DIR}/vectors.cc.in" "${vectors_source}" @ONLY)
add_library(openline_vectors STATIC "${vectors_source}")
target_include_directories(openline_vectors PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(openline_vectors PUBLIC nlohmann_json::nlohmann_json PRIVATE openline_warnings)

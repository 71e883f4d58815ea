# SPDX-License-Identifier: Apache-2.0
# Tests about the tree itself rather than about one folder.
if(OPENLINE_SANITIZE STREQUAL "thread")
  return()
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(layering "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tests/layering_test.py")
add_test(NAME layering.FindsPlantedViolations COMMAND ${layering} --self-test)
add_test(NAME layering.EveryIncludePointsTheRightWay COMMAND ${layering} includes "${CMAKE_SOURCE_DIR}")

get_property(archives GLOBAL PROPERTY OPENLINE_CORE_ARCHIVES)
add_test(NAME layering.CoreNeedsOnlyAllowedSymbols
         COMMAND ${layering} symbols "${CMAKE_SOURCE_DIR}/tests/core-symbols.txt" ${archives})

if(TARGET openlined AND TARGET openline)
  add_test(NAME e2e.OfficersEngineersAndAuditorsUseTheCommandLine
           COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tests/cli_e2e_test.py"
                   --programs "${CMAKE_BINARY_DIR}/bin")
  set_tests_properties(e2e.OfficersEngineersAndAuditorsUseTheCommandLine PROPERTIES TIMEOUT 600)
endif()

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

add_test(NAME documents.NameTestsThatAreThere
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tests/document_names_test.py" "${CMAKE_SOURCE_DIR}" --self-test)

# The models of models/README.md by spin, every property and every planted fault.
add_test(NAME models.HoldAndUseTheCodesConstants COMMAND "${CMAKE_SOURCE_DIR}/models/run" --test)
set_tests_properties(models.HoldAndUseTheCodesConstants PROPERTIES TIMEOUT 900)

add_test(NAME bench.ReportsWhatWasMeasured COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tests/link_report_test.py")
add_test(NAME e2e.HelpersDoWhatTheirDocumentSays
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tests/helpers_test.py")
set_tests_properties(e2e.HelpersDoWhatTheirDocumentSays PROPERTIES TIMEOUT 120)

# A second implementation, from the documents alone (tests/independent/README.md). It needs Debian's modules for
# Python, so it runs by Debian's Python, whichever comes first on the PATH.
find_program(OPENLINE_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT OPENLINE_SYSTEM_PYTHON)
  set(OPENLINE_SYSTEM_PYTHON "${Python3_EXECUTABLE}")
endif()
add_test(NAME independent.AStrangerReadsEveryVectorFromTheDocument
         COMMAND "${OPENLINE_SYSTEM_PYTHON}" "${CMAKE_SOURCE_DIR}/tests/independent/vectors_test.py")
set_tests_properties(independent.AStrangerReadsEveryVectorFromTheDocument PROPERTIES TIMEOUT 120)

function(openline_independent_test name script timeout)
  add_test(NAME e2e.${name}
           COMMAND "${OPENLINE_SYSTEM_PYTHON}" "${CMAKE_SOURCE_DIR}/tests/independent/${script}"
                   --programs "${CMAKE_BINARY_DIR}/bin")
  set_tests_properties(e2e.${name} PROPERTIES TIMEOUT ${timeout})
endfunction()

# Tests of whole stations: real programs, sockets, stores and terminals.
function(openline_station_test name script timeout)
  add_test(NAME e2e.${name}
           COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tests/${script}"
                   --programs "${CMAKE_BINARY_DIR}/bin" ${ARGN})
  set_tests_properties(e2e.${name} PROPERTIES TIMEOUT ${timeout})
endfunction()

# The officers' screen in Chromium, between real stations. One browser at a time: two fight for the cores.
function(openline_browser_test name file timeout)
  add_test(NAME browser.${name}
           COMMAND "${CMAKE_SOURCE_DIR}/tests/browser/run" --programs "${CMAKE_BINARY_DIR}/bin"
                   --kept "${CMAKE_BINARY_DIR}/browser-kept" ${file})
  set_tests_properties(browser.${name} PROPERTIES TIMEOUT ${timeout} RESOURCE_LOCK browser PROCESSORS 2)
endfunction()

if(OPENLINE_CONSOLE)
  # Its packages are there once the daemon is built.
  add_test(NAME console.ItsOwnTestsPass COMMAND npm test WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/console")
  set_tests_properties(console.ItsOwnTestsPass PROPERTIES TIMEOUT 120)
endif()

if(TARGET openlined AND TARGET openline)
  openline_browser_test(AFlashIsReleasedByTwoAndRingsUntilAnOfficerHasIt flash_test.mjs 300)
  openline_browser_test(WhatOneMayDoAloneIsTypedOrRingsAtTheOthers alone_test.mjs 300)
  openline_browser_test(ASecurityKeyIsAskedBesideThePassword security_keys_test.mjs 300)
  openline_browser_test(SoundThatTheBrowserBlocksIsAnAlarmOfItsOwn sound_test.mjs 300)
  openline_browser_test(RequestsAndNoticesGoFromDeskToDesk matters_test.mjs 300)
  openline_browser_test(AFlashGoesOutByKeyboardAlone keyboard_test.mjs 300)
  openline_browser_test(TheWatchPassesBetweenTwoOfficers watch_test.mjs 300)
  openline_browser_test(WhoIsOnWatchIsAskedWhetherTheyAreThere presence_test.mjs 300)
  openline_browser_test(NoScreenHasAViolationByDay access_test.mjs 300)
  set_tests_properties(browser.NoScreenHasAViolationByDay PROPERTIES ENVIRONMENT "OPENLINE_ONLY=by day")
  openline_browser_test(NoScreenHasAViolationByNight access_test.mjs 300)
  set_tests_properties(browser.NoScreenHasAViolationByNight PROPERTIES ENVIRONMENT "OPENLINE_ONLY=by night")
  openline_browser_test(NoScreenHasAViolationInArabic access_test.mjs 300)
  set_tests_properties(browser.NoScreenHasAViolationInArabic PROPERTIES ENVIRONMENT "OPENLINE_ONLY=in Arabic, from")
  openline_browser_test(NothingEssentialIsCutOffAtTwiceTheSize access_test.mjs 300)
  set_tests_properties(browser.NothingEssentialIsCutOffAtTwiceTheSize PROPERTIES ENVIRONMENT "OPENLINE_ONLY=at 200")
  openline_browser_test(NorIsItInArabic access_test.mjs 300)
  set_tests_properties(browser.NorIsItInArabic PROPERTIES ENVIRONMENT "OPENLINE_ONLY=nor is it")
  openline_browser_test(WhatTheOtherSideWritesDoesNothingOnTheScreen hostile_test.mjs 300)
  openline_station_test(OfficersEngineersAndAuditorsUseTheCommandLine cli_e2e_test.py 600)
  openline_station_test(ActsAreOnRecordAtBothEndsWithTheirEvidence acts_e2e_test.py 300)
  openline_station_test(LinesHoldOverCutPathsThirdMembersAndDeniably lines_e2e_test.py 300)
  openline_station_test(ALineNeedsNoNetworkButAModemAndACourier modem_e2e_test.py 300)
  openline_station_test(StatusAndMetricsSayWhatIsOnItsWay status_e2e_test.py 300)
  openline_station_test(TheRecordIsSearchedInAnyScriptAndReadAsItIs reading_e2e_test.py 300)
  openline_station_test(ADeskIsMannedByPeopleAndTwoOfThemReleaseAFlash desk_e2e_test.py 300)
  openline_station_test(TheConsolesDoorOpensToItsOwnPagesOnly console_door_e2e_test.py 300)
  openline_station_test(TheWatchIsKeptByPersonsAndHandedOver watch_e2e_test.py 120)
  openline_station_test(AnEmulatedLinkCarriesEveryMessage link_smoke_test.py 120)
  set_tests_properties(e2e.AnEmulatedLinkCarriesEveryMessage PROPERTIES SKIP_RETURN_CODE 77)
  openline_station_test(ASerialLineThatLosesFramesCarriesAFlashAndItsReceipt radio_smoke_test.py 200)
  openline_station_test(StationsHoldTheirLineWhileNetworksChange moving_stations_test.py 900)
  add_library(openline_power_shim MODULE "${CMAKE_SOURCE_DIR}/tests/power_shim.c")
  target_link_libraries(openline_power_shim PRIVATE ${CMAKE_DL_LIBS})
  target_compile_options(openline_power_shim PRIVATE -fno-sanitize=all)
  target_link_options(openline_power_shim PRIVATE -fno-sanitize=all)
  add_dependencies(openline_tests openline_power_shim)
  openline_station_test(NothingAcknowledgedIsLostToPowerCutsAndDiskErrors power_test.py 600
                        --shim "$<TARGET_FILE:openline_power_shim>" --every 25)
  openline_station_test(NothingAcknowledgedIsLostToKills kill_test.py 600 --entries 300 --kills 30)
  openline_independent_test(AStrangerHoldsASessionWithARealStation session_test.py 300)
  openline_independent_test(AStrangerJudgesFiftyExportsAsTheVerifierDoes exports_test.py 300)
  openline_independent_test(EveryOperationIsForItsRolesAndNoOthers ../desk_roles_e2e_test.py 300)
  openline_independent_test(WhatIsWrongIsRefusedAndChangesNothing ../api_malformed_e2e_test.py 300)
endif()

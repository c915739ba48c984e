# Dear ImGui (docking) with its GLFW and OpenGL 3 backends, FreeType rasteriser and std::string helpers, ImPlot, and
# portable-file-dialogs: the target cameo::imgui. With them, for tests only, cameo::imgui_test_engine.
#
# Own Dear ImGui: -DImGui_ROOT=PREFIX or CMAKE_PREFIX_PATH, with all headers in PREFIX/include and everything compiled
# into PREFIX/lib/libimgui.a (ImPlot there or in libimplot.a); for tests PREFIX/tested with the sources of the test engine
# and those of Dear ImGui that have hooks for it (imgui, imgui_stacklayout, imgui_tables, imgui_widgets).
# Headers and libraries must have been made with the same configuration: scripts/parts/imgui/cameo_imconfig.h is ours.
include(CameoParts)
include(FindPackageHandleStandardArgs)
find_package(OpenGL REQUIRED)
find_package(glfw3 REQUIRED)
find_package(Freetype REQUIRED)

cameo_part_folder(imgui _part
  ImGui_INCLUDE_DIR ImGui_ImPlot_INCLUDE_DIR ImGui_LIBRARY ImGui_TESTED_DIR)
find_path(ImGui_INCLUDE_DIR imgui.h PATH_SUFFIXES imgui HINTS "${_part}/include")
find_path(ImGui_ImPlot_INCLUDE_DIR implot.h HINTS "${ImGui_INCLUDE_DIR}")
find_library(ImGui_LIBRARY NAMES cameo_imgui imgui HINTS "${ImGui_INCLUDE_DIR}/../lib")
find_library(ImGui_ImPlot_LIBRARY NAMES implot HINTS "${ImGui_INCLUDE_DIR}/../lib")
find_path(ImGui_TESTED_DIR imgui_te_engine.cpp PATH_SUFFIXES tested HINTS "${ImGui_INCLUDE_DIR}/..")

set(ImGui_VERSION "")
if(EXISTS "${ImGui_INCLUDE_DIR}/imgui.h")
  file(STRINGS "${ImGui_INCLUDE_DIR}/imgui.h" ImGui_VERSION REGEX "^#define IMGUI_VERSION ")
  string(REGEX REPLACE "^.*\"([0-9.]+).*$" "\\1" ImGui_VERSION "${ImGui_VERSION}")
endif()
find_package_handle_standard_args(ImGui
  REQUIRED_VARS ImGui_LIBRARY ImGui_INCLUDE_DIR ImGui_ImPlot_INCLUDE_DIR
  VERSION_VAR ImGui_VERSION
  REASON_FAILURE_MESSAGE "run ./cameo setup, or name your own with -DImGui_ROOT=PREFIX (docs/setup.md)")

if(ImGui_FOUND AND NOT TARGET cameo::imgui)
  add_library(cameo::imgui UNKNOWN IMPORTED GLOBAL)
  set_target_properties(cameo::imgui PROPERTIES IMPORTED_LOCATION "${ImGui_LIBRARY}")
  target_include_directories(cameo::imgui INTERFACE "${ImGui_INCLUDE_DIR}" "${ImGui_ImPlot_INCLUDE_DIR}")
  if(EXISTS "${ImGui_INCLUDE_DIR}/cameo_imconfig.h")
    target_compile_definitions(cameo::imgui INTERFACE IMGUI_USER_CONFIG="cameo_imconfig.h")
  endif()
  if(ImGui_ImPlot_LIBRARY)
    target_link_libraries(cameo::imgui INTERFACE "${ImGui_ImPlot_LIBRARY}")
  endif()
  target_link_libraries(cameo::imgui INTERFACE glfw OpenGL::GL Freetype::Freetype ${CMAKE_DL_LIBS})

  if(ImGui_TESTED_DIR)
    # Made when a test is. The objects come before any library on the linker's command line, so that nothing is left for
    # it to take from their plain twins in cameo::imgui, which views bring along.
    file(GLOB _sources CONFIGURE_DEPENDS "${ImGui_TESTED_DIR}/*.cpp")
    add_library(cameo_imgui_tested OBJECT EXCLUDE_FROM_ALL ${_sources})
    target_compile_features(cameo_imgui_tested PRIVATE cxx_std_20)
    target_compile_definitions(cameo_imgui_tested PRIVATE
      IMGUI_ENABLE_TEST_ENGINE IMGUI_TEST_ENGINE_ENABLE_COROUTINE_STDTHREAD_IMPL=1)
    target_include_directories(cameo_imgui_tested PRIVATE "${ImGui_INCLUDE_DIR}/imgui_test_engine")
    target_compile_options(cameo_imgui_tested PRIVATE -O1 -UNDEBUG) # a test wants the assertions
    target_link_libraries(cameo_imgui_tested PRIVATE cameo::imgui)

    add_library(cameo::imgui_test_engine INTERFACE IMPORTED GLOBAL)
    target_include_directories(cameo::imgui_test_engine INTERFACE "${ImGui_INCLUDE_DIR}/imgui_test_engine")
    target_compile_definitions(cameo::imgui_test_engine INTERFACE
      IMGUI_ENABLE_TEST_ENGINE IMGUI_TEST_ENGINE_ENABLE_COROUTINE_STDTHREAD_IMPL=1)
    target_sources(cameo::imgui_test_engine INTERFACE
      "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:$<TARGET_OBJECTS:cameo_imgui_tested>>")
    target_link_libraries(cameo::imgui_test_engine INTERFACE cameo::imgui)
  endif()
endif()

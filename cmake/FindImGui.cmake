# Dear ImGui (docking) with its GLFW and OpenGL 3 backends, FreeType rasteriser and std::string helpers, ImPlot, and
# portable-file-dialogs: the target cameo::imgui. With them, for tests only, cameo::imgui_test_engine.
#
# Own Dear ImGui: -DImGui_ROOT=PREFIX or CMAKE_PREFIX_PATH, with all headers in PREFIX/include and everything compiled
# into PREFIX/lib/libimgui.a (ImPlot there or in libimplot.a); for tests PREFIX/lib/imgui_tested.o, one object file
# with all of that and the test engine, hooks on.
# Headers and libraries must have been made with the same configuration: scripts/parts/imgui/cameo_imconfig.h is ours.
include(CameoParts)
include(FindPackageHandleStandardArgs)
find_package(OpenGL REQUIRED)
find_package(glfw3 REQUIRED)
find_package(Freetype REQUIRED)

cameo_part_folder(imgui _part
  ImGui_INCLUDE_DIR ImGui_ImPlot_INCLUDE_DIR ImGui_LIBRARY ImGui_TESTED_OBJECT)
find_path(ImGui_INCLUDE_DIR imgui.h PATH_SUFFIXES imgui HINTS "${_part}/include")
find_path(ImGui_ImPlot_INCLUDE_DIR implot.h HINTS "${ImGui_INCLUDE_DIR}")
find_library(ImGui_LIBRARY NAMES cameo_imgui imgui HINTS "${ImGui_INCLUDE_DIR}/../lib")
find_library(ImGui_ImPlot_LIBRARY NAMES implot HINTS "${ImGui_INCLUDE_DIR}/../lib")
find_file(ImGui_TESTED_OBJECT NAMES cameo_imgui_tested.o imgui_tested.o PATH_SUFFIXES lib
  HINTS "${ImGui_INCLUDE_DIR}/../lib")

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

  if(ImGui_TESTED_OBJECT)
    # The object holds everything that cameo::imgui's library does, with the engine's hooks, and comes before it on
    # the linker's command line: the plain one, which views bring along, is left unused.
    add_library(cameo::imgui_test_engine INTERFACE IMPORTED GLOBAL)
    target_include_directories(cameo::imgui_test_engine INTERFACE "${ImGui_INCLUDE_DIR}/imgui_test_engine")
    target_compile_definitions(cameo::imgui_test_engine INTERFACE
      IMGUI_ENABLE_TEST_ENGINE IMGUI_TEST_ENGINE_ENABLE_COROUTINE_STDTHREAD_IMPL=1)
    target_sources(cameo::imgui_test_engine INTERFACE
      "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${ImGui_TESTED_OBJECT}>")
    target_link_libraries(cameo::imgui_test_engine INTERFACE cameo::imgui)
  endif()
endif()

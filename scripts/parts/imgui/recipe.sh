# Dear ImGui (docking), ImPlot, the test engine and portable-file-dialogs, from the source archive of imgui-bundle:
# current, and tested together. Only the files that we use are compiled, by the CMakeLists.txt beside this file.
version=1.93.0

make_part() {
    fetch source imgui-bundle==1.93.0 imgui_bundle-1.93.0.tar.gz \
        10ad1dab8258a6787b4f07bb926b08d0efc648a7906242568c8dd778c5e719bf
    quietly "unpacking" tar -xzf "$cache/downloads/imgui_bundle-1.93.0.tar.gz" -C "$work" --strip-components=2 \
        imgui_bundle-1.93.0/external/{imgui/imgui,implot/implot,imgui_test_engine/imgui_test_engine} \
        imgui_bundle-1.93.0/external/portable_file_dialogs/portable_file_dialogs
    quietly "configuring" cmake -S "$here/scripts/parts/imgui" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DSOURCES="$work" -DCMAKE_INSTALL_PREFIX="$1"
    quietly "compiling" cmake --build "$work/build" --target install
}

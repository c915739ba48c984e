# LibTorch, from the wheel on the Python package index: C++ headers and libraries, without the Python parts.
# torch_cpu is linked against CUDA's runtime and profiler libraries even where no GPU is, so these two come along.
# Its OpenMP runtime stays out: the compiler's own serves LibTorch, FAISS and us alike, and one is enough.
# The layout torch/ beside nvidia/ is the wheels' own: the libraries find each other by it.
version=2.15.0

make_part() {
    fetch wheel torch==2.15.0 torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl \
        48c2d861134c0b5697c7602cb5ffa68f62a2989fdcd1717e593356f67996ca1e
    fetch wheel nvidia-cuda-runtime==13.2.86 \
        nvidia_cuda_runtime-13.2.86-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl \
        3498247680dfddce31bad102af7e3e26fc795342a3cac64722bb0fa95e7f60f0
    fetch wheel nvidia-cuda-cupti==13.2.86 nvidia_cuda_cupti-13.2.86-py3-none-manylinux_2_25_x86_64.whl \
        8fa29f15dd8336181f961764d9d95236fc6b931dd0c8fcf8cd70aab0c310b586
    quietly "unpacking" unzip -q "$cache/downloads/torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl" \
        'torch/include/*' 'torch/lib/*' 'torch-2.15.0.dist-info/*' -d "$1" \
        -x torch/lib/libtorch_python.so torch/lib/libgomp.so.1 torch/lib/libgfortran.so.5
    quietly "unpacking CUDA's runtime" unzip -q "$cache/downloads/nvidia_cuda_runtime-13.2.86-*.whl" \
        'nvidia/cu13/lib/libcudart.so*' '*.dist-info/*' -d "$1"
    quietly "unpacking CUDA's profiler" unzip -q "$cache/downloads/nvidia_cuda_cupti-13.2.86-*.whl" \
        'nvidia/cu13/lib/libcupti.so*' '*.dist-info/*' -d "$1"
}

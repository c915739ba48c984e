# What libtorch_cuda.so needs beside the driver: the NVIDIA packages that the torch wheel names, in the versions it
# names (the wheels cuda-toolkit 13.2.2 and torch 2.15.0 list them). Fetched only where a driver is found: 2.3 GB.
# LibTorch looks for them beside itself, by its run path, so they are linked into its folder. Headers come along: c10d's part for NCCL
# wants them, with those of CUDA's runtime and compiler; the runtime's library is LibTorch's part already.
version=13.2.2

packages="
nvidia-cublas==13.4.1.3 nvidia_cublas-13.4.1.3-py3-none-manylinux_2_27_x86_64.whl a5917cb642cfb07f4a0231ee16aec7e2e0357d8cb8b1b78a0c9c68dba3e6afc7
nvidia-cuda-runtime==13.2.86 nvidia_cuda_runtime-13.2.86-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl 3498247680dfddce31bad102af7e3e26fc795342a3cac64722bb0fa95e7f60f0
nvidia-cuda-crt==13.2.86 nvidia_cuda_crt-13.2.86-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl e3ab08801bf9b1e6dc979275d25e816bb5000521b648e19c324d5eef0c79f1da
nvidia-cuda-nvrtc==13.2.86 nvidia_cuda_nvrtc-13.2.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl 8111c5130e967b78222ea2124145f8efe9ce201b752b2579a2513100a53be1c5
nvidia-cufft==12.2.0.57 nvidia_cufft-12.2.0.57-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl 34da27fadf3979b0b042c43823f0530be8408b86df31ee0108e1ca0b621d4ef6
nvidia-cufile==1.17.1.22 nvidia_cufile-1.17.1.22-py3-none-manylinux_2_27_x86_64.whl 87feaf8c3ad20d3d03a01933181801ff6892bace5c8f0b1e4b48f319d3e62d36
nvidia-cusolver==12.2.0.11 nvidia_cusolver-12.2.0.11-py3-none-manylinux_2_27_x86_64.whl fab5778f6769947389a1a6abc07e635576825a08c0ffc68c3ae7f1392c794b42
nvidia-cusparse==12.7.10.12 nvidia_cusparse-12.7.10.12-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl 25907c75e4db1581685f06f61cc6cdecc04611765516a52373e0a18ebd69fa00
nvidia-nvjitlink==13.2.86 nvidia_nvjitlink-13.2.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl 285a9cead9924391588d794400bdd7e8f9d1a277a7d78ed79acfa0ea702a14dd
nvidia-cudnn-cu13==9.26.0.51 nvidia_cudnn_cu13-9.26.0.51-py3-none-manylinux_2_27_x86_64.whl 9c976d539786698c71d6bcdbe2053b7485fae062ff7e1215d2f2ff67b1a2149a
nvidia-cusparselt-cu13==0.8.1 nvidia_cusparselt_cu13-0.8.1-py3-none-manylinux2014_x86_64.whl 786ce87568c303fadb5afcc7102d454cd3040d75f6f8626f5db460d1871f4dd0
nvidia-nccl-cu13==2.30.7 nvidia_nccl_cu13-2.30.7-py3-none-manylinux_2_18_x86_64.whl cefa7fdb9710efd0f39c5f1be1d61ff6fc9a996c451265bd7fbdcf9455ed4b50
nvidia-nvshmem-cu13==3.7.2 nvidia_nvshmem_cu13-3.7.2-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl b9a4f843c62b5dded8ad33fd6d220e007dcd39f06cee549292f5ba14ce4c235c
"

make_part() {
    local requirement file sha256
    while read -r requirement file sha256; do
        [[ -n $requirement ]] || continue
        fetch wheel "$requirement" "$file" "$sha256"
        quietly "unpacking ${requirement%%==*}" unzip -q "$cache/downloads/$file" 'nvidia/*' '*.dist-info/*' \
            -x '*.a' '*/libcudart.so*' -d "$1"
    done <<<"$packages"
}

# The mark lies in LibTorch's folder and goes with it, so that a LibTorch made again is linked again.
cuda_mark() { printf '%s/.linked-%s\n' "$(part_folder torch)" "$(basename "$1")"; }
part_is_ready() { [[ -e $(cuda_mark "$1") ]]; }
part_ready() {
    local torch file
    torch=$(part_folder torch)
    (cd "$2" && find nvidia -type f) | while read -r file; do
        mkdir -p "$torch/$(dirname "$file")"
        ln -sfn "$2/$file" "$torch/$file"
    done
    touch "$(cuda_mark "$2")"
}

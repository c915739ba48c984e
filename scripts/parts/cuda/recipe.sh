# What libtorch_cuda.so needs beside the driver: the NVIDIA packages that the torch wheel names. Fetched only where a
# driver is found. LibTorch looks for them beside itself (its RPATH), so they are linked into its folder.
version=13.2.2

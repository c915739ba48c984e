// FAISS is compiled for the processor that it was built on, and an installed program may run on another. Even FAISS's own global objects
// are made with AVX2 there, and the program would end with "Illegal instruction": so this comes before any other of its initialisers.

#include <cstdio>
#include <unistd.h>

namespace {

[[gnu::constructor(101)]] void need_avx2() {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) return;
    std::fputs("cameo: this Cameo was built for processors with AVX2, FMA and F16C, and this one lacks one of them; ./cameo in a clone builds one for it\n", stderr);
    ::_exit(1);
}

} // namespace

#!/bin/sh
# Starts the installed program as ./cameo does in a clone. A machine that also draws a window and runs other programs has no core to spare
# for threads that wait by spinning, and OpenMP reads how to wait when it is loaded: the program itself would come too late.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"
exec "$(dirname "$(readlink -f "$0")")/../libexec/cameo" "$@"

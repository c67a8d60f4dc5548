#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The second machine of two-vms, drawn there.
# shellcheck source=SCRIPTDIR/lib.sh
. /exs/topology/lib.sh

inet "" eth0 10.0.0.2/24

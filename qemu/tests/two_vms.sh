#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A machine with expstack and one without, over a network between processes
# of the host.
# vm: topology=two-vms kernels=stock timeout=300
#
#   expstack eth0 10.0.0.1/24 ==== socket ==== eth0 10.0.0.2/24 AF_INET, another machine
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 5

check "10 MB by HTTP" $X curl -sS -m 60 -o "$T/got" http://10.0.0.2/10M
is "all of it" "$(wc -c < "$T/got")" 10000000
random_file "$T/sent" 1000000
$X python3 - "$T" <<- 'EOF'
	import shutil, socket, sys, threading

	s = socket.create_connection(("10.0.0.2", 7), timeout=60)

	def write():
	    with open(sys.argv[1] + "/sent", "rb") as f:
	        s.sendall(f.read())
	    s.shutdown(socket.SHUT_WR)

	threading.Thread(target=write).start()
	with open(sys.argv[1] + "/echo", "wb") as f:
	    shutil.copyfileobj(s.makefile("rb"), f)
EOF
is "1 MB echoed, its size" "$(wc -c < "$T/echo")" 1000000
is "1 MB echoed" "$(sum "$T/echo")" "$(sum "$T/sent")"
check "iperf3" $X iperf3 -4 -t 2 -c 10.0.0.2

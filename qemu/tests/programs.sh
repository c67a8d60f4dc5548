# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Ordinary programs as tests and the demonstration use them. $T is an empty
# directory.

# start_nginx ADDRESS ROOT [PREFIX...]: serve ROOT on port 80; PREFIX is what
# it is run by (exprun, ip netns exec ...). Its directory is $T/nginx-ADDRESS.
start_nginx()
{
	d=$T/nginx-$1
	mkdir -p "$d"
	cat > "$d/conf" <<-EOF
		user root;
		daemon off;
		worker_processes 1;
		pid $d/pid;
		error_log $d/error.log;
		events { worker_connections 2048; }
		http {
			access_log off;
			sendfile on;
			keepalive_requests 10000;
			client_body_temp_path $d/body;
			client_max_body_size 100m;
			server {
				listen $1:80;
				root $2;
			}
		}
	EOF
	shift 2
	"$@" nginx -e "$d/error.log" -c "$d/conf" > "$d/out" 2>&1 < /dev/null &
}

# iperf_ok FILE: did this JSON report of iperf3's carry data and no error? Says
# the rate in Mbit/s.
iperf_rate()
{
	python3 - "$1" <<-'EOF'
	import json, sys
	r = json.load(open(sys.argv[1]))
	if "error" in r:
	    sys.exit(r["error"])
	end = r["end"]
	s = end.get("sum_received") or end["sum"]
	rate = s["bits_per_second"] / 1e6
	lost = " %.1f%% lost" % s["lost_percent"] if "lost_percent" in s else ""
	if s["bytes"] < 100000:
	    sys.exit("only %d bytes" % s["bytes"])
	print("%.0f Mbit/s%s" % (rate, lost))
	EOF
}

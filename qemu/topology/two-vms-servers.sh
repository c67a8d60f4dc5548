#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the second machine of two-vms serves: echo (TCP and UDP port 7), discard
# (TCP port 9), HTTP (port 80, /10M is 10 MB), iperf3 (port 5201).
set -e
head -c 10000000 /dev/urandom > /var/www/10M
cat > /run/nginx.conf <<-EOF
	daemon on;
	pid /run/nginx.pid;
	events { }
	http { access_log off; server { listen 80; root /var/www; } }
EOF
nginx -c /run/nginx.conf
iperf3 -s -D
socat -b 65536 TCP-LISTEN:9,reuseaddr,fork OPEN:/dev/null &
socat -b 65536 UDP-RECVFROM:7,fork PIPE &
socat -b 65536 TCP-LISTEN:7,reuseaddr,fork PIPE &
wait

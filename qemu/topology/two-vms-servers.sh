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
# socat's own echo stops for good when both its buffers are full.
python3 - <<-'EOF' &
	import shutil, socketserver

	class Echo(socketserver.StreamRequestHandler):
	    def handle(self):
	        shutil.copyfileobj(self.rfile, self.wfile, 65536)

	socketserver.ThreadingTCPServer.allow_reuse_address = True
	socketserver.ThreadingTCPServer(("", 7), Echo).serve_forever()
EOF
wait

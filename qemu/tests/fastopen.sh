#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# TCP Fast Open with AF_INET: as its client and as its server; the cookie is kept.
# vm: topology=pair timeout=90
#
#   expstack eth0 10.0.0.1/24 ---- hub ---- eth1 10.0.0.2/24 AF_INET (netns peer)
. /exs/tests/lib.sh
plan 13

cat > "$T/serve.py" << 'END'
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
s.bind((sys.argv[1], 7411))
s.listen(5)
while True:
    c = s.accept()[0]
    n = 0
    while True:
        b = c.recv(65536)
        if not b:
            break
        n += len(b)
    c.sendall(str(n).encode())
    c.close()
END
cat > "$T/ask.py" << 'END'
import socket, struct, sys
c = socket.socket()
text = b"x" * int(sys.argv[2])
n = c.sendto(text, socket.MSG_FASTOPEN, (sys.argv[1], 7411))
c.sendall(text[n:])
c.shutdown(socket.SHUT_WR)
answer = c.recv(100).decode()
# tcpi_options, TCPI_OPT_SYN_DATA
syn = c.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)[5] >> 5 & 1
print(answer, syn)
END

F4=net/ipv4/tcp_fastopen
[ "$EXS_MODULE" = 1 ] && F4=net/expstack/tcp_fastopen
was=$(cat /proc/sys/$F4)
echo 3 > /proc/sys/$F4
peer sysctl -qw net.ipv4.tcp_fastopen=3

peer python3 "$T/serve.py" 10.0.0.2 &
server=$!
wait_for 10 listening 7411 peer
[ "$EXS_MODULE" = 1 ] && expctl tcp_metrics flush
before=$(counter TCPFastOpenActive netstat)
is "client: the first asks for a cookie" "$($X python3 "$T/ask.py" 10.0.0.2 500)" "500 0"
is "client: the second has text in its SYN" "$($X python3 "$T/ask.py" 10.0.0.2 500)" "500 1"
is "client: and more than a SYN takes" "$($X python3 "$T/ask.py" 10.0.0.2 100000)" "100000 1"
is "client: counted" "$(counter TCPFastOpenActive netstat)" $((before + 2))
peer nstat -az TcpExtTCPFastOpenPassive > "$T/nstat"
is "client: AF_INET took it" "$(awk '/Passive/ { print $2 }' "$T/nstat")" 2
if [ "$EXS_MODULE" = 1 ]; then
	check "client: the cookie is shown" sh -c \
		'expctl tcp_metrics show 10.0.0.2 | grep -Eq " fo_mss 1460 fo_cookie [0-9a-f]{16} "'
	expctl tcp_metrics delete 10.0.0.2
	is "client: forgotten, it is asked for again" \
		"$($X python3 "$T/ask.py" 10.0.0.2 500)" "500 0"
else
	skip "client: the cookie is shown" "expstack's tool"
	skip "client: forgotten, it is asked for again" "expstack's tool"
fi
kill $server

$X python3 "$T/serve.py" 10.0.0.1 &
server=$!
wait_for 20 exs_listening 7411
peer ip tcp_metrics flush > /dev/null 2>&1
before=$(counter TCPFastOpenPassive netstat)
asked=$(counter TCPFastOpenCookieReqd netstat)
is "server: the first asks for a cookie" "$(peer python3 "$T/ask.py" 10.0.0.1 500)" "500 0"
is "server: a request is counted" "$(counter TCPFastOpenCookieReqd netstat)" $((asked + 1))
is "server: the second has text in its SYN" "$(peer python3 "$T/ask.py" 10.0.0.1 500)" "500 1"
is "server: and more than a SYN takes" "$(peer python3 "$T/ask.py" 10.0.0.1 100000)" "100000 1"
is "server: counted" "$(counter TCPFastOpenPassive netstat)" $((before + 2))
# Other keys make other cookies: that of before is refused, and all goes on.
echo 11111111-22222222-33333333-44444444 > /proc/sys/${F4}_key
is "server: another key" "$(peer python3 "$T/ask.py" 10.0.0.1 500)" "500 0"
kill $server
echo "$was" > /proc/sys/$F4

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# MD5 signatures (RFC 2385) with AF_INET at the other end, both ways: the same key,
# a wrong one, none on one side; a key that changes under a connection; much data,
# which no device may segment for us; who may see the keys.
# vm: topology=veth timeout=300
#
#   expstack ve0 10.1.0.1/24 --------- ve1 10.1.0.2/24 AF_INET (netns peer)
# shellcheck disable=SC2086 # $X is nothing where AF_INET stands in
. /exs/tests/lib.sh
plan 28

cat > "$T/md5.py" << 'PY'
import socket, struct, sys
TCP_MD5SIG, TCP_MD5SIG_EXT, PREFIX = 14, 32, 1
SIZE = 3000000
def key(s, peer, secret, prefix=None):
    """secret "" removes the key, "-" sets none"""
    if secret == "-":
        return
    secret = secret.encode()
    addr = struct.pack("=HH4s120x", socket.AF_INET, 0, socket.inet_aton(peer))
    value = addr + struct.pack("=BBHi80s", PREFIX if prefix is not None else 0,
                               prefix or 0, len(secret), 0, secret)
    s.setsockopt(socket.IPPROTO_TCP,
                 TCP_MD5SIG if prefix is None else TCP_MD5SIG_EXT, value)
def text(n):
    return bytes(range(251)) * (n // 251 + 1)
def recvn(s, n):
    data = bytearray()
    while len(data) < n:
        got = s.recv(n - len(data))
        if not got:
            sys.exit("cut off")
        data += got
    return data
what, me, peer, secret = sys.argv[1:5]
s = socket.socket()
s.settimeout(100)
if what == "listen":
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # For the whole net: a child has it for its peer alone.
    key(s, peer.rsplit(".", 1)[0] + ".0", secret, 24)
    s.bind((me, 179))
    s.listen(5)
    while True:
        c, _ = s.accept()
        c.settimeout(100)
        try:
            n, = struct.unpack("!I", recvn(c, 4))
            data = recvn(c, n)
            if data != text(n)[:n]:
                sys.exit("wrong data")
            c.sendall(data)
            # "new key" and, signed by that, the rest
            new = c.recv(10)
            if new == b"new":
                key(c, peer, "another")
                c.sendall(b"done")
                c.recv(1)
        except OSError:
            pass
        c.close()
key(s, peer, secret)
if what == "refused":
    s.settimeout(3)
    try:
        s.connect((peer, 179))
    except socket.timeout:
        print("silence")
    except OSError as e:
        print(e.strerror)
    sys.exit()
s.connect((peer, 179))
n = SIZE if what == "bulk" else 10
s.sendall(struct.pack("!I", n) + text(n)[:n])
if recvn(s, n) != text(n)[:n]:
    sys.exit("wrong data")
if what == "change":
    s.sendall(b"new")
    # The answer is signed by the new key: it arrives once we have it too.
    s.settimeout(1)
    try:
        s.recv(4)
        sys.exit("an answer by a key we do not have")
    except socket.timeout:
        pass
    key(s, peer, "another")
    s.settimeout(100)
    if recvn(s, 4) != b"done":
        sys.exit("no answer")
print("ok")
s.close()
PY
# ours NAME, theirs NAME: a counter of either side
ours()
{
	counter "$1" netstat
}
theirs()
{
	peer nstat -az "TcpExt$1" | awk -v n="TcpExt$1" '$1 == n { print $2 }'
}
not_listening()
{
	! exs_listening 179
}
# nobody COMMAND...: by a user without capabilities
nobody()
{
	python3 -c 'import os, sys
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.execvp(sys.argv[1], sys.argv[1:])' "$@"
}
PEER=10.1.0.2 US=10.1.0.1
# ask out|in WHAT KEY: expstack asks AF_INET, or the other way round
ask()
{
	if [ "$1" = out ]; then
		$X python3 "$T/md5.py" "$2" $US $PEER "$3" 2>&1
	else
		peer python3 "$T/md5.py" "$2" $PEER $US "$3" 2>&1
	fi
}
# silence NAME WAY KEY ours|theirs COUNTER: nothing is heard of a SYN and its
# repetitions, which are counted.
silence()
{
	before=$("$4" "$5")
	is "$1: silence" "$(ask "$2" refused "$3")" silence
	between "$1: it is counted" "$(($("$4" "$5") - before))" 1 20
}

peer python3 "$T/md5.py" listen $PEER $US secret &
theirs=$!
$X python3 "$T/md5.py" listen $US $PEER secret &
ours=$!
check "AF_INET listens" wait_for 20 listening 179 peer
check "expstack listens" wait_for 20 exs_listening 179

wrong="$(theirs TCPMD5Failure) $(ours TCPMD5Failure)"
is "out: a request and its answer" "$(ask out short secret)" ok
is "out: megabytes" "$(ask out bulk secret)" ok
is "in: a request and its answer" "$(ask in short secret)" ok
is "in: megabytes" "$(ask in bulk secret)" ok
is "no signature was wrong" "$(theirs TCPMD5Failure) $(ours TCPMD5Failure)" "$wrong"
is "out: another key on the way" "$(ask out change secret)" ok
is "in: another key on the way" "$(ask in change secret)" ok

silence "in: a wrong key" in wrong ours TCPMD5Failure
silence "in: no key" in - ours TCPMD5NotFound
silence "out: a wrong key" out wrong theirs TCPMD5Failure
silence "out: no key" out - theirs TCPMD5NotFound

# Keys are for the administrator. The listener's is for the net.
ss="expctl ss"
[ "$EXS_MODULE" = 1 ] || ss=ss
check "keys are shown" sh -c "$ss -tlni | grep -q 'md5keys:10.1.0.0/24=secret'"
if [ "$EXS_MODULE" = 1 ]; then
	check "in JSON too" sh -c "expctl -j ss -tlni | grep -q '\"md5keys\":{\"10.1.0.0/24\":\"secret\"}'"
else
	skip "in JSON too" "ss has none"
fi
check "but not to everybody" nobody sh -c "said=\$($ss -tlni) && case \$said in *md5keys*) exit 1 ;; *:179*) ;; *) exit 1 ;; esac"

kill $ours $theirs
wait $ours $theirs 2> /dev/null
check "the listener goes" wait_for 20 not_listening
$X python3 "$T/md5.py" listen $US $PEER - &
ours=$!
check "one without a key" wait_for 20 exs_listening 179
silence "in: an unexpected key" in secret ours TCPMD5Unexpected
is "in: without a key it is as ever" "$(ask in short -)" ok
kill $ours
wait $ours 2> /dev/null
check "it goes too" wait_for 20 not_listening
# A reset that nobody could believe is not sent.
is "nobody listens, no key: a reset" "$(ask in refused -)" "Connection refused"
is "nobody listens, a key: silence" "$(ask in refused secret)" silence

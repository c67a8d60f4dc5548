#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The socket API call by call, AF_EXPSTACK against AF_INET on this kernel.
# vm: topology=pair timeout=240
#
# Both families use 127.0.0.1 of their own.
exec exs-sockapi

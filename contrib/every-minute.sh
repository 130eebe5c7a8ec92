#!/bin/sh
# Crawls what is due, every minute, until it is told to end; a crawl that is on is told, too, and ends in order.
trap 'kill "$!" 2>/dev/null; wait "$!"; exit 0' TERM INT
while :; do
    snapshotter crawl --due "$@" &
    wait "$!"
    sleep 60 &
    wait "$!"
done

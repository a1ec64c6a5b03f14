#!/bin/sh
# /etc/enlighten/health.d/required.d/50-web.sh: a trial is confirmed only where this exits 0.
exec curl --fail --silent --max-time 10 --output /dev/null http://localhost/

#!/bin/sh
# The agent on its own runtime; variables that would change how Node starts are not ours.
unset NODE_OPTIONS NODE_EXTRA_CA_CERTS
exec /usr/lib/enlighten/node /usr/lib/enlighten/enlighten.cjs "$@"

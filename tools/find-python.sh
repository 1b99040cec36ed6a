#!/bin/sh
# Prints the first Python 3.10 to 3.14 among the commands named; if none is, python3, then the newest that is there.
[ $# -gt 0 ] || set -- python3 python3.14 python3.13 python3.12 python3.11 python3.10
for name in "$@"; do
  case $name in
    python3.*) places="$name ${PYENV_ROOT:-$HOME/.pyenv}/versions/*/bin/$name" ;;
    *) places=$name ;;
  esac
  for python in $places; do  # unquoted: a pattern
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    found="$found $python (Python $version)"
    case $version in 3.1[0-4]) echo "$python"; exit ;; esac
  done
done
echo "make: expected a Python from 3.10 to 3.14; looked for: $*; found:${found:- none of them}." \
     "Install one, or name it: PYTHON=/path/to/python3.12" >&2
exit 1

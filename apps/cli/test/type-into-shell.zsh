# type-into-shell.zsh SHELL SETUP KEYS: runs an interactive shell on a terminal of its own, sources SETUP, types KEYS, and prints what came
# until a line that begins with "ran " and ends with " END".
zmodload zsh/zpty || exit 1
zpty inner "$1"
# The echo of what is typed has no 2 behind "ready".
zpty -w inner "source ${(q)2}; echo ready\$((1 + 1))"
zpty -r inner started '*ready2*' || exit 1
zpty -w -n inner "$3"
zpty -r inner shown '*ran * END*' || exit 1
print -r -- "$shown"

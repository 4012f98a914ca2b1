#!/usr/bin/zsh -f
# SPDX-License-Identifier: MIT
# Prints what zsh offers at the end of a command line: complete.zsh FOLDER LINE, where FOLDER has the
# completions, such as _socktrace. Completion needs an editor, and an editor a terminal.
zmodload zsh/zpty
folder=$(mktemp -d)
cat >$folder/.zshrc <<'SHELL'
	fpath=($COMPLETIONS $fpath)
	unsetopt auto_list # it asks before long lists
	autoload -Uz compinit && compinit -u -D
	compadd() {
		# With these it puts them into arrays, and offers nothing.
		[[ ${@[1,(i)(-|--)]} == *-(A|D|O)* ]] && { builtin compadd "$@"; return }
		local -a offered
		builtin compadd -A offered "$@"
		(( $#offered == 0 )) || print -rl -- $offered >>$OFFERED
		builtin compadd "$@"
	}
	zle-line-init() {
		BUFFER=$LINE CURSOR=$#LINE
		zle complete-word
		exit
	}
	zle -N zle-line-init
SHELL
>$folder/offered
export ZDOTDIR=$folder OFFERED=$folder/offered COMPLETIONS=$1 LINE=$2 TERM=vt100
zpty shell zsh -d -i
while zpty -r shell; do :; done >/dev/null
cat $folder/offered
rm -r $folder

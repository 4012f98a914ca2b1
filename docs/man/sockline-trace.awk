# SPDX-License-Identifier: MIT
# Makes sockline-trace(5) of docs/trace-format.md, so that the format is described once. It knows the
# Markdown that stands there, and ends with status 1 at any other.

function flush_paragraph() {
	if (paragraph == "")
		return
	if (needs_space)
		print ".Pp"
	print_text(paragraph)
	paragraph = ""
	needs_space = 1
}

function end_block() {
	flush_paragraph()
	if (block != "")
		print block == "code" ? ".Ed" : ".El"
	block = ""
}

# Lists and literal blocks have an empty line before them already.
function begin_block(kind, macro) {
	if (block == kind)
		return
	end_block()
	print macro
	block = kind
	needs_space = 1
}

# Each sentence stands on a line of its own, and no line looks like a request.
function print_text(text) {
	text = inline(text)
	while (match(text, /[.?!]\)?(\\fP)? +/)) {
		print_line(substr(text, 1, RSTART + RLENGTH - 1))
		text = substr(text, RSTART + RLENGTH)
	}
	print_line(text)
}

function print_line(line) {
	sub(/ +$/, "", line)
	print (line ~ /^[.']/ ? "\\&" : "") line
}

# `code`, **bold** and [links](target), of which one leads to a file that is installed.
function inline(text, result, parts, count, i) {
	gsub(/\\/, "\\e", text)
	gsub(/…/, "...", text)
	gsub(/\[trace\.schema\.json\]\([^)]*\)/, "\\fI" schema "\\fP", text)
	while (match(text, /\[[^]]*\]\([^)]*\)/)) {
		i = index(substr(text, RSTART), "]")
		text = substr(text, 1, RSTART - 1) substr(text, RSTART + 1, i - 2) \
			substr(text, RSTART + RLENGTH)
	}
	while (match(text, /\*\*[^*]*\*\*/))
		text = substr(text, 1, RSTART - 1) "\\fB" substr(text, RSTART + 2, RLENGTH - 4) \
			"\\fP" substr(text, RSTART + RLENGTH)
	count = split(text, parts, "`")
	for (i = 1; i <= count; i++) {
		if (i % 2 == 0)
			gsub(/-/, "\\-", parts[i])
		result = result (i % 2 ? parts[i] : "\\fB" parts[i] "\\fP")
	}
	if (count % 2 == 0)
		fail("an odd number of backquotes")
	return result
}

function fail(reason) {
	print FILENAME ":" FNR ": " reason > "/dev/stderr"
	failed = 1
	exit 1
}

BEGIN {
	schema = "/usr/local/share/sockline/trace.schema.json"
	print ".\\\" SPDX-License-Identifier: MIT"
	print ".\\\" Made of docs/trace-format.md."
	print ".Dd November 28, 2026"
	print ".Dt SOCKLINE-TRACE 5"
	print ".Os"
	print ".Sh NAME"
	print ".Nm sockline-trace"
	print ".Nd the trace that socktrace writes and sockview reads"
	print ".Sh DESCRIPTION"
}

/^<!--.*-->$/ || /^# / || /^\|--/ { next }

/^## / {
	end_block()
	print ".Ss " inline(substr($0, 4))
	needs_space = 0
	next
}

/^    / && paragraph == "" {
	begin_block("code", ".Bd -literal -offset indent")
	line = substr($0, 5)
	gsub(/\\/, "\\e", line)
	gsub(/…/, "...", line)
	print_line(line)
	next
}

/^- / {
	if (block != "list")
		begin_block("list", ".Bl -bullet")
	else
		print_text(paragraph)
	print ".It"
	paragraph = substr($0, 3)
	next
}

/^  / && block == "list" {
	paragraph = paragraph " " substr($0, 3)
	next
}

/^\|/ {
	if (split($0, cells, / *\| */) != 4)
		fail("a row of a table has two cells")
	if (block != "table") { # the first row names the columns
		begin_block("table", ".Bl -tag -width Ds")
		next
	}
	print ".It " inline(cells[2])
	print_text(cells[3])
	next
}

/^$/ {
	if (block == "list") {
		print_text(paragraph)
		paragraph = ""
	}
	end_block()
	next
}

/^[A-Za-z`*"]/ {
	if (block != "")
		fail("a blank line stands behind each block")
	paragraph = paragraph (paragraph == "" ? "" : " ") $0
	next
}

{ fail("no Markdown that is known here: " $0) }

END {
	if (failed)
		exit 1
	end_block()
	print ".Sh FILES"
	print ".Bl -tag -width Ds"
	print ".It Pa " schema
	print "The JSON schema of a line."
	print ".El"
	print ".Sh SEE ALSO"
	print ".Xr jq 1 ,"
	print ".Xr socktrace 1 ,"
	print ".Xr sockview 1"
}

# Completion for bash: commands, the options of each, the keys of --set. All of it is asked of the program itself, so
# that nothing here can be older than the program.

_hallcall_words() {
    COMPREPLY=($(compgen -W "$1" -- "$2"))
}

# Keys as --set takes them: section.key= of the example file. Sections with an id of their own (a counter, a voice) have
# a blank in their name and are left out.
_hallcall_keys() {
    "$1" config --example 2>/dev/null | sed -nE \
        -e '/^#?\[[a-z]+\]$/{s/^#?\[(.*)\]$/\1/;h;d}' \
        -e '/^#?\[/{s/.*//;h;d}' \
        -e '/^#?[a-z_]+ = /{s/^#?([a-z_]+) = .*/\1=/;G;s/(.*)\n(.+)/\2.\1/p}'
}

# Every option that a command's help names, and those of every command.
_hallcall_options() {
    { "$1" "$2" --help 2>/dev/null | grep -oE -e '--[a-z]+'; printf '%s\n' --config --set --help; } | sort -u
}

_hallcall() {
    local program=$1 word=$2 before=$3 command=${COMP_WORDS[1]:-}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _hallcall_words "$("$program" --help 2>/dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p') --help --version" "$word"
        return
    fi
    case $before in
        --config | --file | --output | --trace)
            compopt -o default 2>/dev/null
            return ;;
        --set)
            compopt -o nospace 2>/dev/null
            _hallcall_words "$(_hallcall_keys "$program")" "$word"
            return ;;
        --from | --to)
            compopt -o dirnames 2>/dev/null
            return ;;
        --secrets)
            _hallcall_words "auto move keep" "$word"
            return ;;
        --format)
            _hallcall_words "table csv json" "$word"
            return ;;
        --chime)
            _hallcall_words "none call brief notice urgent" "$word"
            return ;;
    esac
    if [ "$command" = volume ] && [ "$COMP_CWORD" -eq 2 ]; then
        _hallcall_words "reset --config --set --help" "$word"
    elif [ "${word:0:1}" = - ]; then
        _hallcall_words "$(_hallcall_options "$program" "$command")" "$word"
    elif [ "$command" = render ] || [ "$before" = = ]; then
        compopt -o default 2>/dev/null
    fi
}

complete -F _hallcall hallcall

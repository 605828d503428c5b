"""The completion script for bash 4 and later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.cli.completions.words import Entry, Source, Value, valued

_HEAD = r"""# Completion for safesql in bash 4 and later. Made by: python -m safesql.cli.completions

_safesql_profiles() {
    command safesql config names "${config[@]}" 2>/dev/null </dev/null
}

_safesql_rules() {
    command safesql rules --names 2>/dev/null </dev/null
}

# Offer those words of standard input that go on from $word, behind $1, quoted as bash must read them. Not compgen -W:
# it would run what a name contains.
_safesql_offer() {
    local candidate
    while IFS= read -r candidate; do
        [[ $candidate == "$word"* ]] || continue
        printf -v candidate %q "$candidate"
        candidate=$prefix$1$candidate
        COMPREPLY+=("${candidate:${#before}}")
    done
}

# Readline's own completion of file names knows all kinds of quoting.
_safesql_files() {
    compopt -o default 2>/dev/null
}

_safesql_target() {
    _safesql_offer '' < <(_safesql_profiles)
    if (( ${#COMPREPLY[@]} )); then         # readline completes files only when nothing else was found
        _safesql_offer '' < <(compgen -f -- "$word" | while IFS= read -r file; do
            if [[ -d $file ]]; then printf '%s/\n' "$file"; else printf '%s\n' "$file"; fi
        done)
    else
        _safesql_files
    fi
}

# Several rules with commas between them: what stands before the last comma stays.
_safesql_rule_list() {
    local whole=$word
    word=${whole##*,}
    _safesql_offer "${whole%"$word"}" < <(_safesql_rules)
    compopt -o nospace 2>/dev/null
}

# Put the words together that bash cuts at = : and @; $before is what readline will not replace of the current one.
_safesql_read_line() {
    local rest=${COMP_LINE:0:COMP_POINT} piece gap at
    last=-1
    for (( at = 0; at <= COMP_CWORD; at++ )); do
        gap=${rest%%[![:space:]]*}
        rest=${rest#"$gap"}
        piece=${COMP_WORDS[at]}
        (( at == COMP_CWORD )) && piece=$rest
        before=''
        if (( last < 0 )) || [[ $gap ]]; then
            (( ++last ))
        else
            before=${words[last]}
        fi
        words[last]=${words[last]}$piece
        rest=${rest#"$piece"}
    done
    [[ $piece && $piece != *[!"$COMP_WORDBREAKS"]* && $piece != *[\"\']* ]] && before=${words[last]}
    before=${before%@}                      # bash cuts at @, and readline takes it for a part of the word
    word=${words[last]} previous=${words[last-1]}
    if [[ $word == --*=* ]]; then
        previous=${word%%=*} prefix=${word%%=*}= word=${word#*=}
    fi
    word=${word#[\"\']}
}

# Which command it is, how many other words came before, and the configuration that the line asks for.
_safesql_read_words() {
    local at
    for (( at = 1; at < last; at++ )); do
        case "$command ${words[at]}" in
            {paths})
                if (( at == depth + 1 )); then
                    command+=" ${words[at]}" depth=$at
                    continue
                fi ;;
        esac
        case ${words[at]} in
            --config=*) _safesql_config "${words[at]#*=}" ;;
            --config) (( at + 1 < last )) && _safesql_config "${words[at+1]}"; (( ++at )) ;;
            --no-config) config=(--no-config) ;;
            {valued}) (( ++at )) ;;
            -?*) ;;
            *) (( ++given )) ;;
        esac
    done
}

_safesql_config() {
    local path=${1//[\\\"\']/}
    config=(--config "${path/#\~\//$HOME/}")
}

_safesql() {
    local word previous prefix='' before='' command='' depth=0 given=0 last
    local -a words=() config=()
    COMPREPLY=()
    _safesql_read_line
    _safesql_read_words
    case "$command $previous" in
"""

_MIDDLE = r"""    esac
    case "$command" in
"""

_TAIL = r"""    esac
}

complete -F _safesql safesql
"""


def script(entries: Sequence[Entry]) -> str:
    """The whole file."""
    paths = " | ".join(f'"{_key(entry)}"' for entry in entries if entry.path)
    head = _HEAD.replace("{paths}", paths).replace("{valued}", " | ".join(valued(entries)))
    values = "".join(line for entry in entries for line in _values(entry))
    words = "".join(line for entry in entries for line in _words(entry))
    return head + values + _MIDDLE + words + _TAIL


def _values(entry: Entry) -> Iterator[str]:
    """The branches for words behind an option that takes a value."""
    for option in entry.options:
        if option.value is not None:
            names = " | ".join(f'"{_key(entry)} {name}"' for name in option.names)
            yield f"        {names}) {_offered(option.value)}; return ;;\n"


def _words(entry: Entry) -> Iterator[str]:
    """The branch for an option or an argument of a command."""
    names = [name for option in entry.options for name in option.names]
    yield f'        "{_key(entry)}")\n'
    yield f"            if [[ $word == -* ]]; then\n                {_listed(names)}\n"
    if entry.argument and entry.several:
        yield f"            else\n                {_offered(entry.argument)}\n"
    elif entry.argument or entry.commands:
        yield "            elif (( given == 0 )); then\n"
        if entry.commands:
            listed = _listed([name for name, _ in entry.commands])
            yield f"                (( last == {len(entry.path) + 1} )) && {listed}\n"
        if entry.argument:
            yield f"                {_offered(entry.argument)}\n"
    yield "            fi ;;\n"


def _offered(value: Value) -> str:
    """The command that offers words for a value."""
    match value.source:
        case Source.NOTHING:
            return ":"
        case Source.CHOICES:
            return _listed(value.choices)
        case Source.FILE:
            return "_safesql_files"
        case Source.PROFILE:
            return "_safesql_offer '' < <(_safesql_profiles)"
        case Source.TARGET:
            return "_safesql_target"
        case Source.RULE:
            return "_safesql_offer '' < <(_safesql_rules)"
        case Source.RULES:
            return "_safesql_rule_list"


def _listed(words: Sequence[str]) -> str:
    """Offer words that are known now."""
    return f"_safesql_offer '' < <(printf '%s\\n' {' '.join(words)})"


def _key(entry: Entry) -> str:
    """The path of a command as the script collects it."""
    return "".join(f" {word}" for word in entry.path)

"""The completion script for bash 4 and later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.cli.completions.words import Entry, Source, Value, rule_names

_HEAD = r"""# Completion for safesql in bash. Made by: python -m safesql.cli.completions completions

_safesql_profiles() {
    safesql config show 2>/dev/null | sed -n 's/^profiles\.\([A-Za-z0-9_-]*\)\..*/\1/p' | sort -u
}

# Offer those of the words on standard input that begin like the current one. Not compgen -W: it would run what a
# name contains.
_safesql_offer() {
    local candidate
    while IFS= read -r candidate; do
        [[ $candidate == "$2"* ]] && COMPREPLY+=("$1$candidate")
    done
}

_safesql_files() {
    local path
    compopt -o filenames 2>/dev/null
    while IFS= read -r path; do
        COMPREPLY+=("$path")
    done < <(compgen -f -- "$1")
}

_safesql_rules() {
    printf '%s\n' {rules}
}

_safesql() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' at=1 last
    COMPREPLY=()
    if [[ $word == = ]]; then               # --option=value comes as three words
        word=''
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD-2]}
    fi
    while (( at < COMP_CWORD )); do
        case "$command ${COMP_WORDS[at]}" in
            {paths}) command+=" ${COMP_WORDS[at]}" ;;
            *) break ;;
        esac
        (( at++ ))
    done
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
    paths = " | ".join(f'" {" ".join(entry.path)}"' for entry in entries if entry.path)
    head = _HEAD.replace("{rules}", " ".join(rule_names())).replace("{paths}", paths)
    values = "".join(line for entry in entries for line in _values(entry))
    words = "".join(line for entry in entries for line in _words(entry))
    return head + values + _MIDDLE + words + _TAIL


def _values(entry: Entry) -> Iterator[str]:
    """The branches for words behind an option that takes a value."""
    for option in entry.options:
        if option.value is not None:
            names = " | ".join(f'"{_key(entry)} {name}"' for name in option.names)
            yield f"        {names}) {_offered(option.value)} return ;;\n"


def _words(entry: Entry) -> Iterator[str]:
    """The branch for an option or an argument of a command."""
    names = [name for option in entry.options for name in option.names]
    yield f'        "{_key(entry)}")\n'
    yield f"            if [[ $word == -* ]]; then\n                {_listed(names)}\n"
    if entry.commands or entry.argument:
        yield "            else\n"
    if entry.commands:
        listed = _listed([name for name, _ in entry.commands])
        yield f"                (( COMP_CWORD == {len(entry.path) + 1} )) && {listed}\n"
    if entry.argument:
        yield f"                {_offered(entry.argument)}\n"
    yield "            fi ;;\n"


def _offered(value: Value) -> str:
    """The commands that offer words for a value."""
    match value.source:
        case Source.NOTHING:
            return ":;"
        case Source.CHOICES:
            return _listed(value.choices) + ";"
        case Source.FILE:
            return '_safesql_files "$word";'
        case Source.PROFILE:
            return '_safesql_offer "" "$word" < <(_safesql_profiles);'
        case Source.TARGET:
            return '_safesql_offer "" "$word" < <(_safesql_profiles); _safesql_files "$word";'
        case Source.RULE:
            return '_safesql_offer "" "$word" < <(_safesql_rules);'
        case Source.RULES:
            return (
                'last=${word##*,}; _safesql_offer "${word%"$last"}" "$last" < <(_safesql_rules); '
                "compopt -o nospace 2>/dev/null;"
            )


def _listed(words: Sequence[str]) -> str:
    """Offer words that are known now."""
    return f"_safesql_offer \"\" \"$word\" < <(printf '%s\\n' {' '.join(words)})"


def _key(entry: Entry) -> str:
    """The path of a command as the script collects it."""
    return "".join(f" {word}" for word in entry.path)



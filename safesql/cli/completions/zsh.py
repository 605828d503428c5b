"""The completion script for zsh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.cli.completions.words import Entry, Option, Source, Value

_HEAD = r"""#compdef safesql
# Completion for safesql in zsh. Made by: python -m safesql.cli.completions

# With the configuration that the line itself asks for.
_safesql-profiles() {
    local -a profiles config
    local at
    for (( at = 2; at < CURRENT; at++ )); do
        case $words[at] in
            --config) config=(--config "${${(Q)words[at+1]}/#\~\//$HOME/}") ;;
            --config=*) config=(--config "${${(Q)words[at]#--config=}/#\~\//$HOME/}") ;;
            --no-config) config=(--no-config) ;;
        esac
    done
    profiles=("${(@f)$(command safesql config names "${config[@]}" 2>/dev/null </dev/null)}")
    [[ -n $profiles[1] ]] && compadd "$@" -a profiles
}

_safesql-rule() {
    local -a rules
    rules=("${(@f)$(command safesql rules --names 2>/dev/null </dev/null)}")
    [[ -n $rules[1] ]] && compadd "$@" -a rules
}

_safesql-target() {
    _alternative 'profiles:profile:_safesql-profiles' 'files:SQLite file:_files'
}
"""

_TAIL = """
if [[ $funcstack[1] == _safesql ]]; then
    _safesql "$@"
else                                        # read with source
    compdef _safesql safesql
fi
"""

_ACTIONS = {
    Source.NOTHING: " ",
    Source.FILE: "_files",
    Source.PROFILE: "_safesql-profiles",
    Source.RULE: "_safesql-rule",
    Source.RULES: "_sequence _safesql-rule",
    Source.TARGET: "_safesql-target",
}


def script(entries: Sequence[Entry]) -> str:
    """The whole file: a function for each command."""
    return _HEAD + "".join(_function(entry) for entry in reversed(entries)) + _TAIL


def _function(entry: Entry) -> str:
    """One command; a first word that names a subcommand hands over to its function."""
    lines = list(_dispatch(entry))
    specs = [spec for option in entry.options for spec in _option(option)]
    if entry.commands:
        specs.append(f"'1:command:{_name(entry)}_first'")
    elif entry.argument:
        specs.append(f"'{'*' if entry.several else '1'}:{entry.argument.name}:{_action(entry.argument)}'")
    lines.append("    _arguments -s -S \\\n" + " \\\n".join(f"        {spec}" for spec in specs))
    return f"\n{_name(entry)}() {{\n" + "\n".join(lines) + "\n}\n"


def _dispatch(entry: Entry) -> Iterator[str]:
    """For a command with subcommands: the choice among them, and what its first word may be."""
    if not entry.commands:
        return
    yield "    if (( CURRENT > 2 )); then"
    yield "        case $words[2] in"
    names = " | ".join(name for name, _ in entry.commands)
    yield f"            {names}) shift words; (( CURRENT-- )); {_name(entry)}_$words[1]; return ;;"
    yield "        esac"
    yield "    fi"
    described = " ".join(f"'{name}:{_plain(about)}'" for name, about in entry.commands)
    other = f"; {_action(entry.argument)}" if entry.argument else ""
    yield f"    {_name(entry)}_first() {{"
    yield f"        local -a commands=({described})"
    yield f"        (( CURRENT == 2 )) && _describe command commands{other}"
    yield "    }"


def _option(option: Option) -> Iterator[str]:
    """An option as ``_arguments`` specifies it."""
    value = "" if option.value is None else f":{option.value.name or 'value'}:{_action(option.value)}"
    about = f"[{_plain(option.about)}]" if option.about else ""
    others = "*" if option.repeatable else f"({' '.join(option.names)})"
    for name in option.names:
        equals = "=" if value and name.startswith("--") else ""
        yield f"'{others}{name}{equals}{about}{value}'"


def _action(value: Value) -> str:
    """What completes a value."""
    return f"({' '.join(value.choices)})" if value.source is Source.CHOICES else _ACTIONS[value.source]


def _name(entry: Entry) -> str:
    """The function of a command; those that give words have a hyphen, so that no subcommand can take their name."""
    return "_".join(("_safesql", *entry.path))


def _plain(text: str) -> str:
    """A description inside of single quotes, brackets and colons."""
    quoted = text.replace("\\", "\\\\").replace("'", "'\\''")
    return quoted.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")

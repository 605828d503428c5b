"""The completion script for fish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.cli.completions.words import Entry, Option, Source, Value, valued

_HEAD = r"""# Completion for safesql in fish. Made by: python -m safesql.cli.completions

# With the configuration that the line itself asks for.
function __safesql_profiles
    set -l words (commandline -opc)
    set -l config
    for at in (seq (count $words))
        switch $words[$at]
            case --config
                set -l next (math $at + 1)
                set config --config "$words[$next]"
            case '--config=*'
                set config --config (string replace -- --config= '' $words[$at])
            case --no-config
                set config --no-config
        end
    end
    command safesql config names (string replace -r -- '^~/' "$HOME/" $config) 2>/dev/null </dev/null
end

function __safesql_rules
    command safesql rules --names 2>/dev/null </dev/null
end

# Several rules with commas between them: what stands before the last comma stays.
function __safesql_rule_list
    set -l before (commandline -ct | string replace -r '^--allow=' '' | string match -r '.*,')
    for rule in (__safesql_rules)
        echo "$before$rule"
    end
end

# Whether the words so far name exactly this command and, with a number, no more other words than that.
function __safesql_at
    set -l command
    set -l given 0
    set -l behind no
    set -l value no
    for word in (commandline -opc)[2..-1]
        if test $value = yes
            set value no
            continue
        end
        if test $behind = no
            switch "$command $word"
                case {paths}
                    set command "$command $word"
                    continue
            end
            set behind yes
        end
        switch $word
            case {valued}
                set value yes
            case '-'
                set given (math $given + 1)
            case '-*'
            case '*'
                set given (math $given + 1)
        end
    end
    test "$command" = "$argv[1]"
    and begin
        test (count $argv) -eq 1
        or test $given -le $argv[2]
    end
end

# The same, with nothing behind it.
function __safesql_first
    __safesql_at "$argv[1]"
    and test (count (commandline -opc)) -eq (count (string split ' ' -- "safesql$argv[1]"))
end

complete -c safesql -f
"""

_WORDS = {
    Source.PROFILE: "(__safesql_profiles)",
    Source.RULE: "(__safesql_rules)",
    Source.RULES: "(__safesql_rule_list)",
    Source.TARGET: "(__safesql_profiles)",
}


def script(entries: Sequence[Entry]) -> str:
    """The whole file."""
    paths = " ".join(f"' {' '.join(entry.path)}'" for entry in entries if entry.path)
    head = _HEAD.replace("{paths}", paths).replace("{valued}", " ".join(valued(entries)))
    return head + "".join(f"{line}\n" for entry in entries for line in _entry(entry))


def _entry(entry: Entry) -> Iterator[str]:
    """All about one command."""
    key = "".join(f" {word}" for word in entry.path)
    yield ""
    for name, about in entry.commands:
        yield f"complete -c safesql -n '__safesql_first \"{key}\"' -a {name} -d '{_plain(about)}'"
    at = f"complete -c safesql -n '__safesql_at \"{key}\"'"
    for option in entry.options:
        yield at + _option(option)
    if entry.argument is not None:
        only = "" if entry.several else " 0"
        yield f"complete -c safesql -n '__safesql_at \"{key}\"{only}'" + _value(entry.argument)


def _option(option: Option) -> str:
    """Spellings, value and description."""
    spelled = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in option.names)
    value = "" if option.value is None else f" -r{_value(option.value)}"
    about = f" -d '{_plain(option.about)}'" if option.about else ""
    return f"{spelled}{value}{about}"


def _value(value: Value) -> str:
    """Words or files for a value."""
    match value.source:
        case Source.NOTHING:
            return " -f"
        case Source.CHOICES:
            return f" -f -a '{' '.join(value.choices)}'"
        case Source.FILE:
            return " -F"
        case Source.TARGET:
            return f" -F -a '{_WORDS[value.source]}'"
        case Source.PROFILE | Source.RULE | Source.RULES:
            return f" -f -a '{_WORDS[value.source]}'"


def _plain(text: str) -> str:
    """A description inside of single quotes."""
    return text.replace("\\", "\\\\").replace("'", "\\'")

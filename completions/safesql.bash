# Completion for safesql in bash 4 and later. Made by: python -m safesql.cli.completions

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
            " check" | " rules" | " events" | " plan" | " approve" | " apply" | " undo" | " config" | " config show" | " config explain" | " config check" | " config test" | " config trust" | " config distrust" | " config init" | " config import" | " config schema" | " demo")
                if (( at == depth + 1 )); then
                    command+=" ${words[at]}" depth=$at
                    continue
                fi ;;
        esac
        case ${words[at]} in
            --config=*) _safesql_config "${words[at]#*=}" ;;
            --config) (( at + 1 < last )) && _safesql_config "${words[at+1]}"; (( ++at )) ;;
            --no-config) config=(--no-config) ;;
            -p | --profile | -f | --file | -c | --command | --stage | --on-error | --last-done | --allow | --reason | --expect-rows | --environment | --format | -o | --output | --events | --config | --dialect | --target | --expires | --tolerance | --identity | --key) (( ++at )) ;;
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
        " -p" | " --profile") _safesql_offer '' < <(_safesql_profiles); return ;;
        " -f" | " --file") _safesql_files; return ;;
        " -c" | " --command") :; return ;;
        " --stage") _safesql_files; return ;;
        " --on-error") _safesql_offer '' < <(printf '%s\n' stop continue); return ;;
        " --last-done") :; return ;;
        " --allow") _safesql_rule_list; return ;;
        " --reason") :; return ;;
        " --expect-rows") :; return ;;
        " --environment") _safesql_offer '' < <(printf '%s\n' development staging production); return ;;
        " --format") _safesql_offer '' < <(printf '%s\n' table vertical csv tsv json jsonl markdown html insert); return ;;
        " -o" | " --output") _safesql_files; return ;;
        " --events") _safesql_files; return ;;
        " --config") _safesql_files; return ;;
        " check --dialect") _safesql_offer '' < <(printf '%s\n' postgres mysql mariadb sqlite); return ;;
        " check --environment") _safesql_offer '' < <(printf '%s\n' development staging production); return ;;
        " check -p" | " check --profile") _safesql_offer '' < <(_safesql_profiles); return ;;
        " check --format") _safesql_offer '' < <(printf '%s\n' text json sarif github); return ;;
        " check --config") _safesql_files; return ;;
        " plan -p" | " plan --profile") _safesql_offer '' < <(_safesql_profiles); return ;;
        " plan --target") _safesql_target; return ;;
        " plan -o" | " plan --output") _safesql_files; return ;;
        " plan --expires") :; return ;;
        " plan --tolerance") :; return ;;
        " plan --identity") :; return ;;
        " plan --config") _safesql_files; return ;;
        " approve --key") :; return ;;
        " approve --identity") :; return ;;
        " approve --config") _safesql_files; return ;;
        " apply -p" | " apply --profile") _safesql_offer '' < <(_safesql_profiles); return ;;
        " apply --format") :; return ;;
        " apply -o" | " apply --output") _safesql_files; return ;;
        " apply --last-done") :; return ;;
        " apply --events") _safesql_files; return ;;
        " apply --config") _safesql_files; return ;;
        " undo -p" | " undo --profile") _safesql_offer '' < <(_safesql_profiles); return ;;
        " undo --stage") :; return ;;
        " undo --allow") _safesql_rule_list; return ;;
        " undo --reason") :; return ;;
        " undo --config") _safesql_files; return ;;
        " config show --config") _safesql_files; return ;;
        " config explain --config") _safesql_files; return ;;
        " config check --format") _safesql_offer '' < <(printf '%s\n' text json); return ;;
        " config check --config") _safesql_files; return ;;
        " config test --config") _safesql_files; return ;;
        " config init --config") _safesql_files; return ;;
        " config import --file") _safesql_files; return ;;
        " config import --config") _safesql_files; return ;;
        " demo -p" | " demo --profile") _safesql_offer '' < <(_safesql_profiles); return ;;
        " demo -f" | " demo --file") _safesql_files; return ;;
        " demo -c" | " demo --command") :; return ;;
        " demo --stage") _safesql_files; return ;;
        " demo --on-error") _safesql_offer '' < <(printf '%s\n' stop continue); return ;;
        " demo --last-done") :; return ;;
        " demo --allow") _safesql_rule_list; return ;;
        " demo --reason") :; return ;;
        " demo --expect-rows") :; return ;;
        " demo --environment") _safesql_offer '' < <(printf '%s\n' development staging production); return ;;
        " demo --format") _safesql_offer '' < <(printf '%s\n' table vertical csv tsv json jsonl markdown html insert); return ;;
        " demo -o" | " demo --output") _safesql_files; return ;;
        " demo --events") _safesql_files; return ;;
        " demo --config") _safesql_files; return ;;
    esac
    case "$command" in
        "")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' -p --profile -f --file -c --command --stage --dry-run -1 --single-transaction --on-error --resume --last-done --allow --reason --expect-rows --environment --format -o --output --events --vi --emacs --pager --no-pager --color --no-color --progress --no-progress --config --no-config --plain --tour --version --help -h)
            elif (( given == 0 )); then
                (( last == 1 )) && _safesql_offer '' < <(printf '%s\n' check rules events plan approve apply undo config demo)
                _safesql_target
            fi ;;
        " check")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --dialect --environment -p --profile --format --segments --config --no-config --help -h)
            else
                _safesql_files
            fi ;;
        " rules")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --help -h)
            elif (( given == 0 )); then
                _safesql_offer '' < <(_safesql_rules)
            fi ;;
        " events")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --schema --help -h)
            fi ;;
        " plan")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' -p --profile --target -o --output --expires --tolerance -1 --single-transaction --trial --identity --config --no-config --help -h)
            else
                _safesql_files
            fi ;;
        " approve")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --key --identity --check --config --no-config --help -h)
            elif (( given == 0 )); then
                :
            fi ;;
        " apply")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' -p --profile --format -o --output --resume --last-done --events --config --no-config --help -h)
            elif (( given == 0 )); then
                :
            fi ;;
        " undo")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' -p --profile --list --stage --allow --reason --config --no-config --help -h)
            else
                :
            fi ;;
        " config")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --help -h)
            elif (( given == 0 )); then
                (( last == 2 )) && _safesql_offer '' < <(printf '%s\n' show explain check test trust distrust init import schema)
            fi ;;
        " config show")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --origin --config --no-config --help -h)
            elif (( given == 0 )); then
                _safesql_offer '' < <(_safesql_profiles)
            fi ;;
        " config explain")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --config --no-config --help -h)
            elif (( given == 0 )); then
                :
            fi ;;
        " config check")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --format --config --no-config --help -h)
            fi ;;
        " config test")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --config --no-config --help -h)
            fi ;;
        " config trust")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --help -h)
            elif (( given == 0 )); then
                _safesql_files
            fi ;;
        " config distrust")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --help -h)
            elif (( given == 0 )); then
                _safesql_files
            fi ;;
        " config init")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --config --no-config --help -h)
            fi ;;
        " config import")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --file --write --config --no-config --help -h)
            else
                _safesql_offer '' < <(printf '%s\n' pgcli mycli psql mysql dbeaver)
            fi ;;
        " config schema")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' --help -h)
            fi ;;
        " demo")
            if [[ $word == -* ]]; then
                _safesql_offer '' < <(printf '%s\n' -p --profile -f --file -c --command --stage --dry-run -1 --single-transaction --on-error --resume --last-done --allow --reason --expect-rows --environment --format -o --output --events --vi --emacs --pager --no-pager --color --no-color --progress --no-progress --config --no-config --plain --tour --version --help -h)
            fi ;;
    esac
}

complete -F _safesql safesql

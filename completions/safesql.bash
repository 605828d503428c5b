# Completion for safesql in bash. Made by: python -m safesql.cli.completions completions

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
    printf '%s\n' delete-without-where update-without-where upsert-all truncate drop-table drop-container drop-column drop-cascade drop-definition partition-loss history-loss alter-may-cut-values engine-keeps-no-rows rename opaque-statement dynamic-sql unknown-routine unterminated-input server-control log-loss file-or-program-access function-loss server-setting system-table-write risky-pragma belt-loosened protected-table read-only-profile replica-refuses-writes over-max-rows over-confirm-rows
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
            " check" | " rules" | " config" | " config show" | " config check" | " demo") command+=" ${COMP_WORDS[at]}" ;;
            *) break ;;
        esac
        (( at++ ))
    done
    case "$command $previous" in
        " -p" | " --profile") _safesql_offer "" "$word" < <(_safesql_profiles); return ;;
        " -f" | " --file") _safesql_files "$word"; return ;;
        " -c" | " --command") :; return ;;
        " --stage") _safesql_files "$word"; return ;;
        " --on-error") _safesql_offer "" "$word" < <(printf '%s\n' stop continue); return ;;
        " --allow") last=${word##*,}; _safesql_offer "${word%"$last"}" "$last" < <(_safesql_rules); compopt -o nospace 2>/dev/null; return ;;
        " --reason") :; return ;;
        " --expect-rows") :; return ;;
        " --environment") _safesql_offer "" "$word" < <(printf '%s\n' development staging production); return ;;
        " --format") _safesql_offer "" "$word" < <(printf '%s\n' table vertical csv tsv json jsonl markdown html insert); return ;;
        " -o" | " --output") _safesql_files "$word"; return ;;
        " --config") _safesql_files "$word"; return ;;
        " check --dialect") _safesql_offer "" "$word" < <(printf '%s\n' postgres mysql mariadb sqlite); return ;;
        " check --environment") _safesql_offer "" "$word" < <(printf '%s\n' development staging production); return ;;
        " check -p" | " check --profile") _safesql_offer "" "$word" < <(_safesql_profiles); return ;;
        " check --format") _safesql_offer "" "$word" < <(printf '%s\n' text json sarif github); return ;;
        " check --config") _safesql_files "$word"; return ;;
        " config show --config") _safesql_files "$word"; return ;;
        " config check --config") _safesql_files "$word"; return ;;
        " demo -p" | " demo --profile") _safesql_offer "" "$word" < <(_safesql_profiles); return ;;
        " demo -f" | " demo --file") _safesql_files "$word"; return ;;
        " demo -c" | " demo --command") :; return ;;
        " demo --stage") _safesql_files "$word"; return ;;
        " demo --on-error") _safesql_offer "" "$word" < <(printf '%s\n' stop continue); return ;;
        " demo --allow") last=${word##*,}; _safesql_offer "${word%"$last"}" "$last" < <(_safesql_rules); compopt -o nospace 2>/dev/null; return ;;
        " demo --reason") :; return ;;
        " demo --expect-rows") :; return ;;
        " demo --environment") _safesql_offer "" "$word" < <(printf '%s\n' development staging production); return ;;
        " demo --format") _safesql_offer "" "$word" < <(printf '%s\n' table vertical csv tsv json jsonl markdown html insert); return ;;
        " demo -o" | " demo --output") _safesql_files "$word"; return ;;
        " demo --config") _safesql_files "$word"; return ;;
    esac
    case "$command" in
        "")
            if [[ $word == -* ]]; then
                _safesql_offer "" "$word" < <(printf '%s\n' -p --profile -f --file -c --command --stage --dry-run -1 --single-transaction --on-error --allow --reason --expect-rows --environment --format -o --output --vi --emacs --pager --no-pager --color --no-color --progress --no-progress --config --no-config --version --help -h)
            else
                (( COMP_CWORD == 1 )) && _safesql_offer "" "$word" < <(printf '%s\n' check rules config demo)
                _safesql_offer "" "$word" < <(_safesql_profiles); _safesql_files "$word";
            fi ;;
        " check")
            if [[ $word == -* ]]; then
                _safesql_offer "" "$word" < <(printf '%s\n' --dialect --environment -p --profile --format --config --no-config --help -h)
            else
                _safesql_files "$word";
            fi ;;
        " rules")
            if [[ $word == -* ]]; then
                _safesql_offer "" "$word" < <(printf '%s\n' --help -h)
            else
                _safesql_offer "" "$word" < <(_safesql_rules);
            fi ;;
        " config")
            if [[ $word == -* ]]; then
                _safesql_offer "" "$word" < <(printf '%s\n' --help -h)
            else
                (( COMP_CWORD == 2 )) && _safesql_offer "" "$word" < <(printf '%s\n' show check)
            fi ;;
        " config show")
            if [[ $word == -* ]]; then
                _safesql_offer "" "$word" < <(printf '%s\n' --origin --config --no-config --help -h)
            else
                _safesql_offer "" "$word" < <(_safesql_profiles);
            fi ;;
        " config check")
            if [[ $word == -* ]]; then
                _safesql_offer "" "$word" < <(printf '%s\n' --config --no-config --help -h)
            fi ;;
        " demo")
            if [[ $word == -* ]]; then
                _safesql_offer "" "$word" < <(printf '%s\n' -p --profile -f --file -c --command --stage --dry-run -1 --single-transaction --on-error --allow --reason --expect-rows --environment --format -o --output --vi --emacs --pager --no-pager --color --no-color --progress --no-progress --config --no-config --version --help -h)
            fi ;;
    esac
}

complete -F _safesql safesql

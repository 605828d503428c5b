# Completion for safesql in fish. Made by: python -m safesql.cli.completions

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
                case ' check' ' rules' ' events' ' plan' ' approve' ' apply' ' undo' ' config' ' config show' ' config explain' ' config check' ' config test' ' config trust' ' config distrust' ' config init' ' config import' ' config schema' ' demo'
                    set command "$command $word"
                    continue
            end
            set behind yes
        end
        switch $word
            case -p --profile -f --file -c --command --stage --on-error --last-done --allow --reason --expect-rows --environment --format -o --output --events --config --dialect --target --expires --tolerance --identity --key
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

complete -c safesql -n '__safesql_first ""' -a check -d 'judge files, no connection needed'
complete -c safesql -n '__safesql_first ""' -a rules -d 'the dangers safesql knows, and why they are dangers'
complete -c safesql -n '__safesql_first ""' -a events -d 'what --events tells programs of a run, and its JSON Schema'
complete -c safesql -n '__safesql_first ""' -a plan -d 'what files would do to a target, for review'
complete -c safesql -n '__safesql_first ""' -a approve -d 'sign a plan after reading it'
complete -c safesql -n '__safesql_first ""' -a apply -d 'run an approved plan, once'
complete -c safesql -n '__safesql_first ""' -a undo -d 'take back what a statement changed'
complete -c safesql -n '__safesql_first ""' -a config -d 'what is configured, and where each value comes from'
complete -c safesql -n '__safesql_first ""' -a demo -d 'the shell on a small billing database of its own'
complete -c safesql -n '__safesql_at ""' -s p -l profile -r -f -a '(__safesql_profiles)' -d 'Connect with this profile'
complete -c safesql -n '__safesql_at ""' -s f -l file -r -F -d 'Run this script (repeatable; - is standard input)'
complete -c safesql -n '__safesql_at ""' -s c -l command -r -f -d 'Run these statements (repeatable)'
complete -c safesql -n '__safesql_at ""' -l stage -r -F -d 'Write what would change anything to PATH for review instead of executing it'
complete -c safesql -n '__safesql_at ""' -l dry-run -d 'Judge every statement and count the rows it would touch; change nothing'
complete -c safesql -n '__safesql_at ""' -s 1 -l single-transaction -d 'All or nothing; refuses up front what would break it'
complete -c safesql -n '__safesql_at ""' -l on-error -r -f -a 'stop continue' -d 'What a failed statement means'
complete -c safesql -n '__safesql_at ""' -l resume -d 'Continue an interrupted run of the same, unchanged script (-f)'
complete -c safesql -n '__safesql_at ""' -l last-done -r -f -d 'With --resume, when only a person can tell: the last statement that was done'
complete -c safesql -n '__safesql_at ""' -l allow -r -f -a '(__safesql_rule_list)' -d 'Answer confirm findings of these rules'
complete -c safesql -n '__safesql_at ""' -l reason -r -f -d 'Why --allow; recorded in the audit log'
complete -c safesql -n '__safesql_at ""' -l expect-rows -r -f -d 'With -c: roll back unless exactly N rows are touched'
complete -c safesql -n '__safesql_at ""' -l environment -r -f -a 'development staging production' -d 'Of a TARGET that is no profile; production by default'
complete -c safesql -n '__safesql_at ""' -l format -r -f -a 'table vertical csv tsv json jsonl markdown html insert' -d 'table on a terminal, tsv when piped'
complete -c safesql -n '__safesql_at ""' -s o -l output -r -F -d 'Write results to PATH'
complete -c safesql -n '__safesql_at ""' -l events -r -F -d 'Tell programs what a script\'s run does, as JSON Lines in PATH (- is stderr); see safesql events'
complete -c safesql -n '__safesql_at ""' -l vi -d 'vi keys at the prompt'
complete -c safesql -n '__safesql_at ""' -l emacs -d 'emacs keys at the prompt'
complete -c safesql -n '__safesql_at ""' -l pager -d 'Show long results in $PAGER'
complete -c safesql -n '__safesql_at ""' -l no-pager -d 'The opposite of --pager'
complete -c safesql -n '__safesql_at ""' -l color -d 'Colours; NO_COLOR is honoured'
complete -c safesql -n '__safesql_at ""' -l no-color -d 'The opposite of --color'
complete -c safesql -n '__safesql_at ""' -l progress -d 'A progress bar for long scripts, on a terminal'
complete -c safesql -n '__safesql_at ""' -l no-progress -d 'The opposite of --progress'
complete -c safesql -n '__safesql_at ""' -l config -r -F -d 'Read this config file instead of the user\'s'
complete -c safesql -n '__safesql_at ""' -l no-config -d 'Read no config file but the system\'s'
complete -c safesql -n '__safesql_at ""' -l plain -d 'A prompt of lines alone, for a screen reader'
complete -c safesql -n '__safesql_at ""' -l tour -d 'Two minutes on a demo database: what is stopped, asked, taken back'
complete -c safesql -n '__safesql_at ""' -l version -d 'Show the version and exit'
complete -c safesql -n '__safesql_at ""' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at "" 0' -F -a '(__safesql_profiles)'

complete -c safesql -n '__safesql_at " check"' -l dialect -r -f -a 'postgres mysql mariadb sqlite' -d 'How to read the files; a profile gives it too'
complete -c safesql -n '__safesql_at " check"' -l environment -r -f -a 'development staging production' -d 'Whose base policy applies; production unless a profile says otherwise'
complete -c safesql -n '__safesql_at " check"' -s p -l profile -r -f -a '(__safesql_profiles)' -d 'Use this profile\'s dialect and policy'
complete -c safesql -n '__safesql_at " check"' -l format -r -f -a 'text json sarif github'
complete -c safesql -n '__safesql_at " check"' -l segments -d 'Print what can be rolled back together, and where the server commits by itself'
complete -c safesql -n '__safesql_at " check"' -l config -r -F -d 'Read this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " check"' -l no-config -d 'Read no config file but the system\'s'
complete -c safesql -n '__safesql_at " check"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " check"' -F

complete -c safesql -n '__safesql_at " rules"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " rules" 0' -f -a '(__safesql_rules)'

complete -c safesql -n '__safesql_at " events"' -l schema -d 'Print the JSON Schema of the lines'
complete -c safesql -n '__safesql_at " events"' -l help -s h -d 'Show this message and exit'

complete -c safesql -n '__safesql_at " plan"' -s p -l profile -r -f -a '(__safesql_profiles)' -d 'Connect with this profile'
complete -c safesql -n '__safesql_at " plan"' -l target -r -F -a '(__safesql_profiles)' -d 'Connect to this URL, conninfo string or SQLite file instead'
complete -c safesql -n '__safesql_at " plan"' -s o -l output -r -F -d 'Write the plan to PATH (- is standard output)'
complete -c safesql -n '__safesql_at " plan"' -l expires -r -f -d 'How long it may be applied, such as 12h or 7d'
complete -c safesql -n '__safesql_at " plan"' -l tolerance -r -f -d 'By how much rows may differ: 5% or 10'
complete -c safesql -n '__safesql_at " plan"' -s 1 -l single-transaction -d 'To be applied as a whole or not at all'
complete -c safesql -n '__safesql_at " plan"' -l trial -d 'Run it in a transaction that is rolled back, and count what it touches'
complete -c safesql -n '__safesql_at " plan"' -l identity -r -f -d 'Who its author is; the user of this system by default'
complete -c safesql -n '__safesql_at " plan"' -l config -r -F -d 'Read this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " plan"' -l no-config -d 'Read no config file but the system\'s'
complete -c safesql -n '__safesql_at " plan"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " plan"' -F

complete -c safesql -n '__safesql_at " approve"' -l key -r -f -d 'Sign with this SSH key (a public one: by the agent)'
complete -c safesql -n '__safesql_at " approve"' -l identity -r -f -d 'Who you are in the lists of allowed signers; checked'
complete -c safesql -n '__safesql_at " approve"' -l check -d 'Sign nothing; say who approved it, and whether that is enough'
complete -c safesql -n '__safesql_at " approve"' -l config -r -F -d 'Read this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " approve"' -l no-config -d 'Read no config file but the system\'s'
complete -c safesql -n '__safesql_at " approve"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " approve" 0' -f

complete -c safesql -n '__safesql_at " apply"' -s p -l profile -r -f -a '(__safesql_profiles)' -d 'Connect with this profile; by default the one of the plan'
complete -c safesql -n '__safesql_at " apply"' -l format -r -f -d 'Of rows that statements return'
complete -c safesql -n '__safesql_at " apply"' -s o -l output -r -F -d 'Write rows that statements return to PATH'
complete -c safesql -n '__safesql_at " apply"' -l resume -d 'Go on with what is left of a plan that was applied in part'
complete -c safesql -n '__safesql_at " apply"' -l last-done -r -f -d 'With --resume: the last statement that the server has'
complete -c safesql -n '__safesql_at " apply"' -l events -r -F -d 'Tell programs what happens, as JSON Lines; see safesql events'
complete -c safesql -n '__safesql_at " apply"' -l config -r -F -d 'Read this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " apply"' -l no-config -d 'Read no config file but the system\'s'
complete -c safesql -n '__safesql_at " apply"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " apply" 0' -f

complete -c safesql -n '__safesql_at " undo"' -s p -l profile -r -f -a '(__safesql_profiles)' -d 'Connect with this profile'
complete -c safesql -n '__safesql_at " undo"' -l list -d 'List what was changed, where, and what can still be undone'
complete -c safesql -n '__safesql_at " undo"' -l stage -r -f -d 'Write the statements to FILE for review instead of running them'
complete -c safesql -n '__safesql_at " undo"' -l allow -r -f -a '(__safesql_rule_list)' -d 'Answer confirm findings of them'
complete -c safesql -n '__safesql_at " undo"' -l reason -r -f -d 'Why --allow; recorded in the audit log'
complete -c safesql -n '__safesql_at " undo"' -l config -r -F -d 'Read this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " undo"' -l no-config -d 'Read no config file but the system\'s'
complete -c safesql -n '__safesql_at " undo"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " undo"' -f

complete -c safesql -n '__safesql_first " config"' -a show -d 'Print the effective settings, of PROFILE or of everything; passwords are hidden'
complete -c safesql -n '__safesql_first " config"' -a explain -d 'Print all that is said about SETTING, such as prod.policy.max_rows, and what of it counts'
complete -c safesql -n '__safesql_first " config"' -a check -d 'Name everything that is wrong with the config files; exit code 9 when there is anything'
complete -c safesql -n '__safesql_first " config"' -a test -d 'Judge the statements of all [[policy_tests]]; exit code 9 when one gets another verdict than it expects'
complete -c safesql -n '__safesql_first " config"' -a trust -d 'Trust FILE as it is now; prints its lines, or what is different since it was trusted last'
complete -c safesql -n '__safesql_first " config"' -a distrust -d 'Trust FILE no longer: from now on it may only tighten the policy'
complete -c safesql -n '__safesql_first " config"' -a init -d 'Ask for the first profile, and write a commented config file'
complete -c safesql -n '__safesql_first " config"' -a import -d 'Make profiles of the connections that other clients have in their files; passwords stay where they are'
complete -c safesql -n '__safesql_first " config"' -a schema -d 'Print the JSON Schema of the config files, for editors that complete and check by it'
complete -c safesql -n '__safesql_at " config"' -l help -s h -d 'Show this message and exit'

complete -c safesql -n '__safesql_at " config show"' -l origin -d 'With the file and line of each value'
complete -c safesql -n '__safesql_at " config show"' -l config -r -F -d 'Take this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " config show"' -l no-config -d 'Leave out the user\'s config file'
complete -c safesql -n '__safesql_at " config show"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " config show" 0' -f -a '(__safesql_profiles)'

complete -c safesql -n '__safesql_at " config explain"' -l config -r -F -d 'Take this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " config explain"' -l no-config -d 'Leave out the user\'s config file'
complete -c safesql -n '__safesql_at " config explain"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " config explain" 0' -f

complete -c safesql -n '__safesql_at " config check"' -l format -r -f -a 'text json' -d 'JSON: one object a line'
complete -c safesql -n '__safesql_at " config check"' -l config -r -F -d 'Take this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " config check"' -l no-config -d 'Leave out the user\'s config file'
complete -c safesql -n '__safesql_at " config check"' -l help -s h -d 'Show this message and exit'

complete -c safesql -n '__safesql_at " config test"' -l config -r -F -d 'Take this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " config test"' -l no-config -d 'Leave out the user\'s config file'
complete -c safesql -n '__safesql_at " config test"' -l help -s h -d 'Show this message and exit'

complete -c safesql -n '__safesql_at " config trust"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " config trust" 0' -F

complete -c safesql -n '__safesql_at " config distrust"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " config distrust" 0' -F

complete -c safesql -n '__safesql_at " config init"' -l config -r -F -d 'Take this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " config init"' -l no-config -d 'Leave out the user\'s config file'
complete -c safesql -n '__safesql_at " config init"' -l help -s h -d 'Show this message and exit'

complete -c safesql -n '__safesql_at " config import"' -l file -r -F -d 'Read this file of the one client that is named'
complete -c safesql -n '__safesql_at " config import"' -l write -d 'Add the profiles to your config file instead of printing them'
complete -c safesql -n '__safesql_at " config import"' -l config -r -F -d 'Take this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " config import"' -l no-config -d 'Leave out the user\'s config file'
complete -c safesql -n '__safesql_at " config import"' -l help -s h -d 'Show this message and exit'
complete -c safesql -n '__safesql_at " config import"' -f -a 'pgcli mycli psql mysql dbeaver'

complete -c safesql -n '__safesql_at " config schema"' -l help -s h -d 'Show this message and exit'

complete -c safesql -n '__safesql_at " demo"' -s p -l profile -r -f -a '(__safesql_profiles)' -d 'Connect with this profile'
complete -c safesql -n '__safesql_at " demo"' -s f -l file -r -F -d 'Run this script (repeatable; - is standard input)'
complete -c safesql -n '__safesql_at " demo"' -s c -l command -r -f -d 'Run these statements (repeatable)'
complete -c safesql -n '__safesql_at " demo"' -l stage -r -F -d 'Write what would change anything to PATH for review instead of executing it'
complete -c safesql -n '__safesql_at " demo"' -l dry-run -d 'Judge every statement and count the rows it would touch; change nothing'
complete -c safesql -n '__safesql_at " demo"' -s 1 -l single-transaction -d 'All or nothing; refuses up front what would break it'
complete -c safesql -n '__safesql_at " demo"' -l on-error -r -f -a 'stop continue' -d 'What a failed statement means'
complete -c safesql -n '__safesql_at " demo"' -l resume -d 'Continue an interrupted run of the same, unchanged script (-f)'
complete -c safesql -n '__safesql_at " demo"' -l last-done -r -f -d 'With --resume, when only a person can tell: the last statement that was done'
complete -c safesql -n '__safesql_at " demo"' -l allow -r -f -a '(__safesql_rule_list)' -d 'Answer confirm findings of these rules'
complete -c safesql -n '__safesql_at " demo"' -l reason -r -f -d 'Why --allow; recorded in the audit log'
complete -c safesql -n '__safesql_at " demo"' -l expect-rows -r -f -d 'With -c: roll back unless exactly N rows are touched'
complete -c safesql -n '__safesql_at " demo"' -l environment -r -f -a 'development staging production' -d 'Of a TARGET that is no profile; production by default'
complete -c safesql -n '__safesql_at " demo"' -l format -r -f -a 'table vertical csv tsv json jsonl markdown html insert' -d 'table on a terminal, tsv when piped'
complete -c safesql -n '__safesql_at " demo"' -s o -l output -r -F -d 'Write results to PATH'
complete -c safesql -n '__safesql_at " demo"' -l events -r -F -d 'Tell programs what a script\'s run does, as JSON Lines in PATH (- is stderr); see safesql events'
complete -c safesql -n '__safesql_at " demo"' -l vi -d 'vi keys at the prompt'
complete -c safesql -n '__safesql_at " demo"' -l emacs -d 'emacs keys at the prompt'
complete -c safesql -n '__safesql_at " demo"' -l pager -d 'Show long results in $PAGER'
complete -c safesql -n '__safesql_at " demo"' -l no-pager -d 'The opposite of --pager'
complete -c safesql -n '__safesql_at " demo"' -l color -d 'Colours; NO_COLOR is honoured'
complete -c safesql -n '__safesql_at " demo"' -l no-color -d 'The opposite of --color'
complete -c safesql -n '__safesql_at " demo"' -l progress -d 'A progress bar for long scripts, on a terminal'
complete -c safesql -n '__safesql_at " demo"' -l no-progress -d 'The opposite of --progress'
complete -c safesql -n '__safesql_at " demo"' -l config -r -F -d 'Read this config file instead of the user\'s'
complete -c safesql -n '__safesql_at " demo"' -l no-config -d 'Read no config file but the system\'s'
complete -c safesql -n '__safesql_at " demo"' -l plain -d 'A prompt of lines alone, for a screen reader'
complete -c safesql -n '__safesql_at " demo"' -l tour -d 'Two minutes on a demo database: what is stopped, asked, taken back'
complete -c safesql -n '__safesql_at " demo"' -l version -d 'Show the version and exit'
complete -c safesql -n '__safesql_at " demo"' -l help -s h -d 'Show this message and exit'

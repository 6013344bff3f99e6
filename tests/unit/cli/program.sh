#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The program as an admin uses it, command by command, from an empty folder on. Usage: program.sh DAYPULSE
set -uo pipefail
daypulse="$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export DAYPULSE_CONFIG=/dev/null
data="$work/data"
out="$work/out"
talk="$work/talk"
bad=0

complain() {
    printf 'daypulse %s: %s\n' "$command" "$1"
    sed 's/^/    out:  /' "$out"
    sed 's/^/    talk: /' "$talk"
    bad=$((bad + 1))
}

# run CODE WORDS...: the command must end with CODE.
run() {
    local wanted="$1" code=0
    shift
    command="$*"
    "$daypulse" "$@" >"$out" 2>"$talk" </dev/null || code=$?
    [ "$code" = "$wanted" ] || complain "exit code $code, wanted $wanted"
}
says() { grep -qE -- "$1" "$talk" || complain "the talk lacks: $1"; }
prints() { grep -qE -- "$1" "$out" || complain "the output lacks: $1"; }
is_silent() { [ ! -s "$out" ] || complain "there is output"; }

# ---- Before there is a folder
run 3 trend show --dir "$data"
says 'daypulse init'
run 3 up --dir "$data"
run 3 init --dir "$data" --zone Mars/Olympus
run 2 init --dir "$data" --language fr
run 2 init --dir "$data" --start tomorrow
run 2 init --dir "$data" --min-people 4
[ ! -e "$data" ] || complain "a refused init left a folder"

# ---- A folder
run 0 init --dir "$data" --name 'Beispiel AG' --zone Europe/Berlin --base-url https://pulse.example
prints '^[0-9A-HJKMNP-TV-Z]{16}$'
run 5 init --dir "$data"
run 0 trend show --dir "$data"
run 0 link show --dir "$data"
run 0 alert list --dir "$data"
says 'No open alerts'
run 0 alert list --all --json --dir "$data"
prints '"alerts":\[\]'
run 3 alert acknowledge 1 --dir "$data"
says 'no alert of that number'
run 2 alert acknowledge one --dir "$data"
run 2 alert acknowledge --dir "$data"
run 0 epoch status --dir "$data" --json
prints '"boxes":\[\]'
run 3 cert show --dir "$data"
run 1 health --dir "$data"
says 'does not run'

# ---- People: bad files are refused whole, with each line and column
printf 'person_id,team\n1,Hotline\n1,Hotline\n2,\n3,"=cmd()"\n' >bad.csv
run 5 roster import bad.csv --dir "$data"
is_silent
says '^bad\.csv:3:1: '
says '^bad\.csv:4:3: '
says '^bad\.csv:5:3: '
says 'nothing was changed'
run 5 roster import bad.csv --dir "$data" --json
prints '"problems_total":3'
prints '"line":3,"column":1'
printf 'person,group\n1,Hotline\n' >columns.csv
run 5 roster import columns.csv --dir "$data"
says '^columns\.csv:1'
run 3 roster import none.csv --dir "$data"
run 0 roster links --dir "$data"
[ "$(wc -l <"$out")" = 1 ] || complain 'a refused file left people'

{ echo person_id,team; for i in $(seq 1 9); do echo "p$i,Service/Hotline"; done; echo q1,Sales; } >good.csv
run 0 roster import good.csv --dir "$data" --dry-run
prints '10 new'
says 'dry run'
run 0 roster links --dir "$data"
[ "$(wc -l <"$out")" = 1 ] || complain 'a dry run left people'
run 0 roster import good.csv --dir "$data"
run 0 roster import good.csv --dir "$data"
says 'Nothing differs'
run 0 roster links --dir "$data"
prints '^p1,https://pulse\.example/a/[0-9A-Z]{16}'
[ "$(wc -l <"$out")" = 11 ] || complain 'not everybody has a link'
"$daypulse" roster import - --dir "$data" <good.csv >"$out" 2>"$talk" || complain 'standard input'

# ---- Accounts: the password comes from standard input, never from an argument
command='user add'
printf 'correct horse battery\n' | "$daypulse" user add hr --dir "$data" >"$out" 2>"$talk" || complain 'failed'
says 'hr may log in as hr'
printf 'correct horse battery\n' | "$daypulse" user add hr --dir "$data" >"$out" 2>"$talk"
[ "${PIPESTATUS[1]}" = 5 ] || complain 'the same login twice'
printf 'short\n' | "$daypulse" user add boss --dir "$data" --role admin >"$out" 2>"$talk"
[ "${PIPESTATUS[1]}" = 5 ] || complain 'a short password'
run 5 user add nobody --dir "$data"
says 'standard input'
run 2 user add m --dir "$data" --role manager
run 2 user add m --dir "$data" --role king
command='user passwd'
printf 'another horse battery\n' | "$daypulse" user passwd hr --dir "$data" >"$out" 2>"$talk" || complain 'failed'
printf 'another horse battery\n' | "$daypulse" user passwd none --dir "$data" >"$out" 2>"$talk"
[ "${PIPESTATUS[1]}" = 3 ] || complain 'an unknown login'

# ---- Questions go out and come in again unchanged
run 0 questions export questions.csv --dir "$data"
run 0 questions import questions.csv --dir "$data"
prints '0 new, 0 reworded'
run 0 questions export - --dir "$data"
cmp -s "$out" questions.csv || complain 'standard output differs from the file'
run 5 questions import good.csv --dir "$data"

# ---- Outcomes
printf 'period,team,metric,value,n\n2026-W10,Service/Hotline,csat_mean,4.2,50\n2026-W11,*,csat_mean,9,50\n2026-W99,*,csat_mean,4,5\n' >outcomes_bad.csv
run 5 outcomes import outcomes_bad.csv --dir "$data"
says '^outcomes_bad\.csv:3:22: '
says '^outcomes_bad\.csv:4:1: '
printf 'period,team,metric,value,n\n2026-W10,Service/Hotline,csat_mean,4.2,50\n2026-W11,*,csat_mean,4.1,70\n' >outcomes.csv
run 0 outcomes import outcomes.csv --dir "$data" --dry-run
run 0 outcomes import outcomes.csv --dir "$data" --json
prints '"new":2'
run 0 outcomes import outcomes.csv --dir "$data"
says 'already'
run 0 outcomes list --dir "$data" --json
prints '"rows":2'
import=$(sed -n 's/.*"import":\([0-9]*\).*/\1/p' "$out")
run 0 link show --dir "$data" --json
prints '"metric":"csat_mean"'
run 0 link show csat_mean --dir "$data" --json
prints '"verdict":'
prints '"best_r":null'
run 0 link show csat_mean --dir "$data"
run 2 link register csat_mean --dir "$data"
run 2 link register csat_mean --lag 1 --unit day --dir "$data"
run 3 link register nothing --lag 1 --dir "$data"
run 5 link register csat_mean --lag 9 --dir "$data"
run 0 link register csat_mean --lag -2 --dir "$data" --json
prints '"lag":-2'
prints '"counts_from":null'
run 5 link register csat_mean --lag -2 --dir "$data"
run 0 link show csat_mean --dir "$data"
prints 'Asked in advance: Does CSAT .mean. come before engagement by 2 weeks'
run 3 link show nothing --dir "$data" --json
prints '"error":"not_found"'
run 0 outcomes undo "$import" --dir "$data"
run 5 outcomes undo "$import" --dir "$data"
run 3 outcomes undo 999 --dir "$data"
run 2 outcomes undo x --dir "$data"

# ---- Export
run 0 export run --dir "$data" --out "$work/snapshots" --json
prints '"sha256":"[0-9a-f]{64}"'
(cd "$work/snapshots/current" && sha256sum --quiet -c SHA256SUMS) || complain 'the sums do not fit'
run 3 export run --dir "$data" --out "$work/no/such/parent"
run 3 export run nightly --dir "$data"
run 2 export schedule --dir "$data"
run 2 export schedule --daily 25:00 --dir "$data"
run 2 export schedule --daily 02:00 --out relative --dir "$data"
run 0 export schedule --daily 02:30 --dir "$data" --keep 3
run 6 export status --dir "$data" --json
prints '"daily":"02:30","zone":"Europe/Berlin"'
run 0 export run daily --dir "$data"
run 0 export status --dir "$data"
says 'Next runs'
run 0 export schedule --off --dir "$data"
run 0 export status --dir "$data" --json
prints '"schedule":null'

# ---- Epochs: a real folder's day is never closed before its time
run 0 epoch close --dir "$data"
run 2 epoch close --dir "$data" --date tomorrow
run 3 epoch close --dir "$data" --date 2026-03-09
run 0 trend show --dir "$data" --json --team Service/Hotline
prints '"direction":"unknown","direction_weeks":0,"needs_more_weeks":8,"per_quarter":null,"running_week":null,"weeks":\[\]'
run 3 trend show --dir "$data" --team Nowhere
run 2 trend show --dir "$data" --weeks 0

# ---- Certificates
run 0 cert renew --dir "$data" --public-name pulse.example,192.0.2.7
run 0 cert show --dir "$data" --json
prints '"names":\["192.0.2.7","pulse.example"\]'
run 0 cert show --dir "$data"
prints 'authority that phones must trust'

# ---- Checks
run 0 audit verify --dir "$data"
run 0 audit verify --dir "$data" --json
prints '"ok":true'
run 0 doctor --dir "$data" --json
prints '"subject":"audit","state":"ok"'
chmod 755 "$data/epoch"
run 6 doctor --dir "$data"
prints '^problem +users +epoch/ may be opened by others'
chmod 700 "$data/epoch"
run 6 doctor --dir "$work/nothing" --json
prints '"ok":false'
prints '"subject":"folder","state":"problem"'
printf 'port = 443\n' >good.conf
printf 'port = 443\nprot = 8443\n' >bad.conf
run 0 config check --config good.conf
run 5 config check --config bad.conf
says 'bad\.conf:2.*port'
run 5 up --dir "$data" --config bad.conf
DAYPULSE_PROT=1 run 5 config show
says 'DAYPULSE_PORT'
run 0 config example
cp "$out" example.conf
run 0 config check --config example.conf

# ---- Statistics on bare files need no appliance
printf 'pair,t,x,y\n' >pairs.csv
for t in $(seq 1 30); do echo "1,$t,$((t * 7 % 11)),$((t * 5 % 13))"; done >>pairs.csv
run 0 stats scan pairs.csv --kind pairs
prints '"grade"'
run 2 stats scan pairs.csv --kind trios
run 2 stats scan pairs.csv
printf 'pair,t,x\n1,1,1\n' >short.csv
run 5 stats scan short.csv --kind pairs
says 'short\.csv'
run 3 stats run none.json
printf '{"kind": "nothing", "input": "none"}' >case.json
run 5 stats run case.json

# ---- The completion is a script that bash takes
run 0 completion
bash -n "$out" || complain 'bash does not take it'
completed=$(bash -c "source '$out'; COMP_WORDS=(daypulse roster im); COMP_CWORD=2; _daypulse; echo \${COMPREPLY[*]}")
[ "$completed" = import ] || complain "completes 'roster im' to '$completed'"
completed=$(bash -c "source '$out'; COMP_WORDS=(daypulse roster import --dr); COMP_CWORD=3; _daypulse; echo \${COMPREPLY[*]}")
[ "$completed" = --dry-run ] || complain "completes '--dr' to '$completed'"

[ "$bad" = 0 ] || { echo "$bad findings; run again: bash tests/unit/cli/program.sh PATH-OF-daypulse"; exit 1; }

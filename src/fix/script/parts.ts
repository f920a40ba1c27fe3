/** Parts of fix.sh that are the same in each: no text of anybody's goes into them. */

/** Start of the script, for `sh` too; where it stands, and where it keeps what it reads. */
export const START = String.raw`if [ -z "\${BASH_VERSION:-}" ]; then exec bash "$0" "$@"; fi
set -euo pipefail
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_DEFAULT_OUTPUT=json

say() { printf '%s\n' "$1"; }
stop() { printf 'fix.sh: %s\n' "$1" >&2; exit 1; }

here=$(cd -- "$(dirname -- "$0")" && pwd -P)
case $here in *'$'*) stop 'the AWS CLI would change the $ in the name of this folder: move it' ;; esac
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT`.replaceAll('\\${', '${')

/** Two programs that do the same: compare documents as policies are read, show one, wrap one for a queue. */
const NODE = String.raw`
  const [verb, now, before, after, sids, adds] = process.argv.slice(1)
  const text = (at) => (at[0] === "@" ? require("fs").readFileSync(at.slice(1), "utf8") : at).trim()
  const within = (one) => { try { return JSON.parse(one) } catch { return one } }
  const value = (at) => {
    const found = text(at) === "" ? null : JSON.parse(text(at))
    const read = typeof found === "string" ? (found.trim() === "" ? null : within(found)) : found
    return read !== null && typeof read === "object" && Object.keys(read).length === 0 ? null : read
  }
  const list = (all) => {
    const set = all.every((one) => typeof one === "string") ? [...new Set(all)].sort() : all
    return set.length === 1 ? set[0] : set
  }
  const plain = (one) =>
    Array.isArray(one) ? list(one.map(plain))
    : one !== null && typeof one === "object" ? Object.fromEntries(Object.keys(one).sort().map((key) => [key, plain(one[key])]))
    : typeof one === "boolean" || typeof one === "number" ? String(one) : one
  const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b))
  const statements = (one) => (one === null || one.Statement === undefined ? [] : [].concat(one.Statement))
  const bare = (one) => JSON.stringify(plain({ ...one, Sid: undefined }))
  const has = (there, one) => there.some((other) => bare(other) === bare(one))
  const policy = () => {
    const found = value(now)
    if (found !== null && (typeof found !== "object" || Array.isArray(found))) throw new Error("it is no policy")
    return found ?? { Version: "2012-10-17", Statement: [] }
  }
  const added = () => {
    const there = statements(policy())
    const taken = new Set(there.map((one) => one.Sid))
    for (const one of JSON.parse(adds).filter((one) => !has(there, one))) {
      let sid = one.Sid
      for (let i = 2; taken.has(sid); i++) sid = one.Sid + i
      taken.add(sid)
      there.push({ ...one, Sid: sid })
    }
    return { ...policy(), Statement: there }
  }
  const dropped = () => {
    const left = statements(policy()).filter((one) => !has(JSON.parse(adds), one))
    return left.length === 0 ? null : { ...policy(), Statement: left }
  }
  const state = () => {
    const own = JSON.parse(adds)
    if (own.length > 0) return own.every((one) => has(statements(policy()), one)) ? "after" : "before"
    const named = JSON.parse(sids)
    if (named.length === 0)
      return same(value(now), value(after)) ? "after" : before === "any" || same(value(now), value(before)) ? "before" : "other"
    const there = statements(value(now))
    const found = named.filter((sid) => there.some((one) => one.Sid === sid))
    if (found.length === named.length) return "after"
    return found.length === 0 && (before === "any" || same(there, statements(value(before)))) ? "before" : "other"
  }
  const ascii = (one) => one.replace(/[^\n -~]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"))
  const write = (one) => process.stdout.write(one + "\n")
  if (verb === "compare") write(state())
  else if (verb === "add") write(JSON.stringify(added(), null, 2))
  else if (verb === "drop") write(JSON.stringify(dropped(), null, 2))
  else if (verb === "show") write(ascii(JSON.stringify(plain(value(now)), null, 2)))
  else write(JSON.stringify({ Policy: JSON.stringify(value(now)) }))
`

const PYTHON = String.raw`
import json, sys
verb, now, before, after, sids, adds = (sys.argv[1:] + [""] * 5)[:6]
def text(at):
    if at[:1] != "@": return at.strip()
    with open(at[1:], encoding="utf-8") as file: return file.read().strip()
def within(one):
    try: return json.loads(one)
    except ValueError: return one
def value(at):
    found = json.loads(text(at)) if text(at) else None
    if isinstance(found, str): found = within(found) if found.strip() else None
    return None if found in ({}, []) else found
def plain(one):
    if isinstance(one, dict): return {key: plain(one[key]) for key in sorted(one)}
    if isinstance(one, list):
        all = [plain(each) for each in one]
        if all and not [each for each in all if not isinstance(each, str)]: all = sorted(set(all))
        return all[0] if len(all) == 1 else all
    if isinstance(one, bool): return "true" if one else "false"
    return str(one) if isinstance(one, (int, float)) else one
def same(a, b): return json.dumps(plain(a), sort_keys=True) == json.dumps(plain(b), sort_keys=True)
def statements(one):
    found = one.get("Statement", []) if isinstance(one, dict) else []
    return list(found) if isinstance(found, list) else [found]
def bare(one): return json.dumps(plain({key: one[key] for key in one if key != "Sid"}), sort_keys=True)
def has(there, one): return bare(one) in [bare(other) for other in there]
def policy():
    found = value(now)
    if found is not None and not isinstance(found, dict): raise ValueError("it is no policy")
    return found or {"Version": "2012-10-17", "Statement": []}
def added():
    there = statements(policy())
    taken = set(one.get("Sid") for one in there)
    for one in [one for one in json.loads(adds) if not has(there, one)]:
        sid, i = one.get("Sid"), 2
        while sid in taken: sid, i = "%s%d" % (one.get("Sid"), i), i + 1
        taken.add(sid)
        there.append(dict(one, Sid=sid))
    return dict(policy(), Statement=there)
def dropped():
    left = [one for one in statements(policy()) if not has(json.loads(adds), one)]
    return dict(policy(), Statement=left) if left else None
def state():
    own = json.loads(adds)
    if own: return "after" if all(has(statements(policy()), one) for one in own) else "before"
    named = json.loads(sids)
    if not named:
        if same(value(now), value(after)): return "after"
        return "before" if before == "any" or same(value(now), value(before)) else "other"
    there = statements(value(now))
    found = [sid for sid in named if any(one.get("Sid") == sid for one in there)]
    if len(found) == len(named): return "after"
    return "before" if not found and (before == "any" or same(there, statements(value(before)))) else "other"
if verb == "compare": print(state())
elif verb == "add": print(json.dumps(added(), indent=2))
elif verb == "drop": print(json.dumps(dropped(), indent=2))
elif verb == "show": print(json.dumps(plain(value(now)), indent=2, sort_keys=True))
else: print(json.dumps({"Policy": json.dumps(value(now))}))
`

export const DOCUMENTS = `# Documents are compared as AWS reads them: the order of keys and of lists of texts, and a list of one, mean nothing.
documents() {
  if command -v node >/dev/null 2>&1; then node -e '${NODE}' -- "$@"
  else python3 -c '${PYTHON}' "$@"
  fi
}
command -v node >/dev/null 2>&1 || command -v python3 >/dev/null 2>&1 || stop 'it needs node or python3 to compare documents'
command -v aws >/dev/null 2>&1 || stop 'it needs the AWS CLI'`

export const QUEUE = String.raw`queue_attributes() {
  documents queue "@$1" >"$work/queue.json" || return
  printf '%s' "$work/queue.json"
}`

/** caller ACCOUNT; an account that is not known is shown. */
export const CALLER = String.raw`# Who is calling, for one account. Where nobody knew which account that is, it is only told.
caller() {
  found=$(as "$1" aws sts get-caller-identity --query Account --output text) ||
    stop "AWS does not say who is calling for $1: nothing was changed"
  case $1 in
    account-*) say "checked  $1, which this fix does not know: the caller is of account $found" ;;
    "$found") say "checked  the caller is of account $1" ;;
    *) stop "the caller is of account $found, not of $1: nothing was changed. Name a profile of it: bash $0 $1=PROFILE" ;;
  esac
}`

/** look NUMBER NAME NONE BEFORE AFTER SIDS ADDS, and make NUMBER STATE NAME AFTER. */
export const LOOK =
  String.raw`# What is in force now: what the fix was made from ("before"), what it comes to ("after"); anything else stops it.
look() {
  "exists_$1" >/dev/null || stop "$2: what it is for could not be read: nothing was changed"
  if "read_$1" >"$work/$1.json" 2>"$work/$1.err"; then :
  elif [ -n "$3" ] && grep -qF "($3)" "$work/$1.err"; then printf 'null\n' >"$work/$1.json"
  else
    cat "$work/$1.err" >&2
    stop "$2: what is in force could not be read: nothing was changed"
  fi
  found=$(documents compare "@$work/$1.json" "$4" "$5" "$6" "$7") || stop "$2: it could not be compared: nothing was changed"
  case $found in
    before)
      if [ "$7" = '[]' ]; then say "checked  $2: in force is what this fix was made from"
      else say "checked  $2: the policy in force does not have the statement yet"
      fi
      ;;
    after) say "checked  $2: in force is what this fix comes to" ;;
    *)
      documents show "$4" >"$work/was" && documents show "@$work/$1.json" >"$work/now" &&
        diff -u "$work/was" "$work/now" >&2 || :
      stop "$2 has been changed since (above: what the fix was made from, then what is in force): nothing was changed. Collect a new snapshot and make the fix again"
      ;;
  esac
}

made=''
failed() {
  stop "$1 failed. Done before it:$` +
  String.raw`{made:- nothing}. Mend the reason and run it again, or take back what was done: bash $0 --undo"
}
make() {
  case $mode-$2 in
    change-before)
      say "changing $3"
      "put_$1" "$4" >/dev/null || failed "$3"
      "finish_$1" >/dev/null || failed "$3"
      made="$made $3;"
      ;;
    change-after)
      "finish_$1" >/dev/null || failed "$3"
      say "already  $3"
      ;;
    undo-after)
      say "undoing  $3"
      "undo_$1" >/dev/null || failed "$3"
      ;;
    undo-before) say "already  $3: as it was before" ;;
  esac
}`

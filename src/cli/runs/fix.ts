import { join, relative, resolve } from 'node:path'
import { searchEvidence } from '#app/diagnose.ts'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { withToken } from '#app/beside/token-beside.ts'
import { writeNewTexts } from '#app/files.ts'
import { type Chosen, chosenFixes, filesOf, isDraft, isScope, jsonFixes, type OutFile } from '#app/fix.ts'
import { inTerraform, readTerraform } from '#app/fix-terraform.ts'
import { isDenial, noDenial } from '#app/inputs.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { hasPolicies, loadPolicySource } from '#app/policy-source.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { shellWord } from '#quote/shell.ts'
import { toJson } from '#report/json.ts'
import { fixesText } from '#report/text-fixes.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { authorizedIfAsked } from '../authorization.ts'
import { besideOf, factsOf } from '../at-hand-options.ts'
import { decodeIfAsked } from '../decode.ts'
import { evidenceBeside, repeatedWords, tellLeftAside, tellReadAs, toldFacts } from '../denials-beside.ts'
import { diagnoseOptions, sessionPoliciesOf } from '../diagnose-options.ts'
import type { FIX_OPTIONS } from '../fix-options.ts'
import { checkLive, liveSource, printLivePolicy } from '../live.ts'
import { recordedChangesOf } from '../recorded-changes.ts'
import { namesOf, tellFault } from '../tell.ts'
import { besides } from '../told-anyway.ts'
import { warn, warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof FIX_OPTIONS>

export async function runFix(args: Args, io: Io): Promise<number> {
  const { values, files, given } = args
  const { scope } = values
  const facts = factsOf(values)
  const sorted = await besideOf(files, values, io, values.scenario !== '-')
  checkLive(values, given)
  const named = { snapshot: values.snapshot, scenario: values.scenario, commandLineOptions: given }
  const loaded: PolicySource = values.live ? { kind: 'none' } : await loadPolicySource(named, io.stdin)
  const asked = await decodeIfAsked(values, await evidenceBeside(sorted, files, facts, io), io)
  const { evidence: authorized, beside } = await authorizedIfAsked(values, asked, sorted, io)
  const denied = toldFacts(withToken(authorized, beside), facts, io)
  tellReadAs(beside, io)
  const kept = values.store === undefined ? [] : await keptDenials(values.store, denied, io)
  const recordedChanges = await recordedChangesOf(values, given, denied, io)
  const options = { ...(await diagnoseOptions(values, io)), kept, recordedChanges }
  const provided = { ...denied, ...(await sessionPoliciesOf(values, io)), provided: beside.atHand }
  if (values.live && values['print-policy']) {
    await printLivePolicy(provided, options, io)
    return EXIT.ok
  }
  const source = values.live ? await liveSource(provided, values, options, io) : loaded
  const evidence = withPolicies(provided, source, beside)
  const { searches, scenarios } = searchEvidence(evidence, options)
  if (!evidence.denials.some(isDenial)) {
    tellFault(io, noDenial(namesOf(beside.inputs), evidence.denials))
    return EXIT.unreadable
  }
  const found = chosenFixes(searches, { id: values.choose, scope: isScope(scope) ? scope : undefined })
  if (values['cross-check'] && found.some(({ fix }) => isDraft(fix))) warn(io, NOT_CHECKED)
  const checking = values['cross-check'] ? await besides(crossChecked(found, args, io)) : undefined
  const checked = checking?.answer ?? found
  const terraform = values.terraform === undefined ? undefined : readTerraform(values.terraform)
  const chosen = terraform === undefined ? checked : checked.map((one) => inTerraform(one, terraform.project))
  const written = write(chosen, args, terraform?.places ?? [])
  io.out(
    values.format === 'json'
      ? toJson({ schemaVersion: 1, fixes: jsonFixes(chosen), written, diagnoses: chosen.map(calledFor) })
      : fixesText(chosen, written, io.page, { live: hasPolicies(evidence) ? undefined : liveCommand(args) }),
  )
  warnOfProblems(io, evidence.policySource)
  const isCut = tellLeftAside(beside, scenarios, io)
  if (checking?.fault !== undefined) {
    tellFault(io, checking.fault)
    return EXIT.aws
  }
  return isCut ? Math.max(exitOf(chosen), EXIT.unreadable) : exitOf(chosen)
}

const NOT_CHECKED = "a fix that is drafted from AWS's words is not cross-checked: no policy was seen to ask about"

/** The command that writes the fix on what is in force now. */
function liveCommand({ files, values }: Args): string {
  const asked = files.length > 0 ? files.map(shellWord) : values.action === undefined ? ['-'] : []
  return ['denytrace fix', '--live', ...asked, ...repeatedWords(values)].join(' ')
}

/** The store is loaded by those runs alone that name one. */
async function keptDenials(url: string, evidence: Evidence, io: Io) {
  const [{ denialsKeptFor }, { storeOptions }] = await Promise.all([
    import('#app/store/kept-denials.ts'),
    import('../store-options.ts'),
  ])
  return denialsKeptFor(evidence, url, storeOptions(io))
}

/** Which call a fix is for: what `verify` looks for in later events. */
const calledFor = ({ diagnosis: { denial, occurrences, steps } }: Chosen): object => ({
  denial,
  occurrences,
  steps: steps.map(({ relation, request }) => ({ relation, request })),
})

/** What Access Analyzer says of every fix that is written. */
async function crossChecked(chosen: readonly Chosen[], { values }: Args, io: Io): Promise<readonly Chosen[]> {
  // Read by those runs alone that ask AWS.
  const [{ crossCheckFix }, { askingOf }] = await Promise.all([
    import('#app/cross-check.ts'),
    import('../cross-check.ts'),
  ])
  const asking = askingOf(values, io)
  const one = async ({ diagnosis, fix }: Chosen): Promise<Chosen> => ({
    diagnosis,
    fix: fix === undefined || isDraft(fix) ? fix : await crossCheckFix(fix, diagnosis, asking),
  })
  return Promise.all(chosen.map(one))
}

/** Writes the files of every chosen fix and gives their paths; several denials have a number before their files. */
function write(chosen: readonly Chosen[], { values }: Args, sources: readonly string[]): readonly string[] {
  const { out, snapshot, scenario } = values
  const subject = {
    ...(snapshot === undefined ? {} : { snapshot: fromFolder(out, snapshot) }),
    ...(snapshot === undefined && scenario !== undefined ? { scenario: fromFolder(out, scenario) } : {}),
  }
  const files = chosen.flatMap((one, i) =>
    filesOf(one, { withTests: values['with-tests'], subject }, chosen.length > 1 ? `${i + 1}.` : ''),
  )
  if (out === undefined) return []
  const own = new Set(sources.map((path) => resolve(path)))
  const over = files.find(({ name }) => own.has(resolve(out, name)))
  if (over !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      `\`${join(out, over.name)}\` is one of the files given with \`--terraform\``,
      'give another directory: your files are never overwritten',
    )
  return writeAll(out, files)
}

/** The tests name their subject from the folder they are written into, as `denytrace test` reads it. */
function fromFolder(out: string | undefined, path: string): string {
  if (out === undefined) return path
  const found = relative(out, path)
  return found.startsWith('.') ? found : `./${found}`
}

function writeAll(out: string, files: readonly OutFile[]): readonly string[] {
  writeNewTexts(out, new Map(files.map(({ name, text }) => [name, text])))
  return files.map(({ name }) => join(out, name))
}

/** The worst counts: a denial without a fix, or with one that is not proved, is no good answer (docs/json.md, "Exit codes"). */
function exitOf(chosen: readonly Chosen[]): number {
  const denials = chosen.filter(({ diagnosis }) => diagnosis.denial.kind === 'aws-access-denied')
  if (denials.some(({ diagnosis, fix }) => fix === undefined && diagnosis.status === 'undetermined'))
    return EXIT.undetermined
  const isGood = ({ diagnosis, fix }: Chosen): boolean =>
    diagnosis.status === 'allowed-now' || (fix?.proof?.status === 'proved' && diagnosis.identity.relation !== 'outside')
  return denials.length > 0 && denials.every(isGood) ? EXIT.ok : EXIT.bad
}

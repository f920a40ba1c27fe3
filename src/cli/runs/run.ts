import type { Beside } from '#app/beside/beside.ts'
import { policySourceBeside } from '#app/beside/policy-source-beside.ts'
import { type Ended, startChild } from '#app/child-process.ts'
import { searchEvidence, shownResult, wholeResult } from '#app/diagnose.ts'
import { writeText } from '#app/files.ts'
import type { Facts } from '#app/given-facts.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { type Grouped, inIncidents } from '#app/incidents.ts'
import { credentialsOfCommand, evidenceOfRun } from '#app/run-command.ts'
import { readSessionPolicies } from '#app/scenarios.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import { whoami } from '#app/whoami.ts'
import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { toJson } from '#report/json.ts'
import { safeLine } from '#quote/terminal.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { isUserError, UserError } from '../../errors.ts'
import { besideOf, factsOf } from '../at-hand-options.ts'
import { awsSettings } from '../aws-options.ts'
import type { Arguments, Io } from '../command.ts'
import { decodeIfAsked } from '../decode.ts'
import { tellLeftAside, toldFacts } from '../denials-beside.ts'
import { liveSource } from '../live.ts'
import { expectedCaller } from '../expected-caller.ts'
import type { RUN_OPTIONS } from '../run-options.ts'
import { warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof RUN_OPTIONS>
type SessionPolicies = Awaited<ReturnType<typeof readSessionPolicies>>

/** Runs a command and explains its denial on standard error, so that the command's own output stays what it was. */
export async function runRun({ values, files, given }: Args, io: Io): Promise<number> {
  if (files.length === 0)
    throw new UserError('usage/missing-option', 'there is no command to run', 'write `denytrace run -- COMMAND…`')
  const expected = expectedCaller(values)
  const facts = factsOf(values)
  const beside = await besideOf([], values, io)
  const loaded = await loadPolicySource(
    { snapshot: values.snapshot, scenario: undefined, commandLineOptions: given },
    io.stdin,
  )
  const policySource = policySourceBeside(loaded, beside)
  const policies = values['session-policy']
  const sessionPolicies = policies.length === 0 ? undefined : await readSessionPolicies(policies, io.stdin)
  const caller = values.offline ? undefined : await callerOf(files, expected, values, io)
  const ended = await runCommand(files, io)
  try {
    await explain({ words: files, ended, caller, policySource, sessionPolicies, beside, facts }, values, io)
  } catch (error) {
    // The command has ended, and its exit code stays whatever becomes of the diagnosis.
    if (!isUserError(error)) throw error
    io.err(`denytrace: ${error.code}: ${safeLine(error.message)}\n`)
  }
  return ended.code
}

/**
 * Runs the command. What asks this program to end is for the command to heed, and this program waits for it. Once the command
 * has ended, its exit code is the one to end with, also where somebody interrupts the diagnosis.
 */
async function runCommand(words: readonly string[], io: Io): Promise<Ended> {
  let child: ReturnType<typeof startChild> | undefined
  let code: number | undefined
  io.onSignal((signal) => {
    // A terminal sends these to the command too. Elsewhere, as in CI, the signal is sent to this program alone.
    const isSentToBoth = io.stdinIsTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT')
    if (code === undefined && !isSentToBoth) child?.kill(signal)
    return code
  })
  child = startChild(words, { out: io.outBytes, err: io.errBytes })
  const ended = await child.ended
  code = ended.code
  return ended
}

/** The command that has ended, and all that was known before it began. */
interface EndedRun {
  readonly words: readonly string[]
  readonly ended: Ended
  readonly caller: string | undefined
  readonly policySource: PolicySource
  readonly sessionPolicies: SessionPolicies | undefined
  readonly beside: Beside
  readonly facts: Facts
}

async function explain(run: EndedRun, values: Args['values'], io: Io): Promise<void> {
  const { ended, caller, sessionPolicies, beside } = run
  const found = evidenceOfRun(ended, caller, run.words)
  if (found.denials.length === 0) return
  const denied = toldFacts(await decodedOrNot(values, found, io), run.facts, io)
  const expected = values['expect-principal']
  const options = expected === undefined ? {} : { expectPrincipal: expected }
  const provided = { ...denied, provided: beside.atHand, ...(sessionPolicies === undefined ? {} : { sessionPolicies }) }
  const evidence = { ...provided, policySource: await sourceOf(run, provided, options, values, io) }
  // A report has every denial; a person reads one of each kind.
  const isWhole = values.format === 'json' || values.verbose || values.report !== undefined
  const grouped = isWhole ? undefined : inIncidents(evidence, options)
  const searched = searchEvidence(grouped?.evidence ?? evidence, options)
  const withOthers: Grouped['withOccurrences'] = grouped?.withOccurrences ?? ((result) => result)
  const told =
    values.format === 'json'
      ? toJson(wholeResult(searched))
      : diagnosesText(withOthers(shownResult(searched, values)), io.page, { verbose: values.verbose })
  io.err(`\ndenytrace: the command ended with ${ended.code}\n\n${told}`)
  if (values.report !== undefined) writeText(values.report, toJson(wholeResult(searched)))
  warnOfProblems(io, evidence.policySource)
  tellLeftAside(beside, searched.scenarios, io)
}

const profileOfCommand = (words: readonly string[]): string | undefined => {
  const credentials = credentialsOfCommand(words)
  return credentials === 'unknown' ? undefined : credentials.profile
}

/** What bears on the denial is read from AWS by itself, unless a snapshot is given, or nobody is to be asked. */
async function sourceOf(
  { words, policySource, caller, beside }: EndedRun,
  evidence: Evidence,
  options: Omit<DiagnoseOptions, 'managedPolicies'>,
  values: Args['values'],
  io: Io,
): Promise<PolicySource> {
  const isGiven = policySource.kind !== 'none' && values.snapshot !== undefined
  // What bears on the denial is read with the command's own credentials, unless `--profile` names others.
  const profile = values.profile ?? profileOfCommand(words)
  const canRead = caller !== undefined || profile !== undefined
  if (values.offline || !canRead || (isGiven && !values.live)) return policySource
  try {
    return policySourceBeside(await liveSource(evidence, { ...values, profile }, options, io), beside)
  } catch (error) {
    if (!isUserError(error)) throw error
    io.err(`denytrace: nothing was read from AWS (${error.code}: ${safeLine(error.message)})\n`)
    return policySource
  }
}

/** The command has failed, and its exit code stays: that AWS cannot be asked is only said. */
async function decodedOrNot(values: Args['values'], found: Evidence, io: Io): Promise<Evidence> {
  try {
    return await decodeIfAsked(values, found, io)
  } catch (error) {
    if (!isUserError(error)) throw error
    io.err(`denytrace: the encoded message was not decoded (${error.code}: ${safeLine(error.message)})\n`)
    return found
  }
}

/**
 * Says whose credentials the command uses, before it runs. These are the credentials of its environment or of the profile in its own
 * words. The profile of `--profile` is for reading policies, and the command never sees it.
 */
async function callerOf(
  words: readonly string[],
  expected: string | undefined,
  values: Args['values'],
  io: Io,
): Promise<string | undefined> {
  const credentials = credentialsOfCommand(words)
  if (credentials === 'unknown') {
    io.err(`denytrace: \`${safeLine(words[0] ?? '')}\` changes the credentials, so who runs the command is not known\n`)
    return undefined
  }
  try {
    const { caller, explanation } = await whoami(awsSettings({ ...values, profile: credentials.profile }), expected)
    io.err(`denytrace: ${safeLine(explanation)}\n`)
    return caller
  } catch (error) {
    if (!isUserError(error)) throw error
    io.err(`denytrace: who runs this is not known (${error.code}: ${safeLine(error.message)})\n`)
    return undefined
  }
}

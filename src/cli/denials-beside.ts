import type { Beside } from '#app/beside/beside.ts'
import { unusedBeside } from '#app/beside/policy-source-beside.ts'
import { openInputs } from '#app/files.ts'
import { type Facts, withFacts } from '#app/given-facts.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { readEvidence, together } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'
import { shellWord } from '#quote/shell.ts'
import { isUserError, UserError } from '../errors.ts'
import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import type { Io } from './command.ts'
import { readingProgress } from './reading-progress.ts'
import { promptForPaste, tellFault } from './tell.ts'
import { warn } from './warn.ts'

/** The evidence among the operands; where all of them say what was in force, standard input, or what options say of the request. */
export async function evidenceBeside(
  { inputs }: Beside,
  files: readonly string[],
  facts: Facts,
  io: Io,
): Promise<Evidence> {
  if (inputs.length > 0) {
    // A prompt would be in the way of somebody who said all by options.
    if (files.length === 0 && io.stdinIsTerminal && facts.action !== undefined) return together([])
    promptForPaste(io, files)
    const reading = readingProgress(inputs, io)
    const evidence = readEvidence(reading.inputs).finally(reading.end)
    return facts.action === undefined ? evidence : readOrNone(evidence)
  }
  if (facts.action !== undefined) return together([])
  if (io.stdinIsTerminal) throw noDenialBeside(files)
  try {
    const reading = readingProgress(openInputs([], io.stdin), io)
    return await readEvidence(reading.inputs).finally(reading.end)
  } catch (error) {
    throw isUserError(error) && error.code === 'input/empty' ? noDenialBeside(files) : error
  }
}

/** Where options say what was refused, a text need not. */
async function readOrNone(reading: Promise<Evidence>): Promise<Evidence> {
  try {
    return await reading
  } catch (error) {
    if (isUserError(error) && (error.code === 'input/empty' || error.code === 'input/no-denial')) return together([])
    throw error
  }
}

const noDenialBeside = (files: readonly string[]): UserError =>
  new UserError(
    'input/no-denial',
    `${files.map((file) => `\`${file}\``).join(', ')} ${files.length === 1 ? 'says' : 'say'} what was in force, and not what was refused`,
    'add the error message or the CloudTrail event, or say it: `--principal ARN --action ACTION --resource ARN`',
  )

/** The evidence with what options say of the request; where the two differ, that is told. */
export function toldFacts(given: Evidence, facts: Facts, io: Io): Evidence {
  const { evidence, conflicts } = withFacts(given, facts)
  for (const conflict of conflicts) warn(io, conflict)
  return evidence
}

/** Prints what the files were read as, before the answer that rests on them. */
export function tellReadAs({ readAs }: Beside, io: Io): void {
  if (readAs.length > 0) io.err(`read: ${readAs.map(({ file, form }) => `${file} (${form})`).join(', ')}\n`)
}

/** Files that count for none of the denials, and files that are nothing known. True: some could not be used. */
export function tellLeftAside(beside: Beside, scenarios: readonly (readonly Scenario[])[], io: Io): boolean {
  for (const { file, takenFor, why, whatWouldBindIt, countsLater } of unusedBeside(beside, scenarios.flat()))
    warn(
      io,
      countsLater === true
        ? `\`${file}\` (${takenFor}) does not count yet: ${why}`
        : `\`${file}\` (${takenFor}) bears on none of the denials: ${why}. To use it: ${whatWouldBindIt}`,
    )
  for (const fault of beside.faults) tellFault(io, fault)
  return beside.faults.length > 0
}

const REPEATED = { ...FACTS, ...POLICIES_AT_HAND }
type Repeated = { readonly [K in keyof typeof REPEATED]: readonly string[] | string | boolean | undefined }

/** The options that say what is at hand, as they are to be typed again. */
export const repeatedWords = (values: Repeated): readonly string[] =>
  (Object.keys(REPEATED) as (keyof Repeated)[]).flatMap((name) => {
    const value = values[name]
    if (value === undefined || value === false) return []
    if (value === true) return [`--${name}`]
    return [value].flat().flatMap((one) => [`--${name}`, shellWord(one)])
  })

import type { Policy } from '#engine/scenario.ts'
import type { ReadingWatch } from '#intake/reading-watch.ts'
import { type Input, openInputs, readText, sizeOfFile, type Stdin } from '../files.ts'
import { sessionPolicyIn } from '../scenarios.ts'
import type { Beside, BESIDE_AS, Named } from './beside.ts'
import { Sorting } from './sorting.ts'

export const NOTHING_NAMED: Named = { policies: [], noEndpoint: false, noOrganization: false }

/** Size in bytes up to which a file is read whole and looked at; a log may be larger, and is read as it comes. */
const MAX_RECOGNIZED = 32 * 1024 * 1024

/** The operands of a command, sorted by what they hold. `-` is evidence, and so is standard input where nothing is named. */
export async function besideDenial(paths: readonly string[], named: Named, stdin: Stdin): Promise<Beside> {
  const sorting = new Sorting(named)
  for (const { as, file } of named.policies) sorting.addNamed(as, await readText(file, stdin))
  const isOneOfSeveral = paths.length + named.policies.length > 1
  for (const input of openInputs(paths, stdin)) {
    const text = paths.length === 0 ? undefined : await textToRecognize(input.name, stdin)
    if (text === undefined) sorting.addInput(input)
    else await sorting.add({ name: input.name, text }, isOneOfSeveral)
  }
  return sorting.end()
}

/** Text that came in a body; `as`: what it is, where that is said as an option says it of a file. */
export interface TextBeside extends Input {
  readonly as?: (typeof BESIDE_AS)[number]
}

/** Texts that came in a body, sorted by what they hold. */
export async function besideTexts(texts: readonly TextBeside[], watch?: ReadingWatch): Promise<Beside> {
  const sorting = new Sorting(NOTHING_NAMED, watch)
  const sessionPolicies: Policy[] = []
  for (const { as, ...text } of texts)
    if (as === undefined) await sorting.add(text, true)
    else if (as === 'session-policy') sessionPolicies.push(await sessionPolicyIn(text.text, text.name))
    else sorting.addNamed(as, text)
  return { ...sorting.end(), ...(sessionPolicies.length === 0 ? {} : { sessionPolicies }) }
}

/** Standard input and what is large are evidence: only a file of policy data is read whole. */
async function textToRecognize(path: string, stdin: Stdin): Promise<string | undefined> {
  const size = sizeOfFile(path)
  if (size === undefined || size > MAX_RECOGNIZED) return undefined
  return (await readText(path, stdin)).text
}

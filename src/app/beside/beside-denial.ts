import { type Input, openInputs, readText, sizeOfFile, type Stdin } from '../files.ts'
import type { Beside, Named } from './beside.ts'
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

/** Texts that came in a body, sorted by what they hold. */
export async function besideTexts(texts: readonly Input[]): Promise<Beside> {
  const sorting = new Sorting(NOTHING_NAMED)
  for (const text of texts) await sorting.add(text, true)
  return sorting.end()
}

/** Standard input and what is large are evidence: only a file of policy data is read whole. */
async function textToRecognize(path: string, stdin: Stdin): Promise<string | undefined> {
  const size = sizeOfFile(path)
  if (size === undefined || size > MAX_RECOGNIZED) return undefined
  return (await readText(path, stdin)).text
}

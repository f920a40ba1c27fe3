import type { Policy } from '#engine/scenario.ts'
import type { ReadingWatch } from '#intake/reading-watch.ts'
import { type Input, openInputs, type OpenInput, readText, sizeOfFile, type Stdin } from '../files.ts'
import { sessionPolicyIn } from '../scenarios.ts'
import type { Beside, BESIDE_AS, Named } from './beside.ts'
import { Sorting } from './sorting.ts'

export const NOTHING_NAMED: Named = { policies: [], noEndpoint: false, noOrganization: false }

/** Size in bytes up to which a file is read whole and looked at; a log may be larger, and is read as it comes. */
const MAX_RECOGNIZED = 32 * 1024 * 1024

/**
 * The operands of a command, sorted by what they hold. `-` is evidence, and so is standard input where nothing is named. `isPasted`:
 * nothing else reads standard input, so policies are looked for in it as well.
 */
export async function besideDenial(
  paths: readonly string[],
  named: Named,
  stdin: Stdin,
  isPasted = false,
): Promise<Beside> {
  const sorting = new Sorting(named)
  for (const { as, file } of named.policies) sorting.addNamed(as, await readText(file, stdin))
  const isOneOfSeveral = paths.length + named.policies.length > 1
  for (const input of openInputs(paths, stdin)) {
    const isStdin = input.name === STDIN
    const text = isStdin ? undefined : await textToRecognize(input.name, stdin)
    if (isStdin && isPasted) sorting.addInput(await withPieces(input, sorting))
    else if (text === undefined) sorting.addInput(input)
    else await sorting.add({ name: input.name, text }, isOneOfSeveral)
  }
  return sorting.end()
}

/** Text that came in a body; `as`: what it is, where that is said as an option says it of a file. */
export interface TextBeside extends Input {
  readonly as?: (typeof BESIDE_AS)[number]
}

/** Texts that came in a body, sorted by what they hold. `pasted`: the text of the denial, which may have policies between its lines. */
export async function besideTexts(
  texts: readonly TextBeside[],
  watch?: ReadingWatch,
  pasted?: string,
): Promise<Beside> {
  const sorting = new Sorting(NOTHING_NAMED, watch)
  if (pasted !== undefined) sorting.addPiecesIn({ name: 'text', text: pasted })
  const sessionPolicies: Policy[] = []
  for (const { as, ...text } of texts)
    if (as === undefined) await sorting.add(text, true)
    else if (as === 'session-policy') sessionPolicies.push(await sessionPolicyIn(text.text, text.name))
    else sorting.addNamed(as, text)
  return { ...sorting.end(), ...(sessionPolicies.length === 0 ? {} : { sessionPolicies }) }
}

const STDIN = 'standard input'

/** Characters of standard input that are kept to look for policies in them; a longer stream is read as it comes. */
const MOST_PASTED = 300_000

/** Standard input, after the policies between the lines of a pasted text were added. */
async function withPieces(input: OpenInput, sorting: Sorting): Promise<OpenInput> {
  const chunks = input.chunks()[Symbol.asyncIterator]()
  const parts: string[] = []
  let length = 0
  let isAtEnd = false
  while (!isAtEnd && length <= MOST_PASTED) {
    const { value, done } = await chunks.next()
    isAtEnd = done === true
    if (done === true) break
    parts.push(value)
    length += value.length
  }
  if (isAtEnd) sorting.addPiecesIn({ name: input.name, text: parts.join('') })
  return { ...input, chunks: () => rest(parts, chunks) }
}

async function* rest(parts: readonly string[], chunks: AsyncIterator<string>): AsyncGenerator<string, undefined> {
  yield* parts
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  return undefined
}

/** Standard input and what is large are evidence: only a file of policy data is read whole. */
async function textToRecognize(path: string, stdin: Stdin): Promise<string | undefined> {
  const size = sizeOfFile(path)
  if (size === undefined || size > MAX_RECOGNIZED) return undefined
  return (await readText(path, stdin)).text
}

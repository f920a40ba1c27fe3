import { answeredEvidence, type SearchedResult } from '#app/diagnose.ts'
import { talkOver } from '#app/guided/talk.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { shellWord } from '#quote/shell.ts'
import type { Io } from '../command.ts'

/** Diagnoses that were shown, and how to show what an answer to a question comes to. */
export interface Shown {
  readonly evidence: Evidence
  readonly searched: SearchedResult
}

/** Shows the diagnosis of evidence; `words`: the options that say what was answered. */
export type ShowAgain = (evidence: Evidence, words: readonly string[]) => Promise<SearchedResult>

/** A diagnosis asks again only where an answer leaves something open. */
const MOST = 3

/**
 * Whether there is somebody to ask: a terminal to read from and one to write to, not in a CI job, and not where the denial
 * itself comes from standard input.
 */
export const canAsk = (io: Io, files: readonly string[], scenario: string | undefined): boolean =>
  io.stdinIsTerminal &&
  io.errIsTerminal &&
  io.page.isTerminal &&
  files.length > 0 &&
  !files.includes('-') &&
  scenario !== '-' &&
  (io.env['CI'] ?? '') === ''

/**
 * Asks on the terminal what a diagnosis asks, and shows it again with the answer as a fact of the request. The diagnoses
 * that were shown last; Enter leaves them as they are.
 */
export async function answeredOnTerminal(
  { evidence, searched }: Shown,
  show: ShowAgain,
  io: Io,
): Promise<SearchedResult> {
  let shown: Shown = { evidence, searched }
  const words: string[] = []
  const talk = talkOver(io.stdin, { tell: io.out, prompt: io.err })
  try {
    for (let i = 0; i < MOST; i++) {
      const diagnosis = shown.searched.result.diagnoses.find(({ question }) => question !== undefined)
      const { question } = diagnosis ?? {}
      if (diagnosis === undefined || question === undefined) break
      const given = await talk.askFor(`${question.text} y or n, Enter: skip`, (text) =>
        answerOf(text) === undefined ? 'y, n or Enter.' : undefined,
      )
      const answer = given === undefined ? undefined : answerOf(given)
      const said = answer === undefined ? undefined : answeredEvidence(shown.evidence, diagnosis, answer)
      if (answer === undefined || said === undefined) break
      words.push('--context', shellWord(`${question.fact}=${[question.values[answer] ?? ''].flat().join(',')}`))
      io.err('\n')
      shown = { evidence: said, searched: await show(said, words) }
    }
    return shown.searched
  } finally {
    await talk.end()
  }
}

function answerOf(text: string): 'yes' | 'no' | undefined {
  const word = text.trim().toLowerCase()
  if (word === 'y' || word === 'yes') return 'yes'
  return word === 'n' || word === 'no' ? 'no' : undefined
}

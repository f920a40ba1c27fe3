import type { Stdin } from '../files.ts'

/** Our side of a guided session: questions go to whoever sits there, findings to the output. */
export interface Talk {
  /** Tells the title of a step, and what it is about. */
  readonly step: (title: string, why: string) => void
  /** A finding. */
  readonly tell: (text: string) => void
  /** Answer in one line; undefined: nothing was answered, or nobody answers any more. */
  readonly ask: (question: string) => Promise<string | undefined>
  /** Answer in one line, asked for again while it is wrong: `wrong` says why. */
  readonly askFor: (question: string, wrong: (answer: string) => string | undefined) => Promise<string | undefined>
  /** Several lines: to an empty one, or the whole of a JSON value. */
  readonly askText: (question: string) => Promise<string | undefined>
  /** Lets go of the input: a terminal would be waited for. */
  readonly end: () => Promise<void>
}

export interface Voices {
  readonly tell: (text: string) => void
  readonly prompt: (text: string) => void
}

/** A question that was answered wrongly so often is left. */
const TRIES = 3

/** A talk over lines of standard input, from a person or a pipe. */
export function talkOver(stdin: Stdin, { tell, prompt }: Voices): Talk {
  const lines = linesOf(stdin)
  const line = async (): Promise<string | undefined> => {
    const next = await lines.next()
    return next.done === true ? undefined : next.value
  }
  let count = 0
  const ask = async (question: string): Promise<string | undefined> => {
    prompt(`${question} > `)
    const answer = (await line())?.trim()
    if (answer === undefined) prompt('\n')
    return answer === '' ? undefined : answer
  }
  return {
    tell,
    step: (title, why) => prompt(`\n${++count}. ${title}\n   ${why}\n`),
    ask,
    askFor: async (question, wrong) => {
      for (let i = 0; i < TRIES; i++) {
        const answer = await ask(question)
        const why = answer === undefined ? undefined : wrong(answer)
        if (why === undefined) return answer
        prompt(`${why}\n`)
      }
      return undefined
    },
    askText: async (question) => {
      prompt(`${question}, then an empty line\n> `)
      return pasted(line)
    },
    end: async () => void (await lines.return(undefined)),
  }
}

/** A paste ends with an empty line; one inside of a JSON value does not end it. */
async function pasted(line: () => Promise<string | undefined>): Promise<string | undefined> {
  const lines: string[] = []
  for (;;) {
    const next = await line()
    if (next === undefined) break
    if (next.trim() !== '') lines.push(next)
    else if (lines.length === 0 || !isOpenJson(lines.join('\n'))) break
  }
  return lines.length === 0 ? undefined : lines.join('\n')
}

function isOpenJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return false
  } catch {
    return true
  }
}

/** Lines as they come: nothing is waited for that is not asked for, and to stop is to close the input. */
async function* linesOf(stdin: Stdin): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of partsOf(stdin())) {
    const lines = `${rest}${decoder.decode(part, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  if (rest !== '') yield rest
  return undefined
}

async function* partsOf(source: ReturnType<Stdin>): AsyncGenerator<Uint8Array, undefined> {
  if (Symbol.asyncIterator in source) yield* source
  else yield await source
  return undefined
}

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type Address, addressNow, goToAddress } from './address.ts'
import type { Fault } from './ask.ts'
import type { FileBeside, FileRead } from '#http/wire.ts'
import { looksLikeScenario, withFiles } from './given-files.ts'
import { NO_QUESTION, type Question } from './intake-form.tsx'
import { forgetQuestion, keepQuestion, keptQuestion, OWN } from './kept-questions.ts'
import { readDropped } from './read-file.ts'
import { type Shown, useAnswers } from './use-answers.ts'

/** A diagnosis that is asked for, shown and walked through; where the reader is stands in the address. */
export interface Diagnosing {
  readonly question: Question
  readonly shown: Shown | undefined
  /** What became of the files of the question. */
  readonly read: readonly FileRead[]
  readonly fault: Fault | undefined
  readonly isBusy: boolean
  /** Takes the question back; its text and files stay. */
  readonly cancel: () => void
  /** Looks for no more fixes of the answer. */
  readonly stop: () => void
  readonly index: number
  readonly step: number
  readonly fixId: string | undefined
  readonly setQuestion: (next: Question | ((before: Question) => Question)) => void
  readonly setFault: (fault: Fault | undefined) => void
  /** Asks, and goes to the answer. */
  readonly ask: (question: Question) => Promise<void>
  /** Files: a denial, policies, a scenario, beside what is there: it is judged anew. */
  readonly give: (files: readonly File[]) => Promise<void>
  /** To another denial of the input, step of the call, or fix. */
  readonly go: (to: Place) => void
}

interface Place {
  readonly index?: number
  readonly step?: number
  readonly fix?: string
}

const numberOf = (params: ReadonlyMap<string, string>, name: string): number | undefined => {
  const value = params.get(name)
  return value === undefined || !/^\d{1,6}$/.test(value) ? undefined : Number(value)
}

export function useDiagnosing(address: Address, isReady: boolean): Diagnosing {
  const [question, setQuestion] = useState(NO_QUESTION)
  const answers = useAnswers()
  const { shown, setFault } = answers
  // What the address named last and is asked for or shown.
  const wanted = useRef('')
  const turn = useRef(0)
  const ask = useCallback(async (of: Question): Promise<void> => {
    if (of.text.trim() === '' && of.files.length === 0) return
    setQuestion(of)
    const mine = ++turn.current
    const id = await keepQuestion(of)
    if (mine !== turn.current) return
    const isSame = addressNow().view === 'diagnosis' && addressNow().id === id
    wanted.current = id
    goToAddress({ view: 'diagnosis', id, params: new Map() }, !isSame)
    const outcome = await answers.question(of)
    if (outcome === undefined) return
    if ('code' in outcome) return setQuestion(withoutSecrets(of, outcome, id))
    return setQuestion((now) => (now === of ? withEvidence(of, outcome) : now))
  }, [])
  useAddressed(address, isReady, wanted, setQuestion, answers)
  const give = async (files: readonly File[]): Promise<void> => {
    const texts = await textsOf(files)
    if (typeof texts === 'string') return setFault({ status: 0, code: 'page/file', message: texts, hint: '' })
    // A scenario holds its own policies.
    const alone = texts.some(({ text }) => looksLikeScenario(text)) ? { snapshot: undefined, scenario: undefined } : {}
    return ask({ ...question, ...alone, files: withFiles(question.files, texts) })
  }
  const diagnoses = shown?.answer.diagnoses ?? []
  const first = Math.max(
    0,
    diagnoses.findIndex(({ status }) => status !== 'not-a-denial'),
  )
  return {
    ...answers,
    question,
    shown: address.view === 'diagnosis' ? shown : undefined,
    index: Math.min(numberOf(address.params, 'n') ?? first, Math.max(0, diagnoses.length - 1)),
    step: numberOf(address.params, 'step') ?? 0,
    fixId: address.params.get('fix'),
    setQuestion,
    ask,
    give,
    go,
  }
}

function go({ index, step, fix }: Place): void {
  const now = addressNow()
  const params = new Map(index === undefined ? now.params : [...now.params].filter(([name]) => name === 'snapshot'))
  if (index !== undefined) params.set('n', String(index))
  if (step !== undefined) params.set('step', String(step))
  if (fix !== undefined) params.set('fix', fix)
  goToAddress({ ...now, params }, index !== undefined)
}

const OTHER_TAB: Fault = {
  status: 0,
  code: 'page/other-tab',
  message: 'This text was pasted in another tab, or was too large to be kept.',
  hint: 'Paste it again: a text stays in its own tab and is in no link.',
}

/** Shows what the address names: a text of this tab, or an event of the store. */
function useAddressed(
  address: Address,
  isReady: boolean,
  wanted: { current: string },
  setQuestion: (question: Question) => void,
  { question, stored, clear }: ReturnType<typeof useAnswers>,
): void {
  const { view, id = '', params } = address
  const snapshot = params.get('snapshot')
  useEffect(() => {
    if (view !== 'diagnosis' || !isReady) return
    const key = id.startsWith(OWN) ? id : `${id} ${snapshot ?? ''}`
    if (wanted.current === key) return
    wanted.current = key
    if (!id.startsWith(OWN)) return void stored(id, snapshot)
    const kept = keptQuestion(id)
    if (kept === undefined) return clear(OTHER_TAB)
    setQuestion(kept)
    return void question(kept)
  }, [view, id, snapshot, isReady])
}

/** The texts of files; or what is wrong with one. */
async function textsOf(files: readonly File[]): Promise<readonly FileBeside[] | string> {
  const texts: FileBeside[] = []
  for (const file of files) {
    try {
      texts.push({ name: file.name, text: await readDropped(file) })
    } catch (error) {
      return error instanceof Error ? error.message : `\`${file.name}\` cannot be read`
    }
  }
  return texts
}

/** The question whose denial stood in a file: that is its text now, and the others stand beside it. */
function withEvidence(of: Question, read: readonly FileRead[]): Question {
  const evidence = of.files.filter(({ name }) => read.some((one) => one.name === name && one.readAs === 'evidence'))
  const [only, ...more] = evidence
  if (of.text.trim() !== '' || only === undefined || more.length > 0) return of
  return { ...of, text: only.text, files: of.files.filter((one) => one !== only) }
}

/** The question without a file of credentials, which nothing keeps. */
function withoutSecrets(of: Question, { code, message }: Fault, id: string): Question {
  if (code !== 'input/credentials') return of
  forgetQuestion(id)
  return { ...of, files: of.files.filter(({ name }) => !message.startsWith(`\`${name}\``)) }
}

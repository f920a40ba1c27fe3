import { useCallback, useRef, useState } from 'preact/hooks'
import type { DiagnoseAnswer, DiagnoseBody, FileRead } from '#http/wire.ts'
import { isKubernetes } from './answer/first-steps.ts'
import { ask, diagnose, type Fault } from './ask.ts'
import type { Question } from './intake-form.tsx'

/** Answer that is shown; the text stays beside the answer, to mark what was read in it. */
export interface Shown {
  /** Number of an answer, which stays when its fixes come. */
  readonly id: number
  /** Fixes are still looked for. */
  readonly isPartial: boolean
  readonly answer: DiagnoseAnswer
  readonly text: string
  readonly milliseconds: number
  /** Of the answer with its fixes. */
  readonly wholeMilliseconds: number
}

const bodyOf = ({ text, snapshot, scenario, files, context, expected }: Question): DiagnoseBody => ({
  ...(text.trim() === '' && files.length > 0 ? {} : { text }),
  scenarios: true,
  ...(files.length === 0 ? {} : { files }),
  ...(Object.keys(context).length === 0 ? {} : { context }),
  ...(scenario === undefined ? { snapshot: snapshot ?? null } : { scenario: scenario.text }),
  ...(expected.trim() === '' ? {} : { expectPrincipal: expected.trim() }),
})

/** The text that the answer is of: what was pasted, else the file that was read as evidence. */
const evidenceIn = ({ text, files }: Question, read: readonly FileRead[]): string =>
  text.trim() !== ''
    ? text
    : (files.find(({ name }) => read.some((one) => one.name === name && one.readAs === 'evidence'))?.text ?? '')

/** Policies alone are no denial: they stay, and the denial is asked for. */
const isDenialMissing = ({ text }: Question, { code, result }: Fault): boolean =>
  code === 'input/no-denial' && text.trim() === '' && (result?.files ?? []).some(({ readAs }) => readAs !== 'evidence')

const DENIAL_MISSING: Fault = {
  status: 0,
  code: 'input/no-denial',
  message: 'The files are read, and none of them is a denial.',
  hint: 'Paste the error message, or drop the log or event, that they belong to.',
}

/** The answer with its fixes; without them, and why, where they do not come. */
async function wholeOf(
  of: Question,
  first: DiagnoseAnswer,
  signal: AbortSignal,
): Promise<{ readonly answer: DiagnoseAnswer; readonly fault?: Fault }> {
  const found = await diagnose(bodyOf(of), signal)
  // What the reader edits meanwhile hangs on the scenarios that are there.
  return found.ok
    ? { answer: { ...found.value, scenarios: first.scenarios ?? [] } }
    : { answer: first, fault: found.fault }
}

/** What is on the page of an answer. */
interface State {
  readonly shown: Shown | undefined
  /** What became of the files of the question. */
  readonly read: readonly FileRead[]
  readonly fault: Fault | undefined
}

const NOTHING: State = { shown: undefined, read: [], fault: undefined }

/** Asks the service, one question at a time: a late answer to an earlier one is dropped. */
export function useAnswers() {
  const [state, setState] = useState(NOTHING)
  const [isBusy, setBusy] = useState(false)
  const asked = useRef(0)
  const running = useRef<AbortController>()
  const setFault = useCallback((fault: Fault | undefined): void => setState((before) => ({ ...before, fault })), [])
  /** The outcome of the files of the question; undefined: another was asked meanwhile. */
  const question = useCallback(async (of: Question): Promise<readonly FileRead[] | Fault | undefined> => {
    const id = ++asked.current
    running.current?.abort()
    const { signal } = (running.current = new AbortController())
    setBusy(true)
    const start = performance.now()
    // The layers first: proofs of fixes take most of the time, and are read last.
    const first = await diagnose({ ...bodyOf(of), fixes: false }, signal)
    if (id !== asked.current) return undefined
    setBusy(false)
    const milliseconds = performance.now() - start
    const value = first.ok ? first.value : first.fault.result
    const read = value?.files ?? []
    const shownOf = (answer: DiagnoseAnswer, isPartial: boolean): Shown => {
      const wholeMilliseconds = performance.now() - start
      return { id, isPartial, answer, text: evidenceIn(of, read), milliseconds, wholeMilliseconds }
    }
    if (!first.ok) {
      const isMissing = isDenialMissing(of, first.fault)
      const shown = value === undefined || isMissing ? undefined : shownOf(value, false)
      // What is refused by others is no fault: it has a headline of its own.
      const isOther =
        first.fault.code === 'input/no-denial' &&
        value?.diagnoses.some(({ denial }) => denial.kind !== 'other' || isKubernetes(denial)) === true
      setState({ read, shown, fault: isMissing ? DENIAL_MISSING : isOther ? undefined : first.fault })
      return value === undefined ? first.fault : read
    }
    setState({ read, shown: shownOf(first.value, true), fault: undefined })
    void wholeOf(of, first.value, signal).then(({ answer, fault }) => {
      if (id === asked.current) setState({ read, shown: shownOf(answer, false), fault })
    })
    return read
  }, [])
  const stored = useStored(asked, setBusy, setState)
  const clear = useCallback((fault: Fault | undefined): void => {
    asked.current++
    setBusy(false)
    setState({ ...NOTHING, fault })
  }, [])
  /** Takes the question back: what is answered to it is dropped, and what was asked stays to be changed. */
  const cancel = useCallback((): void => {
    running.current?.abort()
    clear(undefined)
  }, [])
  return { ...state, isBusy, setFault, question, stored, clear, cancel }
}

/** Asks for the answer to an event of the store. */
const useStored = (asked: { current: number }, setBusy: (isBusy: boolean) => void, setState: (state: State) => void) =>
  useCallback(async (eventId: string, snapshot: string | undefined): Promise<void> => {
    const id = ++asked.current
    setBusy(true)
    const start = performance.now()
    const query = snapshot === undefined ? '' : `?snapshot=${encodeURIComponent(snapshot)}`
    const found = await ask<DiagnoseAnswer>(`/api/denials/${encodeURIComponent(eventId)}${query}`)
    if (id !== asked.current) return
    setBusy(false)
    const milliseconds = performance.now() - start
    const times = { milliseconds, wholeMilliseconds: milliseconds }
    setState(
      found.ok
        ? { ...NOTHING, shown: { id, isPartial: false, answer: found.value, text: '', ...times } }
        : { ...NOTHING, fault: found.fault },
    )
  }, [])

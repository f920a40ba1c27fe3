import { useCallback, useRef, useState } from 'preact/hooks'
import type { DiagnoseAnswer, DiagnoseBody, FileRead } from '#http/wire.ts'
import { isKubernetes } from './answer/kubernetes.ts'
import { ask, type Asked, diagnose, type Fault } from './ask.ts'
import type { Question } from './intake-form.tsx'
import { loadJsonc } from './jsonc.ts'
import { tellProgress } from './told-progress.ts'

/** Answer that is shown; the text stays beside the answer, to mark what was read in it. */
export interface Shown {
  /** Number of an answer, which stays when its fixes come. */
  readonly id: number
  /** Its fixes: still looked for, there, or not looked for to the end. */
  readonly fixes: 'sought' | 'there' | 'left'
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

/** Asks once: the layers come first, for proofs of fixes take most of the time, and are read last. */
function asking(of: Question, signal: AbortSignal) {
  tellProgress(undefined)
  let onLayers: (layers: Asked<DiagnoseAnswer>) => void = () => undefined
  const layers = new Promise<Asked<DiagnoseAnswer>>((resolve) => {
    onLayers = resolve
  })
  const whole = diagnose(bodyOf(of), signal, (line) => {
    if (line.progress !== undefined && !signal.aborted) tellProgress(line.progress)
    if (line.layers !== undefined) onLayers({ ok: true, value: line.layers })
  })
  return { first: Promise.race([layers, whole]), whole }
}

/** What is told of a fault: what is refused by others is none, for it has a headline of its own. */
function toldOf(of: Question, fault: Fault): Fault | undefined {
  if (isDenialMissing(of, fault)) return DENIAL_MISSING
  const isOther =
    fault.code === 'input/no-denial' &&
    fault.result?.diagnoses.some(({ denial }) => denial.kind !== 'other' || isKubernetes(denial)) === true
  return isOther ? undefined : fault
}

/** What is on the page of an answer. */
interface State {
  readonly shown: Shown | undefined
  /** What became of the files of the question. */
  readonly read: readonly FileRead[]
  readonly fault: Fault | undefined
}

const NOTHING: State = { shown: undefined, read: [], fault: undefined }

/** Without the reader of JSON an answer has its words, and no lines of policies. */
export const warmJsonc = (): Promise<void> => loadJsonc().catch(() => undefined)

/** Asks the service, one question at a time: a late answer to an earlier one is dropped. */
export function useAnswers() {
  const [state, setState] = useState(NOTHING)
  const [isBusy, setBusy] = useState(false)
  const asked = useRef(0)
  const running = useRef<AbortController>()
  const setFault = useCallback((fault: Fault | undefined): void => setState((before) => ({ ...before, fault })), [])
  const question = useQuestion(asked, running, setBusy, setState)
  const stored = useStored(asked, setBusy, setState)
  /** Takes the question back, which ends its work: what is answered to it is dropped. */
  const drop = useCallback((): void => {
    asked.current++
    running.current?.abort()
    setBusy(false)
  }, [])
  const clear = useCallback((fault: Fault | undefined): void => {
    drop()
    setState({ ...NOTHING, fault })
  }, [])
  /** What was asked stays to be changed. */
  const cancel = useCallback((): void => clear(undefined), [])
  /** Looks for no more fixes: the layers stay. */
  const stop = useCallback((): void => {
    drop()
    setState((before) => ({ ...before, shown: before.shown && { ...before.shown, fixes: 'left' } }))
  }, [])
  return { ...state, isBusy, setFault, question, stored, clear, cancel, stop }
}

/** Asks of a denial; gives the outcome of the files of the question; undefined: another was asked meanwhile. */
const useQuestion = (
  asked: { current: number },
  running: { current: AbortController | undefined },
  setBusy: (isBusy: boolean) => void,
  setState: (state: State) => void,
) =>
  useCallback(async (of: Question): Promise<readonly FileRead[] | Fault | undefined> => {
    const id = ++asked.current
    running.current?.abort()
    const { signal } = (running.current = new AbortController())
    setBusy(true)
    const start = performance.now()
    const answer = asking(of, signal)
    const [first] = await Promise.all([answer.first, warmJsonc()])
    if (id !== asked.current) return undefined
    setBusy(false)
    const milliseconds = performance.now() - start
    const value = first.ok ? first.value : first.fault.result
    const read = value?.files ?? []
    const text = evidenceIn(of, read)
    const shownOf = (answer: DiagnoseAnswer, fixes: Shown['fixes']): Shown => {
      const wholeMilliseconds = performance.now() - start
      return { id, fixes, answer, text, milliseconds, wholeMilliseconds }
    }
    if (!first.ok) {
      const fault = toldOf(of, first.fault)
      const shown = value === undefined || fault === DENIAL_MISSING ? undefined : shownOf(value, 'there')
      setState({ read, shown, fault })
      return value === undefined ? first.fault : read
    }
    setState({ read, shown: shownOf(first.value, 'sought'), fault: undefined })
    void answer.whole.then((whole) => {
      if (id !== asked.current) return
      // What the reader edits meanwhile hangs on the scenarios that are there.
      if (whole.ok) {
        const shown = shownOf({ ...whole.value, scenarios: first.value.scenarios ?? [] }, 'there')
        setState({ read, shown, fault: undefined })
      } else setState({ read, shown: shownOf(first.value, 'left'), fault: whole.fault })
    })
    return read
  }, [])

/** Asks for the answer to an event of the store. */
const useStored = (asked: { current: number }, setBusy: (isBusy: boolean) => void, setState: (state: State) => void) =>
  useCallback(async (eventId: string, snapshot: string | undefined): Promise<void> => {
    const id = ++asked.current
    setBusy(true)
    const start = performance.now()
    const query = snapshot === undefined ? '' : `?snapshot=${encodeURIComponent(snapshot)}`
    const [found] = await Promise.all([
      ask<DiagnoseAnswer>(`/api/denials/${encodeURIComponent(eventId)}${query}`),
      warmJsonc(),
    ])
    if (id !== asked.current) return
    setBusy(false)
    const milliseconds = performance.now() - start
    const times = { milliseconds, wholeMilliseconds: milliseconds }
    setState(
      found.ok
        ? { ...NOTHING, shown: { id, fixes: 'there', answer: found.value, text: '', ...times } }
        : { ...NOTHING, fault: found.fault },
    )
  }, [])

import { useCallback, useRef, useState } from 'preact/hooks'
import type { DiagnoseAnswer, DiagnoseBody } from '#http/wire.ts'
import { ask, diagnose, type Fault } from './ask.ts'
import { scenarioOf } from './given-policies.ts'
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

const bodyOf = ({ text, snapshot, scenario, policies, expected }: Question): DiagnoseBody => ({
  text,
  scenarios: true,
  ...(policies.length > 0
    ? { scenario: scenarioOf(policies) }
    : scenario === undefined
      ? { snapshot: snapshot ?? null }
      : { scenario: scenario.text }),
  ...(expected.trim() === '' ? {} : { expectPrincipal: expected.trim() }),
})

/** Asks the service, one question at a time: a late answer to an earlier one is dropped. */
export function useAnswers() {
  const [shown, setShown] = useState<Shown>()
  const [fault, setFault] = useState<Fault>()
  const [isBusy, setBusy] = useState(false)
  const asked = useRef(0)
  const question = useCallback(async (of: Question): Promise<void> => {
    const id = ++asked.current
    setBusy(true)
    const start = performance.now()
    let judgedIn: number | undefined
    const show = (answer: DiagnoseAnswer, isPartial: boolean): void => {
      const wholeMilliseconds = performance.now() - start
      judgedIn ??= wholeMilliseconds
      setShown({ id, isPartial, answer, text: of.text, milliseconds: judgedIn, wholeMilliseconds })
    }
    // The layers first: proofs of fixes take most of the time, and are read last.
    const first = await diagnose({ ...bodyOf(of), fixes: false })
    if (id !== asked.current) return
    setBusy(false)
    setFault(first.ok ? undefined : first.fault)
    const value = first.ok ? first.value : first.fault.result
    if (value === undefined) setShown(undefined)
    else show(value, first.ok)
    if (!first.ok) return
    const whole = await diagnose(bodyOf(of))
    if (id !== asked.current) return
    if (!whole.ok) setFault(whole.fault)
    // What the reader edits meanwhile hangs on the scenarios that are there.
    show(whole.ok ? { ...whole.value, scenarios: first.value.scenarios ?? [] } : first.value, false)
  }, [])
  const stored = useCallback(async (eventId: string, snapshot: string | undefined): Promise<void> => {
    const id = ++asked.current
    setBusy(true)
    const start = performance.now()
    const query = snapshot === undefined ? '' : `?snapshot=${encodeURIComponent(snapshot)}`
    const found = await ask<DiagnoseAnswer>(`/api/denials/${encodeURIComponent(eventId)}${query}`)
    if (id !== asked.current) return
    setBusy(false)
    setFault(found.ok ? undefined : found.fault)
    const milliseconds = performance.now() - start
    const times = { milliseconds, wholeMilliseconds: milliseconds }
    setShown(found.ok ? { id, isPartial: false, answer: found.value, text: '', ...times } : undefined)
  }, [])
  const clear = useCallback((why: Fault | undefined): void => {
    asked.current++
    setBusy(false)
    setShown(undefined)
    setFault(why)
  }, [])
  return { shown, fault, isBusy, setFault, question, stored, clear }
}

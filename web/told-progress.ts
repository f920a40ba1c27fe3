import { useEffect, useState } from 'preact/hooks'
import type { AnswerProgress } from '#http/wire.ts'

/** How far the question is that is asked now; whoever draws it is told, and nothing else is drawn anew. */
let now: AnswerProgress | undefined
const listeners = new Set<(progress: AnswerProgress | undefined) => void>()

/** Undefined: the service has not said yet, or there is nothing to wait for. */
export function tellProgress(progress: AnswerProgress | undefined): void {
  now = progress
  for (const listen of listeners) listen(progress)
}

export function useProgress(): AnswerProgress | undefined {
  const [progress, setProgress] = useState(now)
  useEffect(() => {
    setProgress(now)
    listeners.add(setProgress)
    return () => void listeners.delete(setProgress)
  }, [])
  return progress
}

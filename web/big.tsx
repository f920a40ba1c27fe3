import type { ComponentProps } from 'preact'
import { useMemo } from 'preact/hooks'
import { linesIn } from './in-turns.ts'
import { loadStyle } from './load.ts'
import type { BigText as BigTextView, HowFar as HowFarView } from './parts/big-input.tsx'
import { later } from './parts/later.tsx'
import { useProgress } from './told-progress.ts'

/** Characters of a text that is not put into a field, where every key would cost seconds. */
export const BIG = 200_000

const load = () => Promise.all([import('./parts/big-input.tsx'), loadStyle('/big.css')]).then(([file]) => file)

const BigTextLater = later(() => load().then((file) => file.BigText))
const HowFarLater = later(() => load().then((file) => file.HowFar))

/** A large text by its size and what it holds. */
export function BigText(props: Omit<ComponentProps<typeof BigTextView>, 'lines' | 'progress'>) {
  const lines = useMemo(() => linesIn(props.text), [props.text])
  return <BigTextLater {...props} lines={lines} progress={useProgress()} />
}

/** How far an answer is. */
export const HowFar = (props: Omit<ComponentProps<typeof HowFarView>, 'progress'>) => (
  <HowFarLater {...props} progress={useProgress()} />
)

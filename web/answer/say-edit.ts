import type { Decision, Diagnosis, Step } from '#http/wire.ts'
import type { Tried } from '../try.ts'
import { layerInWords } from '#answer/layer-in-words.ts'
import { callerSubject } from '#answer/headline-words.ts'
import { type Piece, type Sentence, piecesOf } from './say.ts'

const w = (text: string): Piece => ({ text })
const code = (text: string, tone?: Piece['tone']): Piece => ({
  text,
  isCode: true,
  ...(tone === undefined ? {} : { tone }),
})

/** Sentence on what an edit makes of the call: of its first request, and of what it needs then. */
export function editSentence(diagnosis: Diagnosis, tried: Tried): Sentence {
  const { steps } = diagnosis
  const [first] = tried.decisions
  const action = steps[0]?.request.action ?? 'it'
  const head = [w('With your edit '), ...piecesOf([callerSubject(diagnosis)])]
  if (first === undefined) return head
  if (first.decision === 'undetermined')
    return [
      ...head,
      { text: ' can perhaps ', tone: 'open' },
      code(action, 'open'),
      w(`: ${openWords(first.missing.length)}`),
    ]
  if (first.decision === 'denied')
    return [...head, { text: " still can't ", tone: 'bad' }, code(action), w(`: ${byWords(refusing(first))}`)]
  const said: Sentence = [...head, { text: ' can ', tone: 'good' }, code(action, 'good')]
  const next = nextOf(steps, tried)
  if (next === undefined) return said
  return [...said, w('; '), code(next.action, 'bad'), w(` will be denied next, ${byWords(next.by)}`)]
}

const openWords = (missing: number): string => `${missing} ${missing === 1 ? 'fact is' : 'facts are'} not known`

const byWords = (layers: readonly string[]): string =>
  layers.length === 0 ? 'it is denied' : `by the ${[...new Set(layers)].join(' and the ')}`

/** The first further request that would be refused. */
function nextOf(steps: readonly Step[], { decisions, gone, added }: Tried) {
  const at = steps.findIndex(
    ({ relation }, i) => relation === 'next' && !gone.has(i) && decisions[i]?.decision === 'denied',
  )
  const decision = decisions[at]
  const step = steps[at]
  const more = added.find((one) => one.decision.decision === 'denied')
  const [request, judged] =
    step !== undefined && decision !== undefined ? [step.request, decision] : [more?.request, more?.decision]
  if (request === undefined || judged === undefined) return undefined
  return { action: request.action, by: refusing(judged) }
}

/** The layers that refuse, a policy of a bucket as that. */
function refusing({ layers, blockedBy }: Decision): readonly string[] {
  const kind = layers.find((one) => one.layer === 'resource-policy' && one.counted)?.kind
  return blockedBy.map((layer) => layerInWords(layer, kind))
}

import type { Decision } from '#http/wire.ts'
import type { Asked } from '../use-asking.ts'
import { layerInWords } from '#answer/layer-in-words.ts'
import { shortCaller } from './names.ts'
import type { Piece, Sentence, TagKind } from './say.ts'

const w = (text: string): Piece => ({ text })
const code = (text: string, tone?: Piece['tone']): Piece => ({
  text,
  isCode: true,
  ...(tone === undefined ? {} : { tone }),
})

export const DECISION_TAGS: Readonly<Record<Decision['decision'], { readonly kind: TagKind; readonly text: string }>> =
  {
    allowed: { kind: 'allow', text: 'ALLOWED' },
    denied: { kind: 'deny', text: 'DENIED' },
    undetermined: { kind: 'open', text: 'NOT KNOWN' },
  }

/** Whether somebody may, and what the call needs besides. */
export function askSentence(
  { who, action }: Asked,
  { decision, blockedBy, layers, missing, steps = [] }: Decision,
): Sentence {
  const head = [code(shortCaller(who) || who)]
  const kind = layers.find((one) => one.layer === 'resource-policy' && one.counted)?.kind
  if (decision === 'denied') {
    const by = [...new Set(blockedBy.map((layer) => layerInWords(layer, kind)))]
    return [...head, { text: " can't ", tone: 'bad' }, code(action), w(`: denied by the ${by.join(' and the ')}`)]
  }
  if (decision === 'undetermined') {
    const [first] = missing
    const fact = first === undefined ? [] : [w(': that depends on '), code(first.fact, 'open')]
    const more = missing.length > 1 ? [w(` and ${missing.length - 1} more`)] : []
    return [...head, { text: ' can perhaps ', tone: 'open' }, code(action), ...fact, ...more]
  }
  const said: Sentence = [...head, { text: ' can ', tone: 'good' }, code(action)]
  const further = steps.filter(({ relation }) => relation === 'next')
  const refused = further.find((step) => step.decision.decision === 'denied')
  const open = further.find((step) => step.decision.decision === 'undetermined')
  if (refused !== undefined) return [...said, w(', but the same call is denied '), code(refused.request.action, 'bad')]
  if (open !== undefined)
    return [...said, w('; whether '), code(open.request.action, 'open'), w(' is allowed then is not known')]
  return further.length === 0
    ? said
    : [...said, w(', and '), code(further[0]?.request.action ?? ''), w(' that it needs')]
}

import { headlineWords, shortCauseWords } from '#answer/cause-words.ts'
import type { MarkedWords } from '#answer/marked-words.ts'
import type { Cause, Denial, Diagnosis } from '#http/wire.ts'
import { isUnnamedCaller } from '#iam/unnamed-caller.ts'
import { isKubernetes } from './kubernetes.ts'
import { callerName, shortCaller } from './names.ts'

/** A piece of the sentence: plain words, code, or what decides. */
export interface Piece {
  readonly text: string
  readonly isCode?: boolean
  readonly tone?: 'bad' | 'good' | 'open'
}

export type Sentence = readonly Piece[]

export type TagKind = 'deny' | 'like' | 'edit' | 'allow' | 'open' | 'other'

const w = (text: string): Piece => ({ text })
const code = (text: string, tone?: Piece['tone']): Piece => ({
  text,
  isCode: true,
  ...(tone === undefined ? {} : { tone }),
})
const bad = (text: string): Piece => ({ text, tone: 'bad' })

export const plain = (sentence: Sentence): string => sentence.map(({ text }) => text).join('')

/** The verdict above the sentence. */
export function tagOf({ status, causes, denial, reconciliation }: Diagnosis): {
  readonly kind: TagKind
  readonly text: string
} {
  switch (status) {
    case 'explained':
      return { kind: 'deny', text: 'DENIED' }
    case 'likely':
      return { kind: 'like', text: 'DENIED, LIKELY CAUSE' }
    case 'allowed-now':
      return { kind: 'allow', text: 'ALLOWED NOW' }
    case 'contradicted':
      return { kind: 'open', text: 'DENIED, BUT NOT BY WHAT IS HERE' }
    case 'undetermined':
      if (reconciliation.denialIsOlder === true) return { kind: 'open', text: 'UNDECIDED' }
      return { kind: 'like', text: `DENIED, ONE OF ${COUNTS[rivalsOf(causes).length] ?? 'SEVERAL'} CAUSES` }
    case 'not-a-denial':
      return { kind: 'other', text: isKubernetes(denial) ? 'KUBERNETES' : KIND_TAGS[denial.kind] }
  }
}

const COUNTS: Readonly<Record<number, string>> = { 2: 'TWO', 3: 'THREE', 4: 'FOUR' }

const KIND_TAGS = {
  'aws-access-denied': 'NOT A DENIAL',
  'aws-authentication': 'NOT SIGNED IN',
  'gcp-permission-denied': 'GOOGLE CLOUD',
  cors: 'CORS',
  other: 'NOT A DENIAL',
} as const

/** Rival causes that may have refused, each layer once, of which only one need have. */
export const rivalsOf = (causes: readonly Cause[]): readonly Cause[] =>
  causes.filter(
    (one, i) => one.step === 0 && causes.findIndex(({ layer, step }) => step === one.step && layer === one.layer) === i,
  )

/**
 * A cause without a statement of its own, with the one that decides if its unknown key matches: that is what is read first
 * where several layers may have refused.
 */
export function withHanging(cause: Cause, { steps }: Diagnosis): Cause {
  if ((cause.statement ?? cause.nearest) !== undefined) return cause
  const entries = (steps[cause.step]?.decision.layers ?? []).filter(
    ({ layer, where }) => layer === cause.layer && (cause.where === undefined || where === cause.where),
  )
  const kind = cause.kind ?? entries.find((one) => one.kind !== undefined)?.kind
  const named = kind === undefined ? cause : { ...cause, kind }
  const open = entries.flatMap((entry) =>
    entry.statements.flatMap((one) => (one.matches === 'unknown' ? [{ entry, one }] : [])),
  )
  const fact = cause.toldApartBy?.fact
  const found = open.find(({ one }) => one.failedOn.some(({ key }) => key === fact)) ?? open[0]
  if (found === undefined) return named
  const { effect, matches: _, failedOn, ...ref } = found.one
  const { layer, where } = found.entry
  const nearest = { ...ref, layer, ...(where === undefined ? {} : { where }), failedOn }
  return { ...named, nearest, denyType: effect === 'Deny' ? 'explicit' : 'implicit' }
}

/** Who was asked for what: the caller as people call it. */
export function callerOf({ denial, steps }: Diagnosis): string {
  const arn = denial.principal ?? steps[0]?.request.principal ?? ''
  return isUnnamedCaller(arn) ? 'the caller' : shortCaller(arn) || 'the caller'
}

/** Sentence of a diagnosis: who may not do what, because. */
export function sentenceOf(diagnosis: Diagnosis): Sentence {
  const { status, causes, steps, denial, summary, usualCauses = [] } = diagnosis
  const isUnsaid = steps.length === 0 && usualCauses.length > 0
  if (status === 'not-a-denial' || (steps.length === 0 && !isUnsaid)) return otherSentence(diagnosis)
  const action = steps[0]?.request.action ?? denial.action ?? 'it'
  const who = callerOf(diagnosis)
  const named = who === 'the caller' ? w('The caller') : who === 'anonymous' ? w('An anonymous caller') : code(who)
  const head = [named, w(' may not '), code(action), ...passedWords(diagnosis)]
  if (status === 'allowed-now')
    return [named, w(' can call '), code(action), w(' now. The policies were read after the denial.')]
  if (status === 'contradicted')
    return [
      named,
      w(' may '),
      code(action),
      w(' by the policies provided, and AWS denied it: '),
      bad('these are not the policies that were in force'),
    ]
  const [first, ...others] = rivalsOf(causes)
  if (first === undefined && status === 'explained') return [...head, w(': '), bad('no IAM policy denies it')]
  if (first === undefined && isUnsaid) return [...head, w(': '), bad('AWS does not say which policy denies it')]
  if (first === undefined) return [w(summary.replaceAll('`', ''))]
  if (status === 'undetermined') return [...head, w(': '), ...rivalWords([first, ...others], diagnosis)]
  return [...head, w(': '), ...causePieces(first, diagnosis)]
}

/** A role is passed for something, and to pass another is another question: it stands in the sentence. */
function passedWords({ steps }: Diagnosis): Sentence {
  const { action, resource } = steps[0]?.request ?? {}
  const [role] = [resource ?? []].flat()
  const name = role?.split('/').at(-1)
  return action === 'iam:PassRole' && name !== undefined && name !== '*' ? [w(' for '), code(name)] : []
}

function rivalWords(rivals: readonly Cause[], diagnosis: Diagnosis): Sentence {
  const shown = rivals.slice(0, 3).map((one) => withHanging(one, diagnosis))
  const said = shown.flatMap((one, i): Sentence => {
    const link = i === 0 ? [] : [w(i === shown.length - 1 ? ', or ' : ', ')]
    const words = causePieces(one, diagnosis, true)
    return [...link, ...(i === 0 ? words.map((piece) => ({ ...piece, tone: 'bad' as const })) : words)]
  })
  return rivals.length > shown.length ? [...said, w(', or another of the layers not seen')] : said
}

/** Marked words as the page sets them. */
export const piecesOf = (words: MarkedWords): Sentence =>
  words.map((word) => ({
    text: word.text,
    ...(word.is === 'code' || word.is === 'value' ? { isCode: true } : {}),
    ...(word.isKey === true ? { tone: 'bad' } : {}),
  }))

/** The headline of a cause as the page sets it; `isShort`: next to others. */
function causePieces(cause: Cause, { denial, steps }: Diagnosis, isShort = false): Sentence {
  const caller = { arn: denial.principal ?? steps[0]?.request.principal ?? null }
  return piecesOf((isShort ? shortCauseWords : headlineWords)(cause, caller))
}

/** The request had another value than any that a policy names, or none. */
export const OTHER = '(other)'

function kubernetesSentence({ details = {} }: Denial): Sentence {
  const part = (name: string): string => (typeof details[name] === 'string' ? details[name] : '')
  const namespace = part('namespace')
  return [
    w('The cluster does not let '),
    code(part('user').split(':').at(-1) ?? '', 'bad'),
    w(' '),
    code(part('verb')),
    w(' '),
    code(part('resource') || part('object')),
    ...(namespace === '' ? [] : [w(' in '), code(namespace)]),
    w('; no AWS policy denied it'),
  ]
}

/** What is no denial of AWS's: its own headline. */
function otherSentence({ denial, summary, identity }: Diagnosis): Sentence {
  if (isKubernetes(denial)) return kubernetesSentence(denial)
  const who = denial.principal === null ? 'the caller' : callerName(denial.principal).name
  const on = denial.resource ?? denial.resourceText ?? null
  switch (denial.kind) {
    case 'gcp-permission-denied': {
      const isPerimeter = denial.details?.['policyKind'] === 'vpc-service-controls'
      const from = on === null ? [] : [w(' from '), code(on)]
      return isPerimeter
        ? [
            w('Google Cloud denied it: a '),
            bad('service perimeter'),
            w(' keeps '),
            code(who.split('@')[0] ?? who),
            ...(on === null ? [w(' out')] : from),
          ]
        : [
            w('Google Cloud denied '),
            code(who.split('@')[0] ?? who),
            w(' '),
            code(denial.action ?? 'the call', 'bad'),
            ...(on === null ? [] : [w(' on '), code(on)]),
          ]
    }
    case 'cors':
      return [w('The '), bad('browser blocked the answer (CORS)'), w('; no policy of AWS’s did')]
    case 'aws-authentication':
      return [w('AWS did not accept the '), bad('credentials or the signature'), w(': no policy was asked')]
    default:
      return [w((summary || identity.explanation).replaceAll('`', ''))]
  }
}

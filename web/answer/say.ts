import { headlineOf } from '#answer/headline-words.ts'
import type { MarkedWords } from '#answer/marked-words.ts'
import { verdictOf } from '#answer/verdict-words.ts'
import type { Denial, Diagnosis } from '#http/wire.ts'
import { isKubernetes } from './kubernetes.ts'
import { callerName } from './names.ts'

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
export const tagOf = (diagnosis: Diagnosis): { readonly kind: TagKind; readonly text: string } =>
  diagnosis.status === 'not-a-denial'
    ? { kind: 'other', text: isKubernetes(diagnosis.denial) ? 'KUBERNETES' : KIND_TAGS[diagnosis.denial.kind] }
    : verdictOf(diagnosis)

const KIND_TAGS = {
  'aws-access-denied': 'NOT A DENIAL',
  'aws-authentication': 'NOT SIGNED IN',
  'gcp-permission-denied': 'GOOGLE CLOUD',
  cors: 'CORS',
  other: 'NOT A DENIAL',
} as const

/** Sentence of a diagnosis: who can't do what, because. */
export function sentenceOf(diagnosis: Diagnosis): Sentence {
  const { status, steps, usualCauses = [] } = diagnosis
  const isUnsaid = steps.length === 0 && usualCauses.length > 0
  return status === 'not-a-denial' || (steps.length === 0 && !isUnsaid)
    ? otherSentence(diagnosis)
    : piecesOf(headlineOf(diagnosis))
}

/** Marked words as the page sets them. */
export const piecesOf = (words: MarkedWords): Sentence =>
  words.map((word) => ({
    text: word.text,
    ...(word.is === 'code' || word.is === 'value' ? { isCode: true } : {}),
    ...(word.isKey === true ? { tone: 'bad' } : {}),
  }))

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

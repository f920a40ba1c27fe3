import type { ReportedLayer } from '../denial.ts'
import { readValue } from '../text/values.ts'
import type { Note } from '../note.ts'
import type { Sentence } from './sentence.ts'
import { restOffset } from './sentence.ts'

/** The policy types as the sentence names them, letters only, and the layer each stands for (R-MSG-01, R-MSG-02). */
const POLICY_TYPES: readonly (readonly [letters: string, layer: ReportedLayer])[] = [
  ['identitybasedpolicy', 'identity-policy'],
  ['resourcebasedpolicy', 'resource-policy'],
  ['servicecontrolpolicy', 'service-control-policy'],
  ['resourcecontrolpolicy', 'resource-control-policy'],
  ['vpcendpointpolicy', 'vpc-endpoint-policy'],
  ['permissionsboundary', 'permissions-boundary'],
  ['permissionboundary', 'permissions-boundary'],
  ['sessionspolicy', 'session-policy'],
  ['sessionpolicy', 'session-policy'],
  ['roletrustpolicy', 'resource-policy'],
  // VPC Lattice: the auth policy of a service, or of a service network.
  ['servicebasedpolicy', 'resource-policy'],
  ['networkbasedpolicy', 'resource-policy'],
]

export interface PolicyType {
  readonly layer: ReportedLayer
  readonly length: number
}

/** The policy type that stands at `at` of text of letters only. */
export function policyTypeAt(letters: string, at: number): PolicyType | undefined {
  for (const [type, layer] of POLICY_TYPES) if (letters.startsWith(type, at)) return { layer, length: type.length }
  return undefined
}

/**
 * Where the text was cut in the middle of a policy type: the layer, if nothing but the end of its last word is missing
 * (R-MSG-15i). Undefined: it was not.
 */
export function cutPolicyType(letters: string, at: number): { readonly layer: ReportedLayer | null } | undefined {
  const tail = letters.slice(at)
  const types = POLICY_TYPES.filter(([type]) => type.length > tail.length && type.startsWith(tail))
  const [first] = types
  if (first === undefined) return undefined
  const [type, layer] = first
  return { layer: tail.length > type.search(/(?:policy|boundary)$/) ? layer : null }
}

/** How many letters of other words a reason may stand behind the resource: `… (service: X) with an explicit deny`. */
const GAP = 60

/** Index of a reason phrase in the sentence's rest, if it still belongs to the sentence (R-MSG-15c). */
export function reasonAt(sentence: Sentence, text: string, phrase: string): number | undefined {
  const index = sentence.rest.letters.slice(0, GAP + phrase.length).indexOf(phrase)
  if (index < 0) return undefined
  const gap = text.slice(sentence.end, sentence.end + (sentence.rest.at[index] ?? 0)).replace(/[.…]{2,40}|…/g, '')
  return /[.!?;]\s|\n\n|\n\s*[[{<$]/.test(gap) ? undefined : index
}

/** Index in the window after the reason, given the index of its last letter in the rest. */
export const reasonEnd = (sentence: Sentence, last: number): number => restOffset(sentence, last)

const BEFORE_ARN = /^["'*)]{0,3}\s{0,3}(?::|,\s{0,4}with\s{1,4}policy\s{1,4}ARN:)\s{0,60}["'(]{0,2}(?=arn:)/i
const BEFORE_ID = /^["'*)]{0,3}\s{0,3}[:(]\s{0,20}(?:(?:\.{3}|…)[\w/-]{0,60}\/?)?(p-[a-z0-9]{6,40})\b/
const ARN_FOLLOWS = /^\.?\s{1,8}(?:Encoded|Go to|\(Service|status code)/

export interface NamedPolicy {
  readonly arn: string | null
  readonly end: number
  readonly notes: readonly Note[]
}

/** `: arn:…` or, from Amazon S3, `, with policy ARN: arn:…` (R-MSG-09). A bare policy id is no ARN (R-MSG-15g). */
export function readNamedPolicy(text: string, from: number): NamedPolicy {
  const head = text.slice(from, from + 120)
  const before = BEFORE_ARN.exec(head)
  if (before !== null) return readPolicyArn(text, from + before[0].length)
  const id = BEFORE_ID.exec(head)
  if (id === null) return { arn: null, end: from, notes: [] }
  const text_ = `The text names the policy only by its id ${id[1] ?? ''}.`
  return { arn: null, end: from + id[0].length, notes: [{ code: 'policy-id-only', text: text_ }] }
}

function readPolicyArn(text: string, at: number): NamedPolicy {
  const value = readValue(text, at, ARN_FOLLOWS)
  if (value === undefined) return { arn: null, end: at, notes: [] }
  let { text: arn, end } = value
  const more = /^\n([\w/.-]{1,200})/.exec(text.slice(end, end + 220))
  if (more !== null && isUnfinished(arn)) {
    arn += more[1] ?? ''
    end += more[0].length
  }
  return { arn: arn.replace(/\[\d{1,3}\]$/, '').replace(/(?<=[A-Za-z0-9])(?:\.{1,3}|…)$/, ''), end, notes: [] }
}

/** An organization policy's ARN ends in `/p-…`; anything shorter was broken by a line end. */
const isUnfinished = (arn: string): boolean =>
  arn.includes(':organizations::') && !/\/p-[\w<>*{}[\]-]{3,40}[.…]{0,3}$/.test(arn)

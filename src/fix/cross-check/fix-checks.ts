import { CHANGE_SUBJECTS } from '../change-kinds.ts'
import type { Step } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Change } from '../change.ts'
import type { Request } from '#iam/request.ts'
import { compareDocuments } from '#prove/compare.ts'
import type { Fix } from '../proof/fix.ts'
import type { CrossCheck, Sent } from './cross-check.ts'
import { ANY_REQUEST, MAY_ALLOW, ONLY_TWO_KINDS } from './limits.ts'
import { textOf } from './simulation.ts'

type PolicyType = 'IDENTITY_POLICY' | 'RESOURCE_POLICY'
type Result = 'PASS' | 'FAIL'

/** A question to Access Analyzer about one document of a fix. `ours`: what it should say. */
export type FixQuestion = {
  readonly ours: Result | null
  readonly sent: Sent
} & (
  | {
      readonly call: 'access-analyzer:CheckNoNewAccess'
      readonly input: {
        readonly existingPolicyDocument: string
        readonly newPolicyDocument: string
        readonly policyType: PolicyType
      }
    }
  | {
      readonly call: 'access-analyzer:CheckAccessNotGranted'
      readonly input: {
        readonly policyDocument: string
        readonly access: { readonly actions: string[]; readonly resources?: string[] }[]
        readonly policyType: PolicyType
      }
    }
)

export type CheckAnswer =
  | { readonly ok: true; readonly result: string; readonly message: string }
  | { readonly ok: false; readonly reason: string; readonly refused: boolean }

interface FixCheckQuestions {
  readonly questions: readonly FixQuestion[]
  readonly notAsked: readonly CrossCheck[]
}

/** For each document that a fix changes: does it give new access, and does it grant what the fix is for? */
export function checksOf(fix: Fix, steps: readonly Step[]): FixCheckQuestions {
  const requests = fix.cures.flatMap((index) => steps[index]?.request ?? [])
  const checks = fix.changes.map((change) => checksOfChange(change, requests))
  return {
    questions: checks.flatMap(({ questions }) => questions),
    notAsked: checks.flatMap(({ notAsked }) => notAsked),
  }
}

const TYPES: Readonly<Record<string, PolicyType>> = {
  'identity-policy': 'IDENTITY_POLICY',
  'resource-policy': 'RESOURCE_POLICY',
}

function checksOfChange(change: Change, requests: readonly Request[]): FixCheckQuestions {
  const { kind, layer, policy, policyArn, before, after } = change
  const newText = textOf({ name: policy, document: after })
  if (CHANGE_SUBJECTS[kind] !== 'policy' || newText === undefined) return { questions: [], notAsked: [] }
  const policyType = TYPES[layer]
  const name = policyArn ?? policy
  if (policyType === undefined) return { questions: [], notAsked: [otherKind(name)] }
  const oldText = textOf({ name: policy, document: before })
  const isNew: FixQuestion[] =
    oldText === undefined
      ? []
      : [
          {
            call: 'access-analyzer:CheckNoNewAccess',
            ours: newAccessOf(change),
            sent: { policies: [`${name} (before)`, `${name} (after)`], contextKeys: [] },
            input: { existingPolicyDocument: oldText, newPolicyDocument: newText, policyType },
          },
        ]
  return {
    questions: [...isNew, ...requests.flatMap((request) => grantOf(change, request, newText, policyType))],
    notAsked: [],
  }
}

const otherKind = (name: string): CrossCheck => ({
  call: 'access-analyzer:CheckNoNewAccess',
  sent: null,
  answer: null,
  ours: null,
  agrees: null,
  explanation: `Not asked of \`${name}\`: it is neither an identity-based nor a resource-based policy.`,
  limits: [ONLY_TWO_KINDS],
})

function newAccessOf({ layer, policy, before, after }: Change): Result | null {
  const kind = layer === 'resource-policy' ? 'resource-policy' : 'identity-policy'
  const { newAccess } = compareDocuments(
    [{ name: policy, document: before }],
    [{ name: policy, document: after }],
    kind,
    { lost: false },
  )
  return newAccess === 'undecided' ? null : newAccess === 'some' ? 'FAIL' : 'PASS'
}

/** Of the requests that the fix cures, those that this document grants; a document that only ceased to deny grants none. */
function grantOf(change: Change, request: Request, text: string, policyType: PolicyType): readonly FixQuestion[] {
  const ours = grantedBy(change, request)
  if (typeof request.resource !== 'string' || ours !== 'FAIL') return []
  const { action, resource } = request
  return [
    {
      call: 'access-analyzer:CheckAccessNotGranted',
      ours,
      sent: { action, resource, policies: [`${change.policyArn ?? change.policy} (after)`], contextKeys: [] },
      input: {
        policyDocument: text,
        access: [{ actions: [action], ...(resource === '*' ? {} : { resources: [resource] }) }],
        policyType,
      },
    },
  ]
}

function grantedBy({ layer, policy, after }: Change, request: Request): Result | null {
  const document = { name: policy, document: after }
  const policies = layer === 'resource-policy' ? { resourcePolicy: document } : { identityPolicies: [document] }
  const { layers } = evaluate({ request, policies: { complete: true, ...policies } })
  const verdict = layers.find((entry) => entry.layer === layer)?.verdict
  return verdict === undefined || verdict === 'unknown' ? null : verdict === 'allow' ? 'FAIL' : 'PASS'
}

/** Access Analyzer's answer beside ours. */
export function compareCheck({ call, sent, ours }: FixQuestion, answer: CheckAnswer): CrossCheck {
  const base = { call, sent, ours }
  if (!answer.ok) {
    const explanation = answer.refused
      ? `AWS does not let you ask: it needs \`${call}\` (${answer.reason}).`
      : `There is no answer: ${answer.reason}.`
    return { ...base, answer: null, agrees: null, explanation, limits: [] }
  }
  const { result } = answer
  const means = MEANS[call][result === 'FAIL' ? 'FAIL' : 'PASS']
  const limit = call === 'access-analyzer:CheckNoNewAccess' ? MAY_ALLOW : ANY_REQUEST
  if (ours === null)
    return {
      ...base,
      answer: result,
      agrees: null,
      explanation: `AWS says that ${means}; ours is not certain.`,
      limits: [limit],
    }
  if (ours === result)
    return { ...base, answer: result, agrees: true, explanation: `Both say that ${means}.`, limits: [] }
  const explanation =
    result === 'FAIL'
      ? `AWS says that ${means}, and ours proves the opposite; a check that answers "may" can be the more careful one.`
      : `AWS says that ${means}, and ours has an example of the opposite: no limit that AWS documents explains it, so one of the two is wrong. Please report it with \`--format json\`.`
  return { ...base, answer: result, agrees: false, explanation, limits: result === 'FAIL' ? [limit] : [] }
}

const MEANS: Readonly<Record<FixQuestion['call'], Readonly<Record<Result, string>>>> = {
  'access-analyzer:CheckNoNewAccess': {
    PASS: 'the document gives no new access',
    FAIL: 'the document gives new access, which a fix is for',
  },
  'access-analyzer:CheckAccessNotGranted': {
    PASS: 'the document does not grant the action',
    FAIL: 'the document grants the action, which the fix is for',
  },
}

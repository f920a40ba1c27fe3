import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { type DiagnoseOptions, diagnoseForReplay } from '#diagnose/diagnose.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import { newBudgetedEvaluator } from '#fix/budgeted-evaluator.ts'
import type { Request } from '#iam/request.ts'
import { type NearRequest, nearRequestsOf } from '#fix/proof/neighbours.ts'
import { accessTestsText, callerName, nameOfTest, type TestSubject, type WrittenTest } from '#report/access-tests.ts'
import { type Evidence, knowsPolicies } from '#diagnose/evidence/evidence.ts'
import { isDenial } from './inputs.ts'

export interface TestsFromDenials {
  /** A file of access tests; undefined where no denial says enough for one. */
  readonly text: string | undefined
  /** Denials without a test, and why; one sentence each. */
  readonly skipped: readonly string[]
}

/**
 * For each denial the test of its exact request, and of what its call needs next; and tests that its neighbours stay
 * denied: the next object, the next action, another principal. A neighbour that is allowed today is none.
 */
export function testsFromDenials(
  evidence: Evidence,
  named: TestSubject,
  options: Omit<DiagnoseOptions, 'managedPolicies'>,
): TestsFromDenials {
  const { result, replayContexts: walks } = diagnoseForReplay(evidence, {
    ...options,
    managedPolicies: managedPolicyByArn,
  })
  const skipped: string[] = []
  const tests = result.diagnoses.flatMap((diagnosis, i) => {
    const replayContext = walks[i]
    const [first] = diagnosis.steps
    if (replayContext !== undefined && first !== undefined && isWhole(first.request))
      return testsOf(diagnosis, replayContext)
    if (isDenial(diagnosis.denial))
      skipped.push(`${nameOfDenial(diagnosis)}: it does not say who, what and on which resource, so no test is written`)
    return []
  })
  return { text: tests.length === 0 ? undefined : accessTestsText(tests, named), skipped }
}

const isWhole = ({ principal, action, resource }: Request): boolean =>
  principal !== '' && action !== '' && resource !== null && resource.length > 0

const nameOfDenial = ({ denial }: Diagnosis): string => {
  const { requestId, eventId, operation, action, kind } = denial
  return requestId ?? eventId ?? action ?? operation ?? kind
}

function testsOf(diagnosis: Diagnosis, replayContext: ReplayContext): readonly WrittenTest[] {
  const { denial, steps } = diagnosis
  const needed = steps.filter(
    ({ relation, decision }, i) => i === 0 || (relation === 'next' && decision.decision !== 'undetermined'),
  )
  const allow = needed.map(({ request }) => request)
  const [first] = allow
  if (first === undefined) return []
  const beside = nearRequestsOf(first, replayContext, newBudgetedEvaluator(replayContext.readings))
  const isChecked = knowsPolicies(replayContext)
  const isKept = ({ before }: NearRequest): boolean => !isChecked || before === 'denied'
  const requestOfNear = ({ scenario }: NearRequest): Request => scenario.request
  const deny = beside.filter((near) => near.relation.startsWith('sibling-') && isKept(near)).map(requestOfNear)
  const others = beside.filter(({ relation }) => relation === 'other-principal' || relation === 'other-account')
  return [
    {
      name: nameOfTest(first, allow),
      allow,
      deny,
      denial,
      ...(isChecked ? {} : { comment: 'the neighbours under `deny` were not checked: give `--snapshot DIR`' }),
    },
    ...others.filter(isKept).map((near): WrittenTest => {
      const request = requestOfNear(near)
      const name = `${callerName(request)}${near.relation === 'other-account' ? ' of another account' : ''} may not call ${request.action} on ${[request.resource].flat().join(', ')}`
      return { name, allow: [], deny: [request], denial }
    }),
  ]
}

import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Step } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { FixPlan } from '../candidates.ts'
import type { Operation } from '../operation.ts'
import { pointerTo } from '#iam/json-pointer.ts'

/** The call was made by somebody else than was meant: the policies may be right as they are. */
export function principalPlan(expected: string | null, scenarios: readonly Scenario[]): readonly FixPlan[] {
  const [first] = scenarios
  if (expected === null || first === undefined) return []
  const { request } = first
  const ofCaller = [
    'aws:userid',
    'aws:tokenissuetime',
    'aws:federatedprovider',
    'aws:sourceidentity',
    'aws:principalarn',
    'aws:username',
  ]
  const gone = Object.keys(request.context ?? {}).filter(
    (key) => ofCaller.includes(key.toLowerCase()) || key.toLowerCase().startsWith('aws:principaltag/'),
  )
  const operations: readonly Operation[] = [
    { op: 'replace', path: '/principal', value: expected },
    ...(request.principalDetails === undefined ? [] : [{ op: 'remove', path: '/principalDetails' } as const]),
    ...(request.principalTags === undefined ? [] : [{ op: 'remove', path: '/principalTags' } as const]),
    ...gone.map((key) => ({ op: 'remove', path: pointerTo('/context', key) }) as const),
  ]
  return [
    {
      scope: 'exact',
      goals: [],
      edits: [
        {
          is: 'request',
          kind: 'change-principal',
          layer: 'identity-policy',
          operations,
          does: `make the call as \`${expected}\``,
          slug: 'change-principal',
          hint: 'select the profile, task role, pod role or environment that gives these credentials',
        },
      ],
    },
  ]
}

/** Allowed by what is in force now, and refused within two minutes of a change: the change had not arrived everywhere. */
export function waitPlan(
  notes: Diagnosis['denial']['notes'],
  steps: readonly Step[],
  scenarios: readonly Scenario[],
): readonly FixPlan[] {
  const isRecent = notes.some(({ code }) => code === 'eventual-consistency')
  const isAllowed =
    steps.length > 0 &&
    steps.every(({ relation, decision }) => relation === 'before' || decision.decision === 'allowed')
  if (!isRecent || !isAllowed || scenarios.length === 0) return []
  return [
    {
      scope: 'exact',
      goals: [],
      edits: [
        {
          is: 'request',
          kind: 'wait',
          layer: 'identity-policy',
          operations: [],
          does: 'wait until the change is in force everywhere, then repeat the call',
          slug: 'wait',
          hint: 'a change of a policy takes up to two minutes to be seen everywhere',
        },
      ],
    },
  ]
}

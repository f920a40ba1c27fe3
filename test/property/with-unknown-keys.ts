import * as fc from 'fast-check'
import { callOf } from '#engine/calls.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ContextValue } from '#iam/request.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'

const KEYS = [
  'aws:SourceVpce',
  'aws:PrincipalTag/team',
  'sts:ExternalId',
  's3:prefix',
  's3:max-keys',
  'aws:MultiFactorAuthPresent',
  'aws:TagKeys',
  'aws:SourceIp',
  'aws:SourceArn',
]

/** Everything is known but one to three keys. Of a call that needs several actions the cases are those of one part. */
export const withUnknownKeys: fc.Arbitrary<Scenario> = fc
  .tuple(
    arbitraryScenario.filter(({ request }) => callOf(request) === undefined),
    fc.uniqueArray(fc.nat({ max: 20 }), { minLength: 1, maxLength: 3 }),
  )
  .map(([scenario, chosen]) => {
    const text = JSON.stringify(scenario.policies).toLowerCase()
    const asked = KEYS.filter((key) => text.includes(`"${key.toLowerCase()}"`))
    const from = asked.length === 0 ? KEYS : asked
    const keys = [...new Set(chosen.map((i) => from[i % from.length] ?? 'sts:ExternalId'))]
    const unknown = Object.fromEntries(keys.map((key) => [key, { state: 'unknown' } as const]))
    const { resource, context = {} } = scenario.request
    const known = Object.entries(context).filter(([key]) => !keys.some((one) => isSame(one, key)))
    return {
      ...scenario,
      organization: scenario.organization ?? null,
      policies: { ...scenario.policies, complete: true },
      request: {
        ...scenario.request,
        principalTags: scenario.request.principalTags ?? {},
        resource: Array.isArray(resource) ? (resource[0] as string) : resource,
        resourceAccount: scenario.request.resourceAccount ?? '111111111111',
        contextComplete: true,
        context: { ...Object.fromEntries(known), ...unknown },
      },
    }
  })

export const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** The scenario with these values for its keys. */
export function substituted(scenario: Scenario, when: Readonly<Record<string, unknown>>): Scenario {
  const keys = Object.keys(when)
  const kept = Object.entries(scenario.request.context ?? {}).filter(([key]) => !keys.some((one) => isSame(one, key)))
  const context = { ...Object.fromEntries(kept), ...(when as Record<string, ContextValue>) }
  return { ...scenario, request: { ...scenario.request, context } }
}

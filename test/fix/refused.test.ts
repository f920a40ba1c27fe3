/** Where a fix would not work, or none may be proposed, and what is said then. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { loadScenario } from '#collect/scenario-file.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Fix } from '#fix/proof/fix.ts'
import { wholeFix } from '#fix/proof/finished.ts'
import { searchFixes } from '#fix/proof/fix-search.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const ROLE = 'arn:aws:iam::111122223333:role/app'
const document = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements })

/** A session that lacks the tag its policy asks for, made under a trust policy that allows these actions. */
function tagFixes(trusted: readonly string[]): readonly Fix[] {
  const scenario: Scenario = {
    request: {
      principal: 'arn:aws:sts::111122223333:assumed-role/app/s1',
      principalDetails: { roleArn: ROLE },
      principalTags: {},
      action: 'sqs:SendMessage',
      resource: 'arn:aws:sqs:us-east-1:111122223333:q',
      context: {},
      contextComplete: true,
    },
    policies: {
      complete: true,
      identityPolicies: [
        {
          name: 'p',
          document: document({
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Resource: '*',
            Condition: { StringEquals: { 'aws:PrincipalTag/team': 'web' } },
          }),
        },
      ],
    },
  }
  const caller = 'arn:aws:iam::111122223333:user/ann'
  const assume: Scenario = {
    request: { principal: caller, action: 'sts:AssumeRole', resource: ROLE, context: {}, contextComplete: true },
    policies: {
      complete: true,
      identityPolicies: [{ name: 'u', document: document({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }) }],
      resourcePolicy: {
        name: 'trust',
        kind: 'trust',
        document: document({ Effect: 'Allow', Principal: { AWS: caller }, Action: trusted }),
      },
    },
  }
  const evaluated = (relation: 'denied' | 'before', scenario: Scenario) => ({
    scenario,
    step: { relation, request: scenario.request, why: '', decision: evaluate(scenario) },
  })
  return searchFixes(
    {
      identity: { evaluated: scenario.request.principal, expected: null, agrees: null, explanation: '' },
      denial: { notes: [] } as never,
    },
    {
      steps: [evaluated('denied', scenario), evaluated('before', assume)],
      policySource: { kind: 'scenario', scenario },
      readings: undefined,
      scenarioFor: (request) => ({ ...(request.action.startsWith('sts:') ? assume : scenario), request }),
      dependentScenarios: () => [],
      seen: [],
    },
  )
    .all()
    .map((plan) => wholeFix(plan))
}

const passesTag = ({ changes }: Fix): boolean =>
  changes.some(({ kind, patch }) => kind === 'edit-request' && patch.some(({ path }) => /tag/i.test(path)))

describe('a session tag', () => {
  it('is proposed where the trust policy lets tags be passed', () => {
    assert.ok(tagFixes(['sts:AssumeRole', 'sts:TagSession']).some(passesTag))
  })

  it('is not proposed where it does not (R-STS-07)', () => {
    assert.deepEqual(tagFixes(['sts:AssumeRole']).filter(passesTag), [])
  })
})

describe('why no fix is offered', () => {
  const PAGE = { columns: undefined, isTerminal: false, color: false }
  const textOf = (scenario: Scenario): string => {
    const { principal, action, resource } = scenario.request
    const text = `User: ${principal} is not authorized to perform: ${action} on resource: ${String(resource)}`
    return diagnosesText(diagnoseToShow({ ...rawEvidence(text), policySource: { kind: 'scenario', scenario } }), PAGE)
  }

  it('is said of an anonymous caller', async () => {
    const file = join(import.meta.dirname, '..', 'samples', 'fix', 'anonymous', 'scenario.json')
    assert.match(textOf(await loadScenario(file)), /^Fix +none: only a policy that allows everyone would allow it/m)
  })

  it('is said where several may refuse, to be mended in different places', () => {
    const request = {
      principal: 'arn:aws:iam::111122223333:user/ann',
      action: 'sqs:SendMessage',
      resource: 'arn:aws:sqs:us-east-1:111122223333:q',
    }
    const statement = { Action: 'sqs:SendMessage', Resource: '*' }
    const own = { ...statement, Effect: 'Allow', Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }
    const agent = { StringLike: { 'aws:UserAgent': '*legacy*' } }
    const queue = { ...statement, Effect: 'Deny', Principal: '*', Condition: agent }
    const policies = {
      complete: true as const,
      identityPolicies: [{ name: 'own', document: document(own) }],
      resourcePolicy: { name: 'queue policy', kind: 'queue', document: document(queue) },
    }
    const text = textOf({ request, policies })
    assert.match(text, /identity policy[^]*resource policy|resource policy[^]*identity policy|queue policy/)
    assert.match(text, /^Fix +none yet: find out which of these applies first$/m)
    // No policy at hand: nothing was seen to refuse, and the draft says that it is one.
    const alone = textOf({ request, policies: {} })
    assert.match(alone, /^Fix .*[Aa] draft from AWS's message, not verified$/m)
  })
})

it('a service that could not assume a role is shown whose policy denies it', () => {
  const text = 'The principal states.amazonaws.com is not authorized to assume the provided role.'
  const page = { columns: undefined, isTerminal: false, color: false }
  const printed = diagnosesText(diagnoseToShow(rawEvidence(text)), page)
  assert.match(printed, /The service asked, not the caller: the trust policy of the role/)
  assert.doesNotMatch(printed, /get-caller-identity/)
})

/** Findings stand beside finished decisions: which ones, in which place, and only where somebody asked (docs/lint.md). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseEvidence, diagnoseToShow, diagnoseWithoutFixes } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { evaluateChain } from '#engine/chain.ts'
import { evaluate } from '#engine/evaluate.ts'
import { evaluateChainWithLint, evaluateWithLint } from '#lint/evaluate-with-lint.ts'
import type { Scenario } from '#engine/scenario.ts'

const A = '111122223333'
const SESSION = `arn:aws:sts::${A}:assumed-role/app/run`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

const policy = (name: string, ...statements: readonly object[]) => ({
  name,
  document: { Version: '2012-10-17', Statement: statements },
})
const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource })

/** One slip, which every decision of the scenario has a finding on. */
const SLIP = policy('slip', allow('s3:GetObjct', '*'))

const scenario = (request: Partial<Scenario['request']> = {}): Scenario => ({
  request: { principal: SESSION, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', resourceAccount: A, ...request },
  policies: { complete: true, identityPolicies: [policy('p', allow('s3:GetObject', 'arn:aws:s3:::b/k')), SLIP] },
})

const ids = (lint: readonly { readonly id: string }[]): readonly string[] => lint.map(({ id }) => id)

describe('a decision as it is printed', () => {
  it('is the decision itself, with findings behind its own fields', () => {
    const { lint, ...rest } = evaluateWithLint(scenario())
    assert.deepEqual(rest, evaluate(scenario()))
    assert.deepEqual(ids(lint), ['Invalid action'])
    assert.ok(!('lint' in evaluate(scenario())))
  })

  it('has of several resources the findings of the one that decides, and each part its own', () => {
    const context = { 'aws:ResourceAccount': '444455556666' }
    const asked = scenario({ resource: ['arn:aws:s3:::b/k', `arn:aws:sqs:eu-west-1:${A}:q`], context })
    const got = evaluateWithLint(asked)
    const [first, second] = [got.parts?.[0]?.decision, got.parts?.[1]?.decision]
    assert.deepEqual([first?.decision, second?.decision], ['allowed', 'denied'])
    for (const [one, resource] of [
      [first, 'arn:aws:s3:::b/k'],
      [second, `arn:aws:sqs:eu-west-1:${A}:q`],
    ] as const)
      assert.deepEqual(one?.lint, evaluateWithLint(scenario({ resource, context })).lint)
    assert.deepEqual(got.lint, second?.lint)
    assert.deepEqual(Object.keys(got).slice(-2), ['lint', 'parts'])
  })

  it('has of a call that needs several actions those on each', () => {
    const got = evaluateWithLint(
      scenario({ action: 's3:CopyObject', resource: ['arn:aws:s3:::b/k', 'arn:aws:s3:::b/l'] }),
    )
    assert.ok((got.parts?.length ?? 0) > 1)
    for (const part of got.parts ?? []) assert.ok(ids(part.decision.lint).includes('Invalid action'))
  })

  it('has of a chain those on what was in force for each step', () => {
    const asked: Scenario = {
      ...scenario(),
      resources: [
        { arn: 'arn:aws:s3:::b', account: A, kind: 'bucket', policy: null, attributes: { sseKmsKeyArn: KEY } },
        { arn: KEY, account: A, kind: 'key', policy: { Statement: [{ Effect: 'Allow', Action: 'kms:Decrpt' }] } },
      ],
    }
    const got = evaluateChainWithLint(asked)
    const { steps = [] } = evaluateChain(asked)
    assert.ok(steps.length > 0)
    assert.equal(got.steps?.length, steps.length)
    assert.ok(got.steps?.some(({ decision }) => decision.lint.some(({ message }) => message.includes('kms:Decrpt'))))
    assert.deepEqual(Object.keys(got).slice(-2), ['lint', 'steps'])
  })
})

describe('a diagnosis', () => {
  const text = `User: ${SESSION} is not authorized to perform: s3:PutObjct on resource: arn:aws:s3:::b/k because no identity-based policy allows the s3:PutObjct action`
  const subject = { kind: 'scenario', scenario: scenario({ action: 's3:PutObjct' }) } as const

  it('has findings on every step where it is printed whole, with fixes and without', () => {
    for (const { diagnoses } of [
      diagnoseEvidence({ ...rawEvidence(text), policySource: subject }),
      diagnoseWithoutFixes({ ...rawEvidence(text), policySource: subject }),
    ]) {
      const steps = diagnoses[0]?.steps ?? []
      assert.ok(steps.length > 0)
      assert.deepEqual(ids(steps[0]?.decision.lint ?? []), ['unknown-action', 'Invalid action'])
      for (const { decision } of steps) assert.ok(Array.isArray(decision.lint))
    }
  })

  it('has those on the denied request alone, or none, where it is shown as text', () => {
    const stepsOf = (verbose: boolean) =>
      (diagnoseToShow({ ...rawEvidence(text), policySource: subject }, {}, { verbose }).diagnoses[0]?.steps ?? []).map(
        ({ decision }) => 'lint' in decision,
      )
    assert.ok(stepsOf(false).every((has) => !has))
    const [denied, ...others] = stepsOf(true)
    assert.equal(denied, true)
    assert.ok(others.every((has) => !has))
  })
})

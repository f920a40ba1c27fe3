/** An edit made by hand, as texts to copy: the ones that a fix has which makes the same edit. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { diagnoseWithScenarios } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Change } from '#fix/change.ts'
import { editForms, type OwnEdit } from '#fix/edit-forms.ts'
import { placesOf } from '../../web/places.ts'
import { replayedFixes } from './on-paper.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const FORMS = ['terraform', 'cloudFormation', 'cdk', 'awsCli'] as const

const evidenceOf = (name: string): string => {
  const [file = ''] = ['denial.json', 'denial.txt'].map((one) => join(EXAMPLES, name, one)).filter(existsSync)
  return readFileSync(file, 'utf8')
}

/** The change as somebody would type it into the policy where it stands; undefined where it is in none. */
function byHand(change: Change, scenarios: readonly Scenario[]): OwnEdit | undefined {
  const { layer, where, policy, policyArn, after, kind } = change
  for (const scenario of scenarios) {
    const place = placesOf(scenario).find(
      (one) => one.layer === layer && one.policy.name === policy && one.policy.arn === policyArn,
    )
    if (place === undefined || kind !== 'edit-policy') continue
    const resource = scenario.policies?.resourcePolicy
    return {
      scenario,
      layer,
      ...(where === undefined ? {} : { where }),
      ...(layer === 'resource-policy' && resource?.kind !== undefined ? { kind: resource.kind } : {}),
      policy: place.policy,
      isNew: false,
      text: JSON.stringify(after, null, 2),
    }
  }
  return undefined
}

describe('an edit made by hand has the texts of the fix that makes it', () => {
  const isWhole = (one: string): boolean => !one.startsWith('unseen-') && existsSync(join(EXAMPLES, one, 'snapshot'))
  for (const name of readdirSync(EXAMPLES).filter(isWhole))
    test(name, async (t) => {
      const snapshot = await loadSnapshot(join(EXAMPLES, name, 'snapshot'))
      const { diagnoses, scenarios } = diagnoseWithScenarios({
        ...rawEvidence(evidenceOf(name)),
        policySource: {
          kind: 'snapshot',
          snapshot,
        },
      })
      const made = diagnoses.flatMap((one, i) =>
        replayedFixes(one).flatMap(({ changes }) =>
          changes.flatMap((change) => {
            const edit = byHand(change, scenarios[i] ?? [])
            return edit === undefined ? [] : [[change, editForms(edit)] as const]
          }),
        ),
      )
      if (made.length === 0) return t.skip('no fix edits a policy in force')
      for (const [change, forms] of made) {
        for (const form of FORMS) assert.equal(forms[form], change[form], `${change.policy}: ${form}`)
        assert.deepEqual(forms.quota, change.quota)
        assert.match(forms.diff, /^--- a\/\S+\n\+\+\+ b\/\S+\n@@ /)
      }
    })
})

const SCENARIO: Scenario = {
  request: { principal: 'arn:aws:iam::111122223333:user/ann', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
  policies: {},
}
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }
const edit = (more: Partial<OwnEdit>): OwnEdit => ({
  scenario: SCENARIO,
  layer: 'identity-policy',
  policy: { name: 'own', document: DOCUMENT },
  isNew: false,
  text: JSON.stringify({ ...DOCUMENT, Statement: [] }, null, 2),
  ...more,
})

test('a policy of AWS has a diff alone, and why', () => {
  const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const forms = editForms(edit({ policy: { name: 'ReadOnlyAccess', arn, document: DOCUMENT } }))
  assert.deepEqual(Object.keys(forms), ['diff', 'note'])
  assert.match(forms.note ?? '', /nobody can edit it/)
  assert.match(forms.diff, /^--- a\/ReadOnlyAccess\.json/)
})

test('a text that is no JSON has a diff alone', () => {
  for (const text of ['{ "Version": ', '[]', 'null', '']) {
    const forms = editForms(edit({ text }))
    assert.deepEqual(Object.keys(forms), ['diff', 'note'], text)
  }
})

test('a policy that is new is made: nothing is taken for what is there', () => {
  const forms = editForms(edit({ isNew: true, policy: { name: 'more', document: DOCUMENT } }))
  assert.match(forms.diff, /^--- \/dev\/null\n\+\+\+ b\/ann\.more\.json/)
  assert.match(forms.awsCli ?? '', /aws iam put-user-policy --user-name ann --policy-name more/)
  assert.match(forms.terraform ?? '', /resource "aws_iam_user_policy" "more"/)
})

test('a level of the organization and an endpoint are named in the command', () => {
  const scp = { name: 'Guard', arn: 'arn:aws:organizations::111122223333:policy/o-x/service_control_policy/p-guard' }
  const of = edit({ layer: 'service-control-policy', where: 'r-ab12', policy: { ...scp, document: DOCUMENT } })
  assert.match(editForms(of).awsCli ?? '', /aws organizations update-policy --policy-id p-guard/)
  const request = { ...SCENARIO.request, context: { 'aws:SourceVpce': 'vpce-0a1' } }
  const endpoint = edit({ layer: 'vpc-endpoint-policy', scenario: { request, policies: {} } })
  assert.match(editForms(endpoint).awsCli ?? '', /--vpc-endpoint-id vpce-0a1/)
})

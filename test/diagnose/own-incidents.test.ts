/** Denials from public threads: what the answer says first, and which ARN it grants. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { NOTHING_AT_HAND } from '#snapshot/at-hand/piece.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const rolePolicy = (name: string, statement: object) => ({
  RoleName: name,
  PolicyName: 'own',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] },
})

function answer(text: string, file: object): string {
  const found = recognize('role.json', JSON.stringify(file))
  assert.equal(found.is, 'pieces')
  const provided = { ...NOTHING_AT_HAND, pieces: found.is === 'pieces' ? found.pieces : [], namedLayer: null }
  return diagnosesText(diagnoseToShow({ ...rawEvidence(text), provided }), { color: false, width: 200 } as never)
}

// https://github.com/natsukium/dotfiles/pull/710
test('a noun before the name of a policy is no part of its ARN', () => {
  const text =
    'AccessDenied: User: apply is not authorized to perform:\n  iam:CreatePolicy on resource: policy plan-research-account-assume-role'
  const shown = answer(
    text,
    rolePolicy('apply', { Action: 'iam:CreatePolicy', Resource: 'arn:aws:iam::111122223333:policy/apply-*' }),
  )
  assert.match(shown, /:policy\/plan-research-account-assume-role"/)
  assert.doesNotMatch(shown, /policy\/policy/)
})

// https://github.com/kubernetes-sigs/external-dns/issues/5773
test('a condition whose value nobody knows is told where AWS says that the policy does not allow it', () => {
  const key = 'route53:ChangeResourceRecordSetsRecordTypes'
  const text =
    'api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/external-dns-role/x is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z0098938DV62 because no identity-based policy allows the route53:ChangeResourceRecordSets action'
  const shown = answer(
    text,
    rolePolicy('external-dns-role', {
      Action: 'route53:ChangeResourceRecordSets',
      Resource: 'arn:aws:route53:::hostedzone/*',
      Condition: { 'ForAllValues:StringEquals': { [key]: ['A', 'AAAA', 'CNAME'] } },
    }),
  )
  assert.match(shown, /allows it only if route53:ChangeResourceRecordSetsRecordTypes is A, AAAA or CNAME/)
})

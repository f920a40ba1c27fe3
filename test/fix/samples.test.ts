/**
 * A folder for each kind of fix: `scenario.json` is what was in force, `fixes.json` what is offered, in short. What the
 * best of each must be is written here by hand; the rest UPDATE_SAMPLES=1 writes anew: read the diff.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { loadScenario } from '#collect/scenario-file.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Fix } from '#fix/proof/fix.ts'
import { onPaper, replayedFixes } from './on-paper.ts'

const DIR = join(import.meta.dirname, '..', 'samples', 'fix')

/** Kinds of the changes of the best fix, and what its first change is about; `null`: nothing may be offered. */
const BEST: Readonly<Record<string, readonly [kinds: string, does: RegExp] | null>> = {
  // The caller's tag is not the resource's. No trust policy is known to let a session tag be passed (R-STS-07).
  abac: ['edit-policy', /tag the resource team=red/],
  anonymous: null,
  boundary: ['edit-policy', /permissions boundary/],
  bpa: ['edit-policy', /name the caller where/],
  'big-inline': ['add-policy', /make managed policy/],
  'bucket-deny-tls': ['edit-request', /over TLS/],
  'bucket-deny-vpce': ['edit-request', /through VPC endpoint `vpce-9`/],
  'cross-both': ['edit-policy edit-policy', /bucket policy/],
  // An ACL that nobody read could let the caller in, too; what is offered holds either way.
  'cross-both-acl-unread': ['edit-policy edit-policy', /bucket policy/],
  'deny-in-own': ['edit-policy', /spare the request/],
  duration: ['edit-request', /3600 seconds/],
  'external-id': ['edit-request', /external id `right`/],
  // Three actions that one policy has to let through.
  // A session of GetFederationToken is made, not assumed.
  'federation-token': ['edit-request', /GetFederationToken for `bob`/],
  'image-pull': ['edit-policy', /repository policy/],
  'kms-grant': ['edit-policy', /inline policy/],
  none: ['add-policy', /make inline policy/],
  ownership: ['edit-policy', /own every object/],
  'pass-role': ['edit-policy', /inline policy/],
  // The exception alone would open the whole perimeter for the role (ADR 0065).
  rcp: ['edit-policy add-policy', /except this principal .* for this resource alone/],
  region: ['edit-request', /make the call in Region eu-/],
  'request-tag': ['edit-request', /pass the tag Owner/],
  // The policy lets in what has the tag: an Allow beside it would get around that, and its next value lets in all that have it.
  'resource-tag': ['edit-policy', /tag the resource/],
  root: ['edit-policy', /key policy/],
  'scp-implicit': ['edit-policy', /service control policy/],
  'scp-mfa': ['edit-request', /MFA/],
  service: ['edit-policy', /queue policy/],
  // Written for the bucket, meant for what lies in it: mended where it stands.
  session: ['edit-request', /mend Resource of statement 1 of `inline`/],
  'tag-session': ['edit-request edit-policy', /external id `right`/],
  // The call and the role it passes, both missing in the same policy.
  'two-of-one-policy': ['edit-policy', /inline policy/],
  // Nobody goes around an endpoint whose policy can be edited.
  'vpce-gateway': ['edit-policy', /policy of endpoint vpce-1/],
  'vpce-interface': ['edit-policy', /endpoint/],
  'web-identity': ['edit-policy', /trust policy/],
  // As a token or an event names the provider: a policy needs its ARN.
  'web-identity-name': ['edit-policy', /trust policy/],
}

async function run(name: string) {
  const scenario = await loadScenario(join(DIR, name, 'scenario.json'))
  const { principal, action, resource } = scenario.request
  const text = `User: ${principal} is not authorized to perform: ${action} on resource: ${String(resource)}`
  const [diagnosis] = diagnoseEvidence({ ...rawEvidence(text), policySource: { kind: 'scenario', scenario } }).diagnoses
  assert.ok(diagnosis !== undefined)
  return { scenario, diagnosis }
}

const short = ({ rank, id, title, scope, cures, replay, proof, changes }: Fix): unknown => ({
  rank,
  id,
  title,
  scope,
  cures,
  proof: proof.status,
  ...(proof.reason === undefined ? {} : { reason: proof.reason }),
  intended: replay.intended,
  by: replay.by.map(({ policy, index }) => `${policy} ${index}`),
  changes: changes.map(({ layer, policy, owner, kind, patch, quota }) => ({
    layer,
    policy,
    owner,
    kind,
    patch,
    ...(quota === undefined ? {} : { fits: quota.fits }),
  })),
})

describe('fix sample', () => {
  for (const name of readdirSync(DIR))
    it(name, async () => {
      const { scenario, diagnosis } = await run(name)
      const want = join(DIR, name, 'fixes.json')
      const got = JSON.parse(JSON.stringify(replayedFixes(diagnosis).map(short))) as unknown
      if (process.env['UPDATE_SAMPLES'] !== undefined) writeFileSync(want, `${JSON.stringify(got, null, 2)}\n`)
      assert.ok(existsSync(want), 'run with UPDATE_SAMPLES=1, then read what it wrote')
      assert.deepEqual(got, JSON.parse(readFileSync(want, 'utf8')))
      const [best] = diagnosis.fixes
      const expected = BEST[name]
      assert.ok(expected !== undefined, 'say in BEST what has to come first')
      if (expected === null) return assert.deepEqual(diagnosis.fixes, [])
      assert.equal(best?.changes.map(({ kind }) => kind).join(' '), expected[0])
      assert.match(best?.changes[0]?.does ?? '', expected[1])
      const asked = diagnosis.steps[0]?.request ?? scenario.request
      for (const fix of replayedFixes(diagnosis))
        assert.equal(evaluate(onPaper({ ...scenario, request: asked }, fix)).decision, 'allowed', fix.id)
    })

  it('there is none without a folder', () => {
    assert.deepEqual(readdirSync(DIR).toSorted(), Object.keys(BEST).toSorted())
  })
})

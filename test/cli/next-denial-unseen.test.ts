/** The next denial of a call, where nobody has seen the organization: it is mended with the first, and what was not seen is said. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-next-'))
const snapshot = join(folder, 'snapshot')
const log = join(folder, 'job.log')
cpSync(join(ROOT, EXAMPLE, 'snapshot'), snapshot, { recursive: true })
rmSync(join(snapshot, 'organization.json'))
writeFileSync(
  log,
  'upload failed: ./app.zip to s3://prod-artifacts/releases/app.zip An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::prod-artifacts/releases/app.zip because no identity-based policy allows the s3:PutObject action\n',
)

describe('the denial that comes next, in an organization that nobody has seen', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is mended in one fix with the first, unless a policy that was not checked denies it (R-EVID-03, R-EVID-08)', async () => {
    const { out } = await denytrace(['diagnose', log, '--snapshot', snapshot, '--format', 'json'])
    const [fix] = JSON.parse(out).diagnoses[0].fixes
    assert.deepEqual(fix.cures, [0, 1])
    assert.equal(fix.replay.decision, 'allowed-unless')
    const layers = fix.replay.unseen.map(({ layer }: { layer: string }) => layer)
    assert.ok(layers.includes('service-control-policy'), layers.join())
    assert.equal(fix.proof.status, 'proved')
  })

  it('is told so by both commands', async () => {
    const told = await denytrace(['diagnose', log, '--snapshot', snapshot], { env: { COLUMNS: '200' } })
    assert.match(told.out, /2 changes\. Both calls then succeed, unless a policy that was not checked denies it/)
    assert.match(told.out, /^Not checked .*SCPs/m)
    const fixed = await denytrace(['fix', log, '--snapshot', snapshot], { env: { COLUMNS: '200' } })
    assert.match(
      fixed.out,
      /kms:GenerateDataKey \(replayed, unless one of these denies it, which were not checked: .*service control policies/,
    )
  })
})

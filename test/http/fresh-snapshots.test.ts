/** A service whose snapshot is collected anew while it serves: it answers from what is there, or says that it cannot. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ROOT } from '../cli/run-cli.ts'
import { type Service, startService } from './start-service.ts'

const REQUEST = {
  principal: 'arn:aws:iam::111122223333:role/deploy-role',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
}
const DETAILS = join('accounts', '111122223333', 'authorization-details.json')

let folder: string
let held: string
let service: Service
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'denytrace-fresh-'))
  held = join(folder, 'snapshot')
  cpSync(join(ROOT, 'examples', 'kms-behind-s3', 'snapshot'), held, { recursive: true })
  service = await startService({ folders: [{ name: 'held', folder: held }] })
})
after(async () => {
  await service.stop()
  rmSync(folder, { recursive: true })
})

const ask = async (path: string, body?: object): Promise<Readonly<Record<string, unknown>>> => {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const answer = await fetch(new URL(path, service.url), init)
  return { status: answer.status, ...((await answer.json()) as object) }
}

/** What is asked again until it is answered otherwise: the files are not looked at with every question. */
async function until<T>(look: () => Promise<T>, isIt: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await look()
    if (isIt(found)) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const decision = () => ask('/api/evaluate', { request: REQUEST })

test('what was collected since the service was started counts, and its day is told', { timeout: 300_000 }, async () => {
  assert.equal((await decision())['decision'], 'denied')
  const file = join(held, DETAILS)
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, before.replaceAll('staging-artifacts', 'prod-artifacts'))
  const meta = JSON.parse(readFileSync(join(held, 'meta.json'), 'utf8')) as object
  writeFileSync(join(held, 'meta.json'), JSON.stringify({ ...meta, collectedAt: '2026-05-02T08:00:00Z' }))
  const changed = await until(decision, (found) => found['decision'] !== 'denied')
  assert.equal(changed['status'], 200)
  const { snapshots } = (await ask('/api/snapshots')) as unknown as { snapshots: { collectedAt: string }[] }
  assert.equal(snapshots[0]?.collectedAt, '2026-05-02T08:00:00Z')
})

test('a snapshot that is gone is not answered from what it was; once it is back it counts', {
  timeout: 300_000,
}, async () => {
  renameSync(held, `${held}-gone`)
  const gone = await until(decision, ({ status }) => status !== 200)
  assert.equal(gone['status'], 503)
  assert.equal((gone['error'] as { code: string }).code, 'snapshot/not-found')
  assert.doesNotMatch(JSON.stringify(gone), /denytrace-fresh/)
  assert.equal((await ask('/healthz'))['status'], 'ok')
  renameSync(`${held}-gone`, held)
  utimesSync(join(held, DETAILS), new Date(), new Date())
  await until(decision, ({ status }) => status === 200)
  assert.deepEqual(service.bugs, [])
})

/**
 * A session at a terminal, recorded for real: an upload of a CI job is refused, explained, mended and green again, against a
 * loopback AWS that enforces (moto behind the second evaluator). The format is asciicast v2,
 * https://docs.asciinema.org/manual/asciicast/v2/.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { CreateBucketCommand, PutBucketEncryptionCommand, S3Client } from '@aws-sdk/client-s3'
import type { Incident, World } from '../../test/parts/enforcing-aws/incidents.ts'
import { type Env, startWorld } from '../../test/parts/enforcing-aws/world.ts'
import { document } from '../../test/parts/estate.ts'

export const COLUMNS = 100

/** What was typed, what came, when: seconds since the beginning. */
export type CastEvent = readonly [seconds: number, kind: 'i' | 'o', text: string]

const ROOT = join(import.meta.dirname, '..', '..')
const BUCKET = 'prod-artifacts'

/** The policy names another bucket, and the bucket's key lets only its administrator in. */
const INCIDENT: Incident = {
  name: 'an upload to an encrypted bucket',
  layer: 'identity-policy',
  as: 'role',
  has: [{ Sid: 'Upload', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::staging-artifacts/*' }],
  build: async ({ member, account }: World) => {
    const s3 = new S3Client({ ...member, forcePathStyle: true })
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
    const admin = {
      Sid: 'Admin',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:user/admin` },
      Action: 'kms:*',
      Resource: '*',
    }
    const { KeyMetadata } = await new KMSClient(member).send(new CreateKeyCommand({ Policy: document(admin) }))
    const byKey = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: KeyMetadata?.Arn }
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byKey }] }
    await s3.send(new PutBucketEncryptionCommand({ Bucket: BUCKET, ServerSideEncryptionConfiguration }))
  },
  job: () => ({ by: 'cli', args: [] }),
}

const UPLOAD = `aws s3 cp app.zip s3://${BUCKET}/releases/app.zip`

/** What is typed; `admin`: with other credentials than the job's. */
const TYPED: readonly { readonly line: string; readonly admin?: true }[] = [
  { line: `${UPLOAD} 2>&1 | tee job.log` },
  { line: 'denytrace diagnose job.log --live   # as an administrator', admin: true },
  { line: 'denytrace fix job.log --live --out fix > fix.txt', admin: true },
  { line: 'sh fix/fix.sh', admin: true },
  { line: UPLOAD },
]

/** Records it anew; the events lie as far apart as they did. */
export async function recordSession(): Promise<readonly CastEvent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-session-'))
  const started = await startWorld()
  try {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    symlinkSync(join(ROOT, 'dist', 'cli', 'main.js'), join(bin, 'denytrace'))
    const home = join(folder, 'work')
    mkdirSync(home)
    writeFileSync(join(home, 'app.zip'), 'release')
    const job = await started.build(INCIDENT, 'deploy-role')
    const admin = started.adminOf('member')
    const events: CastEvent[] = []
    const begun = performance.now()
    const at = (): number => Math.round(performance.now() - begun) / 1000
    for (const { line, admin: isAdmin } of TYPED) {
      events.push([at(), 'i', line])
      const env = { ...(isAdmin === true ? admin : job), PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }
      await typed(line, home, env, (text) => events.push([at(), 'o', text]))
    }
    return events
  } finally {
    started.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a line in a shell as at a terminal of 100 columns. */
function typed(line: string, cwd: string, env: Env, hear: (text: string) => void): Promise<void> {
  const size = { COLUMNS: String(COLUMNS), FORCE_COLOR: '1' }
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:DENYTRACE_|NO_COLOR)/.test(name)),
  )
  const child = spawn('sh', ['-c', line], {
    cwd,
    env: { ...clean, ...env, ...size },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => hear(text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve())
  })
}

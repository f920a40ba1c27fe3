/** A client that a generator of others makes of `openapi.json`: it compiles, and it asks a started service. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, describe, test } from 'node:test'
import { build } from 'esbuild'
import { generate, HttpClient } from 'openapi-typescript-codegen'
import { openApi } from '#http/openapi.ts'
import { ROUTES } from '#http/routes.ts'
import { EXAMPLE, ROOT } from '../cli/run-cli.ts'
import { type Service, startService } from './start-service.ts'

/** A program of somebody who uses the API: every name and type in it comes out of the description. */
const PROGRAM = `import { ApiError, AskService, JudgeService, OpenAPI, ServiceService } from './client/index.ts'
import type { Decision, Diagnoses, DiagnoseBody, Error as Fault, WhoCan } from './client/index.ts'

export interface Told {
  readonly status: string
  readonly blockedBy: readonly string[]
  readonly decision: string
  readonly allowed: readonly string[]
  readonly snapshots: readonly string[]
  readonly health: string
  readonly refused: readonly [number, string, string]
}

export async function run(base: string, text: string): Promise<Told> {
  OpenAPI.BASE = base
  const body: DiagnoseBody = { text, snapshot: 'kms-behind-s3' }
  const diagnoses: Diagnoses = await JudgeService.diagnose(body)
  const [first] = diagnoses.diagnoses
  if (first === undefined) throw new Error('no diagnosis')
  const decision: Decision = await JudgeService.evaluate({
    request: {
      principal: 'arn:aws:iam::111122223333:role/deploy-role',
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
    },
  })
  const who: WhoCan = await AskService.whoCan({
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
  })
  const snapshots = await AskService.listSnapshots()
  const health = await ServiceService.health()
  return {
    status: first.status,
    blockedBy: first.steps[0]?.decision.blockedBy ?? [],
    decision: decision.decision,
    allowed: who.principals.filter((one) => one.decision !== 'denied').map((one) => one.principal),
    snapshots: snapshots.snapshots.map((one) => one.name),
    health: health.status,
    refused: await refusal(),
  }
}

async function refusal(): Promise<readonly [number, string, string]> {
  try {
    await JudgeService.diagnose({ text: 'hello' })
    return [200, '', '']
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { error: fault } = error.body as Fault
    return [error.status, fault.code, fault.hint]
  }
}
`

/** A type that the description does not give. */
const WRONG = `import type { Decision } from './client/index.ts'
export const wrong: number = ({} as Decision).decision
`

const folder = mkdtempSync(join(tmpdir(), 'denytrace-client-'))

function typeErrors(file: string): string {
  const compilerOptions = {
    strict: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  return spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8' }).stdout
}

describe('a client that is made of the description', () => {
  let service: Service
  before(async () => {
    service = await startService()
    const input = JSON.parse(JSON.stringify(openApi(ROUTES, '0.0.0'))) as Record<string, unknown>
    await generate({ input, output: join(folder, 'client'), httpClient: HttpClient.FETCH })
    writeFileSync(join(folder, 'program.ts'), PROGRAM)
    writeFileSync(join(folder, 'wrong.ts'), WRONG)
  })
  after(async () => {
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('compiles under strict, and its types are those of the answers', () => {
    assert.equal(typeErrors('program.ts'), '')
    assert.match(typeErrors('wrong.ts'), /TS2322/)
  })

  test('asks the service, and is told of a fault as the description says', async () => {
    const outfile = join(folder, 'program.mjs')
    await build({
      entryPoints: [join(folder, 'program.ts')],
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
      logLevel: 'error',
    })
    const { run } = (await import(pathToFileURL(outfile).href)) as {
      readonly run: (base: string, text: string) => Promise<Record<string, unknown>>
    }
    const text = readFileSync(join(ROOT, EXAMPLE, 'denial.json'), 'utf8')
    const { allowed, ...told } = await run(service.url.replace(/\/$/, ''), text)
    assert.deepEqual(told, {
      status: 'explained',
      blockedBy: ['identity-policy'],
      decision: 'denied',
      snapshots: ['kms-behind-s3'],
      health: 'ok',
      refused: [422, 'input/no-denial', 'paste the error message of a denied call, or its CloudTrail event'],
    })
    assert.ok((allowed as string[]).includes('arn:aws:iam::111122223333:role/artifact-reader'))
  })
})

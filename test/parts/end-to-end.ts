import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { denytrace, type Ran, ROOT } from '../cli/run-cli.ts'
import { denytraceInside } from '../cli/run-inside.ts'
import type { Incident, Job } from './enforcing-aws/incidents.ts'
import { type Env, type StartedWorld, startWorld } from './enforcing-aws/world.ts'
import { noAws, noMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-end-to-end-'))

/** From the job that fails to the job that succeeds, with nothing at hand but credentials, and no file edited by hand. */
export const mendedAndConfirmed = (incidents: readonly Incident[]): Promise<void> =>
  describe('a job that is refused, mended and confirmed', { skip: noMoto ?? noAws ?? false }, () => {
    let started: StartedWorld

    before(async () => {
      started = await startWorld()
    })
    after(() => {
      started?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    for (const [i, incident] of incidents.entries())
      test(`${incident.name} (${incident.layer})`, async () => {
        const name = `job-${i + 1}`
        const env = await started.build(incident, name)
        const work = { started, incident, env, admin: started.adminOf(incident.mendedIn ?? 'member') }
        for (let denial = 1; denial <= (incident.denials ?? 1); denial++) await fixDenial(work, `${name}-${denial}`)
        await confirm(work, `${name}-${incident.denials ?? 1}`)
      })
  })

interface Work {
  readonly started: StartedWorld
  readonly incident: Incident
  /** The environment of the job, which may read nothing of IAM: what it cannot see stays unknown. */
  readonly env: Env
  readonly admin: Env
}

const logOf = (name: string): string => join(folder, `${name}.log`)
const liveOptions = ({ fixedWith = [] }: Incident): readonly string[] => ['--live', ...fixedWith]

const confirmOptions = ({ confirmedBy, confirmedWith = [], ...incident }: Incident): readonly string[] => [
  ...liveOptions({
    ...incident,
    ...(confirmedBy === undefined ? {} : { fixedWith: ['--role', 'OrganizationAccountAccessRole'] }),
  }),
  ...confirmedWith,
]

/** Runs the job until AWS denies it, and runs the fix that the answer printed. Nobody else may gain or lose access. */
async function fixDenial({ started: { aws, world }, incident, env, admin }: Work, name: string): Promise<void> {
  const job = incident.job(world)
  const jobEnv = incident.runWith === undefined ? env : { ...env, AWS_CONFIG_FILE: readerProfile(admin) }
  const first = aws.needed.length
  const denied = await denytrace(['run', ...(incident.runWith ?? []), '--', ...commandOf(job)], { env: jobEnv })
  assert.notEqual(denied.code, 0, `the job is denied\n${denied.out}${denied.err}`)
  assert.match(denied.err, /^DENIED /m)
  // As `set -x` and most CI systems log a command.
  const line = job.by === 'cli' ? `+ ${commandOf(job).join(' ')}\n` : ''
  writeFileSync(logOf(name), line + denied.out + denied.err)
  const needed = aws.needed.slice(first)
  const caller = needed[0]?.caller
  const own = needed.filter((one) => one.caller.arn === caller?.arn).map((one) => one.needed)
  const others = () => aws.accessOfOthers(caller?.roleArn ?? caller?.arn ?? '', own)
  const before = await others()
  const out = join(folder, name)
  const fixed = await denytraceInside(['fix', logOf(name), ...liveOptions(incident), '--out', out], { env: admin })
  const printed = `${denied.err}\n${fixed.out}${fixed.err}`
  assert.equal(fixed.code, incident.opensMore === true ? 1 : 0, printed)
  const applied = await applyFix(join(out, 'fix.sh'), admin)
  assert.equal(applied.code, 0, `${printed}${applied.out}${applied.err}`)
  assert.deepEqual(await others(), before, `somebody else gained or lost access\n${printed}`)
}

/** Runs a fix. Where it stops and asks for options that accept a consequence, runs it again with them. */
async function applyFix(script: string, admin: Env): Promise<Ran> {
  const once = await run('sh', [script], admin)
  const accepted = [...new Set(`${once.out}${once.err}`.match(/--yes-[a-z-]+/g))]
  return once.code === 0 || accepted.length === 0 ? once : run('sh', [script, ...accepted], admin)
}

/** The job succeeds, the same command says so, and `verify` finds it in the trail. What the fix must not open stays denied. */
async function confirm({ started, incident, env, admin }: Work, name: string): Promise<void> {
  const { aws, world } = started
  const from = aws.trail.length
  const again = await denytrace(['run', '--', ...commandOf(incident.job(world))], { env })
  assert.equal(again.code, 0, `${again.out}${again.err}`)
  const trail = join(folder, `${name}-trail.json`)
  writeFileSync(trail, JSON.stringify({ Records: aws.trail.slice(from) }))
  const reader = incident.confirmedBy === undefined ? admin : started.adminOf(incident.confirmedBy)
  const now = await denytraceInside(['diagnose', logOf(name), ...confirmOptions(incident)], { env: reader })
  assert.match(now.out, /^ALLOWED NOW/m, `${now.out}${now.err}`)
  assert.equal(now.code, 0, `${now.out}${now.err}`)
  if (incident.staysDenied !== undefined) {
    const [program = '', ...args] = commandOf(incident.staysDenied(world))
    assert.notEqual((await run(program, args, env)).code, 0, 'the fix opens more than the call')
  }
  const verified = await denytraceInside(['verify', logOf(name), '--events', trail], { env: admin })
  assert.equal(verified.code, 0, `${verified.out}${verified.err}`)
}

/** A configuration whose profile `reader` has the credentials of an administrator. */
function readerProfile(admin: Env): string {
  const file = join(folder, 'reader.ini')
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => `${name.toLowerCase()} = ${admin[name]}\n`)
  writeFileSync(file, `[profile reader]\n${keys.join('')}`)
  return file
}

const commandOf = ({ by, args }: Job): readonly string[] => [
  { cli: 'aws', python: 'python3', node: process.execPath }[by],
  ...args,
]

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
